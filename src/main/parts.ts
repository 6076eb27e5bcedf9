import { ADAPTERS } from '../../adapters/index.js';
import { faultLine } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Instant } from '../model/time.js';
import { personChannel } from '../model/page.js';
import { WAYS, type Person } from '../model/person.js';
import type { Adapter, AdapterMemory, Channel, Inbox, PeopleGroup } from '../notify/adapter.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import { SOURCES } from '../sources/index.js';
import type { Keep } from '../sources/keep.js';
import type { Source } from '../sources/source.js';
import type { Mount } from '../http/deps.js';

/** Everything that the settings describe and a reload replaces as a whole. */
export interface Parts {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly sources: readonly Source[];
  readonly channels: readonly Channel[];
  /** `@alice/slack`: the ways to the people that the settings list. */
  readonly personal: readonly Channel[];
  /** What follows who is on call. */
  readonly groups: readonly PeopleGroup[];
  readonly mounts: readonly Mount[];
  /** Starts to hear people. */
  listen(ears: Omit<Inbox, 'mount'>): Promise<void>;
  close(): Promise<void>;
}

export interface PartsDeps {
  readonly log: Log;
  readonly now: () => Instant;
  readonly memory: AdapterMemory;
  readonly keep: Keep;
}

/** Opens the sources, adapters and channels of checked settings; nothing is asked or sent yet. */
export async function openParts(settings: Settings, rules: readonly Rule[], deps: PartsDeps): Promise<Parts> {
  const sources = openSources(settings, deps);
  const adapters = await openAdapters(settings, deps);
  const mounts: Mount[] = [];
  return {
    settings,
    rules,
    sources,
    mounts,
    channels: settings.channels.map(({ name, kind, settings: own }) => {
      const adapter = adapters.get(kind);
      if (adapter === undefined) throw new Error(`no adapter was opened for ${kind}`);
      return adapter.channel(name, own);
    }),
    groups: [...adapters.values()].flatMap(({ groups }) => groups ?? []),
    personal: personalChannels(settings.people, adapters),
    async listen(ears) {
      const inbox: Inbox = {
        ...ears,
        mount: (method, path, handler) => void mounts.push({ method, path, handler }),
      };
      for (const adapter of adapters.values()) {
        try {
          await adapter.listen?.(inbox);
        } catch (error) {
          // Deaf on one side is no reason to be mute on all.
          deps.log.error(
            { adapter: adapter.kind, err: error },
            `${adapter.kind} cannot be heard: ${faultLine(error)}`,
          );
        }
      }
    },
    async close() {
      await Promise.allSettled([...adapters.values()].map((adapter) => adapter.close()));
      await Promise.allSettled(sources.map((source) => source.close()));
    },
  };
}

function personalChannels(
  people: readonly Person[],
  adapters: ReadonlyMap<string, Adapter>,
): readonly Channel[] {
  return people.flatMap((person) =>
    WAYS.flatMap((via) => {
      const id = person[via];
      const open = adapters.get(via)?.person;
      return id === undefined || open === undefined ? [] : [open(personChannel(person.name, via), id)];
    }),
  );
}

function openSources(settings: Settings, { log, keep }: PartsDeps): Source[] {
  const plugs = new Map(SOURCES.map((plug) => [plug.kind, plug]));
  return settings.tenants.flatMap(({ connection, sources }) =>
    sources.map(({ kind, name, everyMs, settings: own }) => {
      const plug = plugs.get(kind);
      if (plug === undefined) throw new Error(`no source of kind ${kind}`);
      const common = { everyMs, ...(name === undefined ? {} : { name }) };
      return plug.open(own, common, connection, {
        log: log.child({ tenant: connection.name }),
        random: Math.random,
        keep,
        publicUrl: settings.http.publicUrl,
        privacy: settings.privacy,
      });
    }),
  );
}

/** One adapter a platform: those with settings of their own, and those that some channel needs. */
async function openAdapters(
  settings: Settings,
  { log, now, memory, keep: { vault } }: PartsDeps,
): Promise<Map<string, Adapter>> {
  const adapters = new Map<string, Adapter>();
  for (const plug of ADAPTERS) {
    const own = settings.adapters[plug.kind];
    if (own === undefined && !settings.channels.some((channel) => channel.kind === plug.kind)) continue;
    const deps = {
      log: log.child({ adapter: plug.kind }),
      now,
      publicUrl: settings.http.publicUrl,
      memory,
      vault,
    };
    adapters.set(plug.kind, await plug.open(own, deps));
  }
  return adapters;
}
