import { Fault } from '../lib/fault.js';
import type { Json } from '../model/json.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { CallKeep, Document, DocumentKeep, FailedCall, Keep, SampleKeep, Vault } from './keep.js';

/** What sources keep, in memory: see keep.ts. */
export function openMemoryKeep(): Keep {
  return { vault: openVault(), calls: openCalls(), samples: openSamples(), documents: openDocuments() };
}

function openVault(): Vault {
  const secrets = new Map<string, string>();
  return {
    get: async (name) => secrets.get(name),
    put: async (name, secret) => void secrets.set(name, secret),
  };
}

function openSamples(): SampleKeep {
  const all = new Map<string, Map<Instant, Json>>();
  return {
    async put(source, series, samples) {
      const own = slot(all, `${source}\n${series}`, () => new Map<Instant, Json>());
      for (const { at, value } of samples) own.set(at, value);
    },
    get: async (source, series, from, to) =>
      [...(all.get(`${source}\n${series}`) ?? [])]
        .filter(([at]) => at >= from && at <= to)
        .sort(([a], [b]) => a - b)
        .map(([at, value]) => ({ at, value })),
  };
}

function openDocuments(): DocumentKeep {
  const all = new Map<string, Document>();
  return {
    put: async (source, subject, document) => void all.set(`${source}\n${subject}`, document),
    get: async (source, subject) => all.get(`${source}\n${subject}`),
  };
}

interface Calls {
  readonly marks: Map<Instant, Uint8Array[]>;
  readonly minutes: Map<Instant, Map<string, number>>;
  readonly failed: Map<string, FailedCall>;
}

function openCalls(): CallKeep {
  const all = new Map<SourceKey, Calls>();
  const of = (source: SourceKey): Calls =>
    slot(all, source, () => ({ marks: new Map(), minutes: new Map(), failed: new Map() }));
  return {
    async marks(source, hours) {
      const { marks } = of(source);
      return new Map(hours.flatMap((hour) => [[hour, marks.get(hour) ?? []] as const]));
    },
    async add(source, { known, marks, counts, failed }) {
      const own = of(source);
      for (const [hour, bytes] of known)
        if (sizeOf(own.marks.get(hour) ?? []) !== bytes)
          throw new Fault('store.conflict', `Somebody else counted calls of ${source} meanwhile.`);
      for (const [hour, bytes] of marks) slot(own.marks, hour, () => [] as Uint8Array[]).push(bytes);
      for (const { minute, key, count } of counts) {
        const kinds = slot(own.minutes, minute, () => new Map<string, number>());
        kinds.set(key, (kinds.get(key) ?? 0) + count);
      }
      for (const call of failed) if (!own.failed.has(call.id)) own.failed.set(call.id, call);
    },
    begins: async (source) =>
      [...of(source).minutes.keys()].reduce<Instant | undefined>(
        (a, b) => (a === undefined || b < a ? b : a),
        undefined,
      ),
    counts: async (source, from, to) =>
      [...of(source).minutes]
        .filter(([minute]) => minute >= from && minute < to)
        .sort(([a], [b]) => a - b)
        .flatMap(([minute, kinds]) => [...kinds].map(([key, count]) => ({ minute, key, count }))),
    failed: async (source, { id, from = -Infinity, to = Infinity, limit }) =>
      [...of(source).failed.values()]
        .filter(
          (call) => (id === undefined || call.id === id) && call.startedAt >= from && call.startedAt < to,
        )
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limit),
    async forget(source, before, only) {
      const { marks, minutes, failed } = of(source);
      for (const hour of marks.keys()) if (hour < before) marks.delete(hour);
      if (only === 'marks') return;
      for (const minute of minutes.keys()) if (minute < before) minutes.delete(minute);
      for (const [id, { startedAt }] of failed) if (startedAt < before) failed.delete(id);
    },
  };
}

function sizeOf(marks: readonly Uint8Array[]): number {
  return marks.reduce((sum, { length }) => sum + length, 0);
}

function slot<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
