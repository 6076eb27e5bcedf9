import { describe, expect, it } from '@jest/globals';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import { runCommand } from '../../src/commands/index.js';
import type { Reach } from '../../src/incidents/silence.js';
import { parseMatcher } from '../../src/lib/matchers.js';
import type { Silence } from '../../src/model/silence.js';
import { HOUR } from '../../src/model/time.js';
import { anIssueIncident, NOW } from '../cards/samples.js';
import { aContext, aDesk, type FakeDesk } from './desk.js';

const three: Silence = {
  id: 3,
  matchers: [parseMatcher('tenant="contoso"')],
  startsAt: NOW - HOUR,
  endsAt: NOW + HOUR,
  author: { name: 'bob', via: 'teams' },
  comment: 'planned',
};

async function ask(text: string, reach: Partial<Reach> = {}, silences: readonly Silence[] = [three]) {
  const desk: FakeDesk = aDesk({ incidents: [anIssueIncident()], silences, reach: () => reach });
  const answer = await runCommand(text, aContext(desk));
  const words = renderTerminal(answer.card, { colour: false, width: 400, timeZone: 'UTC' });
  return { ...answer, words, acts: desk.acts };
}

const many = { subjects: ['trunk:a', 'trunk:b'], fired: 41, acknowledged: 3 };

describe('silence with matchers', () => {
  it.each([
    ['silence subject="trunk:a" 2h', 'silence subject="trunk:a" 120m "" alice'],
    ['silence subject=“trunk:a” tenant=contoso', 'silence subject="trunk:a" tenant="contoso" 60m "" alice'],
    [
      'silence {tenant="contoso",subject=~"trunk:.*"} 30m it\'s the carrier',
      'silence tenant="contoso" subject=~"trunk:.*" 30m "it\'s the carrier" alice',
    ],
    [
      'silence subject="trunk:a" 2h --tenant fabrikam',
      'silence tenant="fabrikam" subject="trunk:a" 120m "" alice',
    ],
    [
      '/tocsin fabrikam silence subject="trunk:a" 2h',
      'silence tenant="fabrikam" subject="trunk:a" 120m "" alice',
    ],
  ])('%s is done at once when it is about one subject', async (text, act) => {
    const answer = await ask(text, { subjects: ['trunk:a'] });
    expect([answer.ok, answer.acts]).toEqual([true, [act]]);
  });

  it('asks first when it is about more, and says what it would have cost', async () => {
    const asked = await ask('silence tenant=contoso severity=~"critical|major" 2h planned work', many);
    expect(asked.acts).toEqual([]);
    expect(asked.card.title).toBe('Silence 2 subjects for 2 h?');
    expect(asked.words).toContain('It would have muted 41 alerts, 3 of them acknowledged');
    const [confirm] = asked.card.actions;
    expect(confirm?.command).toBe(
      'silence --yes tenant="contoso" severity=~"critical|major" 2h planned work',
    );
    const done = await ask(confirm?.command ?? '', many);
    expect(done.acts).toEqual([
      'silence tenant="contoso" severity=~"critical|major" 120m "planned work" alice',
    ]);
    expect((await ask('silence tenant=contoso 2h —yes', many)).acts).toEqual([
      'silence tenant="contoso" 120m "" alice',
    ]);
  });

  it('asks first when it could be about anything and nothing is known yet', async () => {
    expect((await ask('silence subject=~".+" 2h')).acts).toEqual([]);
    expect((await ask('silence tenant=contoso 2h')).acts).toHaveLength(1);
  });

  it('says that no alert has such a label', async () => {
    const answer = await ask('silence trunc=sbc1 2h', { unknownLabels: ['trunc'] });
    expect(answer.words).toContain('no alert of now or of the last week has the label “trunc”');
  });

  it.each([
    ['silence', 'What shall be silent?'],
    ['silence tenant=contoso subject=~"[" 2h', 'At character 16: "[" is not an expression'],
    ['silence tenant="contoso 2h', 'At character 8: the quotes do not close'],
    ['silence tenant=contoso 2weeks', '“2weeks” is not a duration'],
    ['silence tenant=contoso 400d', 'from 1m to 90d'],
    ['silence tenant=~".*" 1h', 'this would match everything'],
    ['silence #3', 'Say +2h, -30m, 2h or a comment'],
    ['silence #3 -2h', 'That would end it now: say unsilence #3'],
    ['silence #3 +90d', 'A silence lasts 90d at most'],
    ['silence #4 +1h', 'There is no silence #4'],
    ['unsilence', 'Which silence?'],
    ['unsilence 4', 'There is no silence #4'],
  ])('helps with “%s”', async (text, expected) => {
    const answer = await ask(text);
    expect(answer.words).toContain(expected);
    expect([answer.ok, answer.acts]).toEqual([false, []]);
  });
});

describe('a silence that is there', () => {
  it.each([
    ['silence #3 +2h', 'change #3 180m "planned" alice'],
    ['silence #3 -30m', 'change #3 30m "planned" alice'],
    ['silence #3 4h', 'change #3 240m "planned" alice'],
    ['silence #3 +1h carrier says Monday', 'change #3 120m "carrier says Monday" alice'],
    ['silence #3 carrier says Monday', 'change #3 60m "carrier says Monday" alice'],
    ['unsilence #3', 'unsilence #3 alice'],
    ['unsilence 3', 'unsilence #3 alice'],
  ])('%s', async (text, act) => {
    const answer = await ask(text);
    expect([answer.ok, answer.acts]).toEqual([true, [act]]);
  });

  it('is listed with what it holds back now', async () => {
    const words = (await ask('silences')).words;
    expect(words).toMatch(/#3 tenant="contoso" until .* \(1 h left\) · bob: planned · holds back INC-1042/);
  });
});

describe('unsilence of an incident', () => {
  const own: Silence = {
    ...three,
    id: 5,
    matchers: Object.entries(anIssueIncident().groupLabels).map(([name, value]) => ({
      name,
      op: '=',
      value,
    })),
  };

  it('ends what was set for it', async () => {
    expect((await ask('unsilence INC-1042', {}, [own, three])).acts).toEqual(['unsilence 1042 alice']);
  });

  it('names the wider silence instead of ending it', async () => {
    const answer = await ask('unsilence INC-1042');
    expect([answer.ok, answer.acts]).toEqual([false, []]);
    expect(answer.words).toContain('unsilence #3');
  });

  it('shows the card when nothing holds it back', async () => {
    const answer = await ask('unsilence INC-1042', {}, []);
    expect([answer.ok, answer.acts, answer.card.topic]).toEqual([true, [], 'incident:1042']);
  });
});
