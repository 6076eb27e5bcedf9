import type { Card } from '../model/card.js';
import type { Override, Shift } from '../model/schedule.js';
import type { Inline } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import { bold, listSection, paragraph, say, time, type ListItem } from './parts.js';
import { plural } from './words.js';

/** One schedule as it stands now. */
export interface ScheduleView {
  readonly name: string;
  readonly timeZone: string;
  /** The shift that is on; without a person nobody is. It ends at `Infinity` when nobody else takes over. */
  readonly now: Shift | undefined;
  /** What follows, in order; times in which nobody is on among them. */
  readonly next: readonly Shift[];
  readonly overrides: readonly Override[];
  /** Times of the next weeks in which nobody is on. */
  readonly gaps: readonly { readonly from: Instant; readonly to: Instant }[];
  /** Two wishes for the same time: the later one has it. */
  readonly overlaps: readonly {
    readonly from: Instant;
    readonly to: Instant;
    readonly people: readonly [string, string];
  }[];
}

/** Who is on call, until when, who takes over, and what was changed by hand. */
export function onCallCard({ schedules, now }: { schedules: readonly ScheduleView[]; now: Instant }): Card {
  const open = schedules.filter((schedule) => schedule.now?.person === undefined);
  const title =
    schedules.length === 0
      ? 'There is no schedule'
      : schedules.map(({ name, now: shift }) => `${name}: ${shift?.person ?? 'nobody'}`).join(', ');
  return {
    topic: 'oncall',
    tone: schedules.length === 0 ? 'neutral' : open.length > 0 ? 'warning' : 'ok',
    title: schedules.length === 1 ? `On call in ${title}` : `On call: ${title}`,
    fallback: `On call: ${title}`,
    sections:
      schedules.length === 0
        ? [
            paragraph(
              say('Schedules stand in the settings, under '),
              { text: 'schedules', code: true },
              say('.'),
            ),
          ]
        : schedules.flatMap((schedule) => [
            ...listSection(`${schedule.name} (${schedule.timeZone})`, shiftItems(schedule), 8),
            ...(schedule.overrides.length === 0
              ? []
              : listSection(plural(schedule.overrides.length, 'override'), overrideItems(schedule), 6)),
            ...listSection('Nobody is on call', gapItems(schedule), 3),
            ...listSection('Wanted twice', overlapItems(schedule), 3),
          ]),
    actions: [],
    at: now,
  };
}

function shiftItems({ now, next }: ScheduleView): readonly ListItem[] {
  return [
    {
      tone: now?.person === undefined ? 'warning' : 'ok',
      line: [bold(now?.person ?? 'nobody'), say(' now'), ...until(now?.to)],
    },
    ...next.map((shift): ListItem => ({
      tone: shift.person === undefined ? 'warning' : 'neutral',
      line: [bold(shift.person ?? 'nobody'), say(' from '), time(shift.from), ...until(shift.to)],
    })),
  ];
}

function until(at: Instant | undefined): readonly Inline[] {
  return at === undefined || !Number.isFinite(at) ? [] : [say(' until '), time(at)];
}

function gapItems({ gaps }: ScheduleView): readonly ListItem[] {
  return gaps.map(({ from, to }) => ({
    tone: 'warning',
    line: [say('from '), time(from), say(' until '), time(to)],
  }));
}

function overlapItems({ overlaps }: ScheduleView): readonly ListItem[] {
  return overlaps.map(({ from, to, people: [first, second] }) => ({
    tone: 'warning',
    line: [say(`${first} and ${second} from `), time(from), say(' until '), time(to)],
  }));
}

function overrideItems({ overrides }: ScheduleView): readonly ListItem[] {
  return overrides.map(({ id, person, from, to, author, comment }) => ({
    tone: 'neutral',
    line: [
      bold(`#${id} ${person}`),
      say(' from '),
      time(from),
      say(' until '),
      time(to),
      say(` · ${author}${comment === '' ? '' : `: ${comment}`}`),
    ],
  }));
}

/** Where a calendar program finds a schedule. */
export function feedCard({
  schedule,
  feed,
  now,
}: {
  readonly schedule: string;
  readonly feed: string;
  readonly now: Instant;
}): Card {
  return {
    topic: 'oncall',
    tone: 'neutral',
    title: `The schedule ${schedule} for your calendar`,
    fallback: `The schedule ${schedule} for your calendar: ${feed}`,
    sections: [
      paragraph(say('Subscribe to this address in Outlook, Google or any other calendar:')),
      paragraph({ text: feed, code: true }),
      paragraph(say('It follows overrides and absences. Whoever has the address can read it.')),
    ],
    actions: [],
    at: now,
  };
}
