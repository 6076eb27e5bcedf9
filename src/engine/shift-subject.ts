import { handover, HANDOVER_INCIDENTS } from '../commands/support/handover.js';
import { heldBack } from '../incidents/silence.js';
import type { Incident } from '../model/incident.js';
import type { Schedule } from '../model/schedule.js';
import type { Silence } from '../model/silence.js';
import type { OutboxRow } from '../model/telling.js';
import { DAY, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import { scopesOf } from '../notify/scope.js';
import { shiftAt } from '../oncall/shifts.js';
import type { DecidingStore } from '../store/store.js';
import type { AnnounceDeps } from './announce-deps.js';
import { isOf } from './narrow/incidents.js';
import type { ShiftDeps } from './shift-deps.js';
import type { Subject } from './subject.js';

/** As far back as the shift that has just ended may have begun. */
const PAST = 40 * DAY;

/** The notice of a change of shift, as things stand when it is told; undefined for a row about something else. */
export function shiftSubject(
  channel: Channel,
  row: OutboxRow,
  deps: AnnounceDeps,
): Promise<Subject> | undefined {
  const [, name = '', before = ''] = /^handover:([^/]+)\/\d+\/(.*)$/.exec(row.topic) ?? [];
  const schedule = deps.shifts?.schedules().find((known) => known.name === name);
  return schedule === undefined || deps.shifts === undefined
    ? undefined
    : noticeOf(schedule, before, channel, row, deps, deps.shifts);
}

async function noticeOf(
  schedule: Schedule,
  before: string,
  channel: Channel,
  row: OutboxRow,
  { store, clock, url }: AnnounceDeps,
  shifts: ShiftDeps,
): Promise<Subject> {
  const now = clock.now();
  const [told, roster, seen] = await Promise.all([
    store.telling(row.topic, channel.name),
    shifts.roster(now - PAST),
    seenIn(channel.name, now, store, shifts),
  ]);
  // It is about the shift that ended just before the change was noticed.
  const since = shiftAt(schedule, row.changedAt - 1, PAST, roster)?.from;
  const card = handover({ ...seen, schedules: [schedule], roster, before, since, now, url });
  const pending = channel.pager !== true && (told?.ref === undefined || told.state === 'sending');
  return {
    message: {
      topic: row.topic,
      key: row.topic,
      card,
      status: 'firing',
      groupKey: `{}:{handover=${JSON.stringify(schedule.name)}}`,
      groupLabels: { handover: schedule.name },
      alerts: [],
      url,
    },
    told,
    incident: undefined,
    threadSeq: 0,
    thread: [],
    threadSeqs: [],
    decision: pending
      ? { do: 'post', reason: told?.state === 'sending' ? 'outcome-unknown' : 'first' }
      : { do: 'nothing', reason: 'unchanged' },
  };
}

/** What may be seen in the channel: a customer's has their incidents alone, and what is silenced of them. */
async function seenIn(
  channel: string,
  now: Instant,
  store: Pick<DecidingStore, 'incidents' | 'silences'>,
  { root, tenants, matches }: ShiftDeps,
): Promise<{ incidents: readonly Incident[]; silences: readonly Silence[] }> {
  const [incidents, silences] = await Promise.all([
    store.incidents({ limit: HANDOVER_INCIDENTS }),
    store.silences(now),
  ]);
  const scope = scopesOf(root(), tenants(), matches)(channel);
  if (scope === undefined || scope.length === 0) return { incidents, silences };
  const mine = new Set(scope);
  const theirs = incidents.filter((incident) => isOf(mine, incident));
  return {
    incidents: theirs,
    silences: silences.filter(({ matchers }) => heldBack(matchers, theirs).length > 0),
  };
}
