import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import { MINUTE } from '../../src/model/time.js';
import { aFact } from '../support/builders.js';
import { builtinRules, rulesOf } from '../support/pack.js';
import { aWorld, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await aWorld();
});
afterEach(async () => {
  await world.close();
});

const rule = (name: string, when: string, source = 'service-health'): string =>
  `- { name: ${name}, source: ${source}, subject: '${source === 'tocsin' ? 'source:' : 'service:'}', when: '${when}', severity: major, summary: "${name} {{subject}}" }\n`;

async function see(facts: Record<string, JsonObject>): Promise<string[]> {
  world.answers(Object.entries(facts).map(([name, values]) => aFact(`service:${name}`, values)));
  world.wait(MINUTE);
  await world.turn();
  return world.noc.cards();
}

describe('a rule that cannot be evaluated', () => {
  it('says so once, goes on saying nothing, and stops no other', async () => {
    world.set.rules = [
      ...builtinRules().filter(({ definition }) => definition.source === 'tocsin'),
      ...rulesOf(rule('broken', 'now.missing > 1') + rule('whole', '!now.up')),
    ];
    await see({ A: { up: true }, B: { up: true } });
    const said = ['firing warning Rule broken fails: No such key: missing'];
    expect(await see({ A: { up: false }, B: { up: true } })).toEqual([
      expect.stringContaining(said[0] ?? ''),
      'firing major whole service:A',
    ]);
    const calls = world.noc.calls.length;
    // Another subject, another poll: nothing more about the rule.
    await see({ A: { up: false }, B: { up: true, more: 1 } });
    await see({ A: { up: false }, B: { up: true, more: 2 } });
    expect(world.noc.calls).toHaveLength(calls);
    // The subject it was told about can be looked at again, and the other cannot yet.
    await see({ A: { up: false, missing: 0 }, B: { up: true, more: 3 } });
    expect(await see({ A: { up: false, missing: 0 }, B: { up: true, missing: 0 } })).toEqual([
      expect.stringContaining('resolved'),
      'firing major whole service:A',
    ]);
  });

  it('is well again when it is gone, and one about Tocsin itself is told too', async () => {
    const own = builtinRules().filter(({ definition }) => definition.name === 'rule-error');
    world.set.rules = [...own, ...rulesOf(rule('broken', 'now.missing > 1', 'tocsin'))];
    expect(await see({ A: { up: true } })).toEqual([
      expect.stringContaining('firing warning Rule broken fails'),
    ]);
    world.set.rules = own;
    expect(await see({ A: { up: true } })).toEqual([expect.stringContaining('resolved')]);
  });
});
