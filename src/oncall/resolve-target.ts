import { WAYS, type Person } from '../model/person.js';
import type { Schedule } from '../model/schedule.js';
import { DAY, type Instant } from '../model/time.js';
import { isAway } from './contact.js';
import type { Call } from './escalate.js';
import { onCall, type Roster } from './on-call.js';
import { shiftAt, shifts } from './shifts.js';

/** Who a call reaches, and why; a target that reaches nobody says why not. */
export interface Reached {
  readonly people: readonly { readonly name: string; readonly why: string }[];
  readonly channel?: string;
  readonly nobody?: string;
}

/** Somebody may have a long shift: as far as this is looked for the next one. */
const FAR = 60 * DAY;

export function reachedBy(
  target: Call['target'],
  at: Instant,
  schedules: readonly Schedule[],
  roster: Roster,
): Reached {
  switch (target.kind) {
    case 'channel':
      return { people: [], channel: target.name };
    case 'holder':
      return roster.people.has(target.name)
        ? { people: [{ name: target.name, why: 'has it' }] }
        : { people: [], nobody: `${target.name} is not listed under people` };
    case 'person':
      if (!roster.people.has(target.name))
        return { people: [], nobody: `${target.name} is no longer listed` };
      return {
        people: [
          {
            name: target.name,
            why: isAway(target.name, roster.away, at) ? 'by name, although away' : 'by name',
          },
        ],
      };
    case 'schedule': {
      const schedule = schedules.find(({ name }) => name === target.name);
      if (schedule === undefined)
        return { people: [], nobody: `there is no schedule ${target.name} any more` };
      return target.next === true ? nextOf(schedule, at, roster) : nowOf(schedule, at, roster);
    }
  }
}

function nowOf(schedule: Schedule, at: Instant, roster: Roster): Reached {
  const { person, detail } = onCall(schedule, at, roster);
  if (person === undefined) return { people: [], nobody: `nobody is on call in ${schedule.name}: ${detail}` };
  return { people: [{ name: person, why: `on call in ${schedule.name}, ${detail}` }] };
}

function nextOf(schedule: Schedule, at: Instant, roster: Roster): Reached {
  const now = shiftAt(schedule, at, FAR, roster);
  const next = shifts(schedule, at, at + FAR, roster).find(
    ({ person, from }) => person !== undefined && from > at && person !== now?.person,
  );
  if (next?.person === undefined) return { people: [], nobody: `nobody takes over in ${schedule.name}` };
  return { people: [{ name: next.person, why: `next in ${schedule.name}` }] };
}

/** How somebody is reached who said nothing about it: by every id they have, at once. */
export function contactOf(person: Person): Pick<Person, 'name' | 'notify' | 'quiet'> & { timeZone: string } {
  const ways = WAYS.filter((via) => person[via] !== undefined);
  return {
    name: person.name,
    timeZone: person.timeZone ?? 'UTC',
    quiet: person.quiet,
    notify: person.notify.length > 0 ? person.notify : ways.map((via) => ({ via, after: 0, severities: [] })),
  };
}
