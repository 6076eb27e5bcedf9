import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runRuleTests } from '../../src/main/rule-tests.js';
import { parse } from 'yaml';
import { builtinRules } from '../support/pack.js';

const FOLDER = new URL('./pack/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && !name.startsWith('_'));

describe('the tests of the built-in pack', () => {
  it.each(files)('%s', async (name) => {
    let said = '';
    const exit = await runRuleTests({
      files: [fileURLToPath(new URL(name, FOLDER))],
      json: false,
      say: (words) => void (said += words),
      complain: (words) => void (said += words),
    });
    expect(said).toMatch(/^\d+ tests, all as expected\.\n$/);
    expect(exit).toBe(0);
  });

  it('have every rule fire, and stay silent', () => {
    const asked = files.flatMap((name) => expectationsOf(readFileSync(new URL(name, FOLDER), 'utf8')));
    const fires = new Set(asked.filter(({ state }) => state === 'firing').map(({ alert }) => alert));
    const silent = new Set(asked.filter((one) => one.silent === true).map(({ alert }) => alert));
    // A channel that refuses messages is no answer of an API: test/rules/pack.test.ts has it.
    const names = builtinRules()
      .map(({ definition }) => definition.name)
      .filter((name) => !['channel-broken', 'escalation-stuck', 'calendar-unreadable'].includes(name));
    expect(names.filter((name) => !fires.has(name))).toEqual([]);
    expect(names.filter((name) => !silent.has(name))).toEqual([]);
  });
});

interface Asked {
  readonly alert?: string;
  readonly state?: string;
  readonly silent?: boolean;
}

function expectationsOf(text: string): readonly Asked[] {
  const { tests } = parse(text) as { readonly tests: readonly { readonly expect: readonly Asked[] }[] };
  return tests.flatMap((test) => test.expect);
}
