import '../../../src/sandbox/reflect.js';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import type { Fact } from '../../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import { messageCenter } from '../../../src/sources/message-center/index.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import type { Source, SourcePlug } from '../../../src/sources/source.js';
import { quietDeps } from '../../support/graph-double.js';
import { memoryDocuments, memorySamples } from '../../support/memory-keep.js';
import { tenantOf } from '../../support/tenant-of.js';

const START = Date.UTC(2026, 10, 2, 8, 0, 0);

let close = async (): Promise<void> => undefined;
afterAll(() => close());

interface Watcher {
  readonly source: Source;
  readonly facts: Map<string, Fact>;
  memory: Json | undefined;
}

async function turn(watcher: Watcher, now: number): Promise<void> {
  const { observation, memory } = await watcher.source.poll(watcher.memory, now);
  watcher.memory = memory;
  if (observation.coverage === 'full') watcher.facts.clear();
  for (const fact of observation.facts) watcher.facts.set(fact.subject, fact);
}

/** Without what only Graph tells: origin, feature, attachments; and order. */
function shown({ facts }: Watcher): unknown[] {
  return [...facts.values()]
    .map(
      ({
        subject,
        values: { origin: _o, feature: _f, highImpact: _h, hasAttachments: _a, attachments: _b, ...values },
      }) => ({ subject, values }),
    )
    .sort((a, b) => a.subject.localeCompare(b.subject));
}

describe('the scripted week', () => {
  it('is the same through both APIs, hour by hour', async () => {
    const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
    const { playWeek } = await import('../../../src/sandbox/week/index.js');
    let now = START;
    const sandbox = await openSandbox({ clock: { now: () => now, real: (ms) => ms } });
    playWeek(sandbox);
    const tenant = tenantOf(sandbox);
    const watch = (plug: SourcePlug, api: string): Watcher => ({
      source: plug.open(plug.settings.parse({ api }), { everyMs: MINUTE }, tenant, {
        ...quietDeps,
        keep: { samples: memorySamples(), documents: memoryDocuments() },
      } as unknown as typeof quietDeps),
      facts: new Map(),
      memory: undefined,
    });
    const pairs = [serviceHealth, messageCenter].map(
      (plug) => [watch(plug, 'graph'), watch(plug, 'office365')] as const,
    );
    close = async () => {
      for (const pair of pairs) for (const { source } of pair) await source.close();
      await sandbox.close();
    };
    for (; now < START + 7 * DAY; now += 5 * HOUR) {
      for (const [graph, legacy] of pairs) {
        await turn(graph, now);
        await turn(legacy, now);
        expect({ at: new Date(now).toISOString(), facts: shown(legacy) }).toEqual({
          at: new Date(now).toISOString(),
          facts: shown(graph),
        });
      }
    }
    expect(pairs.map(([graph]) => graph.facts.size).every((size) => size > 4)).toBe(true);
  }, 60_000);
});
