import type { Incident, TimelineEntry } from '../model/incident.js';
import type { Page } from '../model/page.js';
import type { PersonWeek, ResponseWeek } from '../model/response.js';
import { DAY, type Duration, type Instant } from '../model/time.js';
import { isPerson } from './handled.js';

const WEEK = 7 * DAY;

export interface ResponseInput {
  readonly incidents: readonly Incident[];
  /** Lines that tell whether somebody had an incident, of all incidents, oldest first. */
  readonly acts: readonly TimelineEntry[];
  readonly pages: readonly Page[];
  /** IANA time zone of a person. */
  readonly zoneOf: (person: string) => string;
  readonly weeks: number;
  readonly now: Instant;
}

/** Week by week, newest first. */
export function responseOf(input: ResponseInput): readonly ResponseWeek[] {
  const taken = firstTaken(input.acts);
  const counted = input.incidents.filter(isAnswerable);
  const calls = callsOf(input.pages);
  return Array.from({ length: input.weeks }, (_, i) => {
    const to = input.now - i * WEEK;
    const from = to - WEEK;
    // What opens at this moment is of this week.
    const within = (at: Instant): boolean => at > from && at <= to;
    const own = counted.filter(({ openedAt }) => within(openedAt));
    const tta = own.flatMap((incident) => takenAfter(incident, taken) ?? []);
    const ttr = own.flatMap(({ openedAt, resolvedAt }) =>
      resolvedAt === undefined ? [] : [resolvedAt - openedAt],
    );
    return {
      from,
      to,
      incidents: own.length,
      acknowledged: tta.length,
      ...mean('mttaMs', tta),
      resolved: ttr.length,
      ...mean('mttrMs', ttr),
      people: peopleOf(
        calls.filter(({ at }) => within(at)),
        input.zoneOf,
      ),
    };
  });
}

function isAnswerable({ baselineOf, alerts }: Incident): boolean {
  return baselineOf === undefined && !alerts.every(({ once }) => once);
}

/** Whoever takes it, puts it off or ends it has seen it. */
function firstTaken(acts: readonly TimelineEntry[]): ReadonlyMap<number, readonly Instant[]> {
  const taken = new Map<number, Instant[]>();
  for (const { incident, kind, at, actor } of acts) {
    if (!isPerson(actor) || !['acknowledged', 'snoozed', 'resolved'].includes(kind)) continue;
    const known = taken.get(incident);
    if (known === undefined) taken.set(incident, [at]);
    else known.push(at);
  }
  return taken;
}

function takenAfter(
  { id, openedAt, acknowledgedAt }: Incident,
  taken: ReadonlyMap<number, readonly Instant[]>,
): Duration | undefined {
  const times = [...(taken.get(id) ?? []), ...(acknowledgedAt === undefined ? [] : [acknowledgedAt])];
  const first = times.filter((at) => at >= openedAt).sort((a, b) => a - b)[0];
  return first === undefined ? undefined : first - openedAt;
}

interface Call {
  readonly person: string;
  readonly at: Instant;
}

/** Pages of one step to one person by several ways are one call: their keys differ in the way alone. */
function callsOf(pages: readonly Page[]): readonly Call[] {
  const calls = new Map<string, Call>();
  for (const { key, person, state, dueAt } of pages) {
    if (person === undefined || state !== 'told') continue;
    const call = key.slice(0, key.lastIndexOf('/'));
    const known = calls.get(call);
    if (known === undefined || dueAt < known.at) calls.set(call, { person, at: dueAt });
  }
  return [...calls.values()];
}

function peopleOf(calls: readonly Call[], zoneOf: (person: string) => string): readonly PersonWeek[] {
  const people = new Map<string, { pages: number; night: number }>();
  for (const { person, at } of calls) {
    const count = people.get(person) ?? { pages: 0, night: 0 };
    people.set(person, count);
    count.pages += 1;
    if (isNight(at, zoneOf(person))) count.night += 1;
  }
  return [...people]
    .map(([person, count]) => ({ person, ...count }))
    .sort((a, b) => b.pages - a.pages || b.night - a.night || a.person.localeCompare(b.person));
}

const NIGHT = { from: 22, to: 7 } as const;

function isNight(at: Instant, timeZone: string): boolean {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format(at),
  );
  return hour >= NIGHT.from || hour < NIGHT.to;
}

function mean<K extends string>(name: K, values: readonly Duration[]): { readonly [key in K]?: Duration } {
  if (values.length === 0) return {};
  const one = Math.round(values.reduce((a, b) => a + b, 0) / values.length);
  return { [name]: one } as { readonly [key in K]?: Duration };
}
