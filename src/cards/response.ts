import type { Card, Section } from '../model/card.js';
import type { ResponseWeek } from '../model/response.js';
import type { Duration, Instant } from '../model/time.js';
import { fact, factsSection, heading, paragraph, say, type CardFact } from './parts.js';
import { age, plural } from './words.js';

const PEOPLE = 15;

/** The same as a card of its own. */
export function responseCard({ weeks, now }: { weeks: readonly ResponseWeek[]; now: Instant }): Card {
  const title = 'How people answered in the last 7 days';
  const sections = responseSections(weeks);
  return {
    topic: 'response',
    tone: 'neutral',
    title,
    fallback: title,
    sections:
      sections.length === 0
        ? [paragraph(say('No incident opened, and nobody was called.'))]
        : sections.slice(1),
    actions: [],
    ...(weekBefore(weeks) === undefined ? {} : { footer: [say('in brackets the 7 days before')] }),
    at: now,
  };
}

/** How quickly incidents of the last week were taken and over, and who was called how often; in brackets the week before. */
export function responseSections(weeks: readonly ResponseWeek[]): readonly Section[] {
  const [week] = weeks;
  const before = weekBefore(weeks);
  if (week === undefined || (week.incidents === 0 && week.people.length === 0)) return [];
  return [
    heading('How people answered'),
    ...factsSection([
      meanFact('Acknowledged after (MTTA)', [week.mttaMs, before?.mttaMs], week.acknowledged, week),
      meanFact('Over after (MTTR)', [week.mttrMs, before?.mttrMs], week.resolved, week),
    ]),
    ...pagesTable(week, before),
  ];
}

/** Undefined when nothing was to be answered then: there is nothing to compare with. */
function weekBefore([, before]: readonly ResponseWeek[]): ResponseWeek | undefined {
  return before === undefined || (before.incidents === 0 && before.people.length === 0) ? undefined : before;
}

function meanFact(
  label: string,
  [ms, before]: readonly [Duration | undefined, Duration | undefined],
  count: number,
  { incidents }: ResponseWeek,
): CardFact {
  const earlier = before === undefined ? '' : ` (${age(before)})`;
  if (incidents === 0) return fact(label, say(`no incident opened${earlier}`));
  const all = plural(incidents, 'incident');
  return fact(
    label,
    say(
      ms === undefined ? `none of ${all}${earlier}` : `${age(ms)}${earlier} on average; ${count} of ${all}`,
    ),
  );
}

function pagesTable(week: ResponseWeek, before: ResponseWeek | undefined): readonly Section[] {
  const names = [...new Set([...week.people, ...(before?.people ?? [])].map(({ person }) => person))];
  if (names.length === 0) return [];
  const cell = (name: string, of: 'pages' | 'night'): string => {
    const count = (one: ResponseWeek | undefined): number =>
      one?.people.find(({ person }) => person === name)?.[of] ?? 0;
    return before === undefined ? `${count(week)}` : `${count(week)} (${count(before)})`;
  };
  return [
    {
      kind: 'table',
      columns: ['Called', 'Times', 'At night'],
      rows: names
        .slice(0, PEOPLE)
        .map((name) => [[say(name)], [say(cell(name, 'pages'))], [say(cell(name, 'night'))]]),
    },
  ];
}
