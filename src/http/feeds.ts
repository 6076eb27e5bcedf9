import type { ServerResponse } from 'node:http';
import { calendarText } from '../lib/ical.js';
import type { Log } from '../lib/log.js';
import type { Schedule } from '../model/schedule.js';
import { DAY, type Instant } from '../model/time.js';
import type { Roster } from '../oncall/on-call.js';
import { shifts } from '../oncall/shifts.js';
import type { Mount } from './deps.js';
import { openSigner, type SignerMemory } from './signer.js';
import { refuse } from './refuse.js';

export interface FeedDeps {
  readonly memory: SignerMemory;
  /** As people reach us, without a trailing slash. */
  readonly url: string;
  readonly now: () => Instant;
  readonly schedules: () => readonly Schedule[];
  readonly roster: (since: Instant) => Promise<Roster>;
  readonly log: Log;
}

export interface Feeds {
  /** Where a calendar program finds the schedule of this name; whoever has the address may read it. */
  addressOf(schedule: string): Promise<string>;
  /** `GET /calendars/<signed>/<schedule>.ics`; 404 for whatever we have not signed. */
  readonly mount: Mount;
}

const PATH = '/calendars/';
const KEY = 'calendars/key';
const PAST = 14 * DAY;
const AHEAD = 90 * DAY;

/** Final schedules as iCalendar feeds: who is on, overrides and absences worked in. */
export function openFeeds({ memory, url, now, schedules, roster, log }: FeedDeps): Feeds {
  const signer = openSigner(memory, KEY, now);

  const textOf = async (address: string): Promise<string | undefined> => {
    const [, mac = '', name = ''] =
      /^\/calendars\/([\w-]{43})\/([A-Za-z0-9._-]{1,63})\.ics$/.exec(address.split('?', 1)[0] ?? '') ?? [];
    if (name === '' || !(await signer.isSigned(name, mac))) return undefined;
    const schedule = schedules().find((known) => known.name === name);
    return schedule === undefined ? undefined : feedOf(schedule, now(), await roster(now() - PAST));
  };

  return {
    addressOf: async (name) => `${url}${PATH}${await signer.sign(name)}/${name}.ics`,
    mount: {
      method: 'GET',
      path: PATH,
      handler: (req, res) => {
        textOf(req.url ?? '')
          .then((text) =>
            text === undefined
              ? refuse(res, 404, 'not-found', 'There is no such calendar.')
              : show(res, text),
          )
          .catch((error: unknown) => {
            log.error({ err: error }, 'the calendar of a schedule could not be made');
            refuse(res, 500, 'failed', 'The calendar could not be made.');
          });
      },
    },
  };
}

function feedOf(schedule: Schedule, now: Instant, roster: Roster): string {
  const begin = now - PAST;
  // One that began before is cut off here, each time somewhere else: it would be another event with each fetch.
  const whole = shifts(schedule, begin, now + AHEAD, roster).filter(({ from }) => from > begin);
  const events = whole.flatMap(({ person, from, to }) =>
    person === undefined
      ? []
      : [{ id: `${schedule.name}-${from}`, title: `${person} · ${schedule.name}`, from, to }],
  );
  return calendarText(`On call: ${schedule.name}`, events);
}

function show(res: ServerResponse, text: string): void {
  res.writeHead(200, {
    'content-type': 'text/calendar; charset=utf-8',
    'cache-control': 'private, max-age=300',
    'x-content-type-options': 'nosniff',
  });
  res.end(text);
}
