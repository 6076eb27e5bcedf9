import { describe, expect, it } from '@jest/globals';
import type { CommandContext } from '../../src/commands/command.js';
import { rule } from '../../src/commands/rule.js';
import { rules } from '../../src/commands/rules.js';
import { anAlert, anIncident } from '../support/builders.js';
import { builtinRules } from '../support/pack.js';
import { NOW } from '../cards/samples.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import { aContext, aDesk } from './desk.js';

const firing = anAlert({
  rule: 'trunk-failing',
  kind: 'direct-routing',
  subject: 'trunk:sbc1.contoso.com',
  severity: 'critical',
  summary: 'sbc1.contoso.com: 31 of 40 calls failed in 15 min',
  startsAt: NOW - 600_000,
  firingAt: NOW - 600_000,
});

function context(): CommandContext {
  const desk = aDesk({ incidents: [anIncident({ id: 1042, alerts: [firing] })] });
  return aContext({
    ...desk,
    rules: () => builtinRules().map(({ definition }) => definition),
    alerts: () => Promise.resolve([firing]),
  });
}

async function ask(command: typeof rule, ...args: string[]): Promise<string> {
  const { card } = await command.run(args, context());
  return renderTerminal(card, { colour: false, width: 200, timeZone: 'UTC' });
}

describe('rules', () => {
  it('lists every rule by what it looks at, and says which fire', async () => {
    const text = await ask(rules);
    for (const { definition } of builtinRules()) expect(text).toContain(definition.name);
    expect(text).toContain('trunk-failing · critical or major or warning · 1 firing');
    expect(text).toMatch(/rules in force, 1 firing/);
  });
});

describe('rule', () => {
  it('shows what one waits for, why, and which incident has what it holds for', async () => {
    const text = await ask(rule, 'Trunk-Failing');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('now.attempts >= 20 && now.ner < 0.90');
    expect(text).toContain('counted by trunk over 15m');
    expect(text).toContain('a trunk that falls silent is not well');
    expect(text).toMatch(/trunk:sbc1\.contoso\.com, contoso, firing for 10 min.*INC-1042/);
  });

  it('knows the nearest of a name that is none', async () => {
    const { ok, card } = await rule.run(['trunk-faling'], context());
    expect(ok).toBe(false);
    expect(JSON.stringify(card)).toContain('rule trunk-failing');
  });

  it('help lists every field of a source with its type', async () => {
    const text = await ask(rule, 'help', 'service-health');
    expect(text).toContain('issue:<id>');
    expect(text).toContain('startedAt endedAt: string?');
    expect(await ask(rule, 'help', 'direct-routing')).toContain('consecutiveFailures: number');
  });

  it.each([[['help']], [['help', 'direct-ruting']]])('%j says what there is', async (args) => {
    const { ok, card } = await rule.run(args, context());
    expect(ok).toBe(false);
    expect(JSON.stringify(card)).toContain('rule help direct-routing');
  });

  it('wants a name', async () => {
    await expect(rule.run([], context())).rejects.toMatchObject({ code: 'command.usage' });
  });
});
