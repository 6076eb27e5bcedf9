import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../../src/commands/command.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { openWeek, type PlayedWeek } from '../support/week.js';

describe('explain', () => {
  let week: PlayedWeek;

  beforeAll(async () => {
    week = await openWeek({ people: [] });
    await week.at(0, 'service-health', 'message-center', 'cqd', 'partner-insights');
    await week.at(HOUR, 'service-health', 'message-center');
  });
  afterAll(() => week.close());

  const titleOf = ({ ok, card }: Answer): string => `${ok ? '' : 'refused: '}${card.title}`;
  const words = ({ card }: Answer): string => JSON.stringify(card.sections);

  it.each([
    ['an incident by its number', 'explain 1004', /^Why INC-1004: Exchange Online/],
    ['an incident by its name', 'explain inc-1004', /^Why INC-1004: Exchange Online/],
    ['a subject', 'explain service:Exchange', /^Why service:Exchange is quiet$/],
    ['a subject in any case', 'explain SERVICE:exchange', /^Why service:Exchange is quiet$/],
    ['a subject by its id', 'explain Exchange', /^Why service:Exchange is quiet$/],
    ['a service by its name', 'explain Microsoft Teams', /^Why service:microsoftteams is quiet$/],
    ['a service by a part of its name', 'explain Intune', /^Why service:Intune/],
    ['an issue', 'explain ex1184213', /^Why issue:EX1184213 alarms: service-issue$/],
    ['a post', 'explain MC1183902', /^Why message:MC1183902 alarms: action-required$/],
    ['a source by its key', 'explain contoso/cqd/paris', /^Why source:contoso\/cqd\/paris is quiet$/],
    ['a report by a part of its name', 'explain nightly', /^Why “Nightly Teams calls” \(report:/],
    ['a rule', 'explain service-issue', /^service-issue fires on 3 of 3 subjects$/],
    ['a rule as a subject', 'explain rule:service-issue', /^service-issue fires/],
    ['a rule that announces', 'explain message-new', /^message-new announces changes/],
    ['a channel', 'explain noc', /^Why channel:noc is quiet$/],
    ['one tenant alone', 'explain Exchange --tenant contoso', /^Why service:Exchange is quiet$/],
    ['a site with two stages', 'explain paris', /^refused: “paris” may be one of several$/],
    ['a slip of the finger', 'explain servce-issue', /^refused: Nothing on record is called “servce-issue”$/],
    ['an incident that never was', 'explain INC-9999', /^refused: Nothing on record is called “INC-9999”$/],
    ['a call of nobody', 'explain call:0000-nothing', /^refused: Nothing on record/],
    ['nothing', 'explain', /^refused: Explain what\?/],
    ['what is hostile', `explain ${'%'.repeat(300)}';drop table facts;--`, /^refused: Nothing on record/],
  ])('takes %s', async (_what, command, title) => {
    expect(titleOf(await week.ask(command))).toMatch(title);
  });

  it('suggests what is nearest, as commands to press', async () => {
    expect(words(await week.ask('explain servce-issue'))).toContain('"command":"explain service-issue"');
    expect(words(await week.ask('explain paris'))).toContain('"command":"explain cqd:paris/cube"');
  });

  it('answers from the record while the API is down, and says that nothing is decided meanwhile', async () => {
    const outage = week.sandbox.faults.add({
      match: /serviceAnnouncement/,
      kind: { kind: 'status', status: 403 },
    });
    await week.at(HOUR + 5 * MINUTE, 'service-health');
    const answer = await week.ask('explain EX1184213');
    outage.remove();
    expect(titleOf(answer)).toBe('Why issue:EX1184213 alarms: service-issue');
    expect(words(answer)).toContain('Nothing is decided now');
    expect(words(answer)).toContain('active yes ✓');
    const source = await week.ask('explain source:contoso/service-health');
    expect(source.card).toMatchObject({
      tone: 'major',
      title: expect.stringMatching(/alarms: source-blind$/) as unknown,
    });
    expect(words(source)).not.toContain('Nothing is decided now');
    expect(words(source)).toMatch(/failures 1 ≥ 1 ✓, state denied = denied ✓/);
    await week.at(HOUR + 10 * MINUTE, 'service-health');
  });

  it('still explains an issue that is no longer reported', async () => {
    week.sandbox.health.removeIssue('EX1184213');
    await week.at(2 * HOUR, 'service-health');
    const answer = await week.ask('explain EX1184213');
    expect(titleOf(answer)).toBe('issue:EX1184213 is no longer reported');
    expect(words(answer)).toContain('active yes ✓');
  });
});
