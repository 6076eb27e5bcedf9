import { describe, expect, it } from '@jest/globals';
import { call } from '../../src/commands/call.js';
import { calls } from '../../src/commands/calls.js';
import { trunks } from '../../src/commands/trunks.js';
import type { Answer, Command, CommandContext, Desk, Look } from '../../src/commands/command.js';
import type { Question } from '../../src/model/question.js';
import type { Fact } from '../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { aCall, badHour, callsFacts, CALLS_NOW, trunkFacts } from '../cards/call-samples.js';

const ID = '9e8bba57-dc14-533a-a7dd-f0da6575eed1';

interface Asked {
  readonly answer: Answer;
  readonly questions: readonly Question[];
}

async function ask(command: Command, words: string, over: Partial<Look>[] = [{}]): Promise<Asked> {
  const questions: Question[] = [];
  const desk: Pick<Desk, 'now' | 'look'> = {
    now: () => CALLS_NOW,
    look: async (question) => {
      questions.push(question);
      return over.map((look) => ({
        tenant: 'contoso',
        facts: factsFor(question),
        at: CALLS_NOW,
        fresh: true,
        ...look,
      }));
    },
  };
  const context = { desk, tenant: undefined, url: '', commands: [command], button: false };
  const args = words.split(' ').filter((word) => word !== '');
  const answer = await command.run(args, context as unknown as CommandContext);
  return { answer, questions };
}

function factsFor(question: Question): readonly Fact[] {
  if (question.about === 'call') return question.id === ID ? [aCall()] : [];
  if (question.about === 'trunks') return trunkFacts(badHour(), question.windowMs);
  if (question.about !== 'calls') return [];
  return callsFacts(badHour(), {
    windowMs: question.windowMs,
    ...(question.trunk === undefined ? {} : { trunk: question.trunk }),
  });
}

describe('calls', () => {
  it.each([
    ['', HOUR],
    ['15m', 15 * MINUTE],
    ['24h', DAY],
    ['7d', 7 * DAY],
    ['1h30m', 90 * MINUTE],
    ['24 hours', DAY],
    ['last 2 days', 2 * DAY],
    ['30 MIN', 30 * MINUTE],
    ['1w', 7 * DAY],
  ])('reads the window of “calls %s”', async (words, windowMs) => {
    const { questions } = await ask(calls, words);
    expect(questions).toEqual([{ about: 'calls', windowMs }]);
  });

  it.each([
    ['sbc1', HOUR],
    ['SBC1.contoso.com 15m', 15 * MINUTE],
    ['trunk:sbc1.contoso.com 24h', DAY],
    ['bc1 7d', 7 * DAY],
  ])('finds the trunk of “calls %s”', async (words, windowMs) => {
    const { answer, questions } = await ask(calls, words);
    expect([answer.ok, answer.card.title]).toEqual([true, expect.stringContaining('sbc1.contoso.com: ')]);
    expect(questions.at(-1)).toEqual({ about: 'calls', trunk: 'sbc1.contoso.com', windowMs });
  });

  it('asks back when several trunks go by that name, and when none does', async () => {
    const several = await ask(calls, 'contoso 15m');
    expect(several.answer.ok).toBe(false);
    expect(JSON.stringify(several.answer.card)).toContain('calls sbc2.contoso.com 15m');
    const none = await ask(calls, 'sbc3');
    expect(none.answer.card.title).toContain('No trunk called “sbc3”');
    expect(JSON.stringify(none.answer.card)).toContain('calls sbc1');
    // Looked for in the last two days before it is said not to be there.
    expect(none.questions).toEqual([
      { about: 'trunks', windowMs: HOUR },
      { about: 'trunks', windowMs: 2 * DAY },
    ]);
  });

  it('takes 15q for a window that is none, and not for a trunk', async () => {
    const run = ask(calls, 'sbc1 15q');
    await expect(run).rejects.toThrow('“15q” is not a window such as 15m, 24h or 7d.');
  });

  it('shows only the tenant that has the trunk', async () => {
    const { answer } = await ask(calls, 'sbc1', [{}, { tenant: 'fabrikam', facts: [] }]);
    expect(JSON.stringify(answer.card)).not.toContain('fabrikam');
  });

  it('says why a trunk may be unknown', async () => {
    const { answer } = await ask(calls, 'sbc1', [{ facts: [], fresh: false, error: 'Graph said 403.' }]);
    expect([answer.ok, JSON.stringify(answer.card)]).toEqual([
      false,
      expect.stringContaining('Graph said 403.'),
    ]);
  });

  it.each(['0m', '91d', 'sbc1 sbc2', 'sbc1 what 15m'])('takes no “calls %s”', async (words) => {
    await expect(ask(calls, words)).rejects.toMatchObject({ code: 'command.usage' });
  });

  it.each([
    [calls, ''],
    [calls, 'sbc1'],
    [trunks, ''],
    [call, ID],
  ] as const)('says how to have calls watched where none are', async (command, words) => {
    const { answer } = await ask(command, words, []);
    expect([answer.ok, JSON.stringify(answer.card)]).toEqual([
      false,
      expect.stringContaining('direct-routing'),
    ]);
  });
});

describe('trunks', () => {
  it('lists them over a day, or the window that is asked for', async () => {
    const { answer, questions } = await ask(trunks, '');
    expect([answer.card.title, questions]).toEqual([
      '1 of 2 trunks in trouble in the last 24 hours',
      [{ about: 'trunks', windowMs: DAY }],
    ]);
    expect((await ask(trunks, '1h')).questions).toEqual([{ about: 'trunks', windowMs: HOUR }]);
    await expect(ask(trunks, 'sbc1')).rejects.toMatchObject({ code: 'command.usage' });
  });
});

describe('call', () => {
  it('shows the call of an id in any letters', async () => {
    const { answer } = await ask(call, ID.toUpperCase());
    expect([answer.ok, answer.card.title]).toEqual([true, expect.stringContaining('Outbound call failed')]);
  });

  it('finds the tenant that knows it', async () => {
    const stranger = { tenant: 'fabrikam', facts: [], fresh: false, error: 'no such call' };
    const { answer } = await ask(call, ID, [stranger, {}]);
    expect([answer.ok, JSON.stringify(answer.card)]).toEqual([true, expect.not.stringContaining('fabrikam')]);
  });

  it('says why it is not there', async () => {
    const { answer } = await ask(call, 'aaaa-bbbb', [{ fresh: false, error: 'It cannot be read.' }]);
    expect([answer.ok, JSON.stringify(answer.card)]).toEqual([
      false,
      expect.stringContaining('It cannot be read.'),
    ]);
  });

  it.each(['', 'a b', '<script>', 'x'.repeat(80)])('takes no “call %s”', async (words) => {
    await expect(ask(call, words)).rejects.toMatchObject({ code: 'command.usage' });
  });
});
