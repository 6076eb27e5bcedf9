import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { configure, configureText } from '../../src/main/configure.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-configure-'));
  mkdirSync(join(folder, 'rules'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function rule(file: string, text: string): string {
  const path = join(folder, 'rules', file);
  writeFileSync(path, text);
  return relative(process.cwd(), path);
}

const aRule = (name: string, when: string): string =>
  `- name: ${name}\n  source: tocsin\n  when: ${when}\n  severity: info\n  summary: x\n`;

function configured(text: string) {
  return configureText(text, join(folder, 'tocsin.yaml'));
}

describe('settings and rules', () => {
  it('tell their problems together', async () => {
    const path = rule('a.yaml', aRule('a', 'now.state =='));
    const { settings, problems } = await configured('rules: [ builtin, ./rules/a.yaml ]\nhtp: {}');
    expect(settings).toBeUndefined();
    expect(problems[0]).toBe('htp: unknown key; did you mean http?');
    expect(problems[1]).toContain(`${path}:3: a: when: `);
    expect(problems).toHaveLength(2);
  });

  it('name file and line of a rule that is no rule', async () => {
    const path = rule(
      'a.yaml',
      `${aRule('a', 'now.failing')}\n- name: b\n  source: weather\n  when: 'true'\n`,
    );
    const { problems } = await configured('rules: [ ./rules/*.yaml ]');
    expect(problems.every((problem) => problem.startsWith(`${path}:`))).toBe(true);
    expect(problems.join('\n')).toContain('rule 2.source');
    expect(problems.join('\n')).toContain('rule 2.severity');
    expect(problems.join('\n')).toContain(`${path}:8: `);
  });

  it('refuse a name that the built-in pack has', async () => {
    rule('a.yaml', aRule('source-blind', 'now.failures > 0'));
    const { problems } = await configured('rules: [ builtin, ./rules/a.yaml ]');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('the name is taken by builtin/tocsin.yaml');
  });

  it('miss a rule file that is named, and not one that a pattern would find', async () => {
    expect((await configured('rules: [ ./rules/none-*.yaml ]')).problems).toEqual([]);
    const { problems } = await configured('rules: [ ./rules/none.yaml ]');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('none.yaml:1: there is no such rule file');
  });

  it('warn of people who would be called in vain, and of times in which nobody would be', async () => {
    const { problems, warnings } = await configured(`
people:
  - { name: alice }
  - { name: bob, email: bob@contoso.test, notify: [{ via: mail, severity: [warning] }] }
  - { name: carol }
channels: [{ name: mail, kind: email, to: [bob@contoso.test] }]
email: { url: 'smtp://127.0.0.1:25', from: a@contoso.test }
schedules: [{ name: voice, layers: [{ rotate: weekly, people: [alice], only: [{ days: [mon-fri] }] }] }]
escalations: [{ name: voice, steps: [{ notify: [person:bob] }] }]
`);
    expect(problems).toEqual([]);
    const said = warnings.filter((warning) => /^(people|schedules)/.test(warning));
    expect(said).toEqual([
      'people[0]: alice is called and cannot be reached: give them slack, teams or email, or a way under notify',
      'people[1]: bob is called and none of their ways under notify is for what is critical',
      expect.stringMatching(/^schedules\[0\]: nobody is on call in voice from .* until .*, and 3 more times/),
    ]);
  });

  it('link the shipped runbooks to where the console serves them', async () => {
    const { rules } = await configured('http: { publicUrl: https://tocsin.test/ }');
    const blind = rules.find((known) => known.definition.name === 'source-blind');
    expect(blind?.definition.runbook).toBe('https://tocsin.test/runbooks/source-blind');
  });

  it('say so when there is no settings file', async () => {
    const path = join(folder, 'tocsin.yaml');
    const { settings, problems } = await configure(path);
    expect(settings).toBeUndefined();
    expect(problems).toEqual([`${path}: there is no such file; say which one with --config FILE`]);
  });
});
