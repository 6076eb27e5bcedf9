import { createHash } from 'node:crypto';
import type { Alert } from '../model/alert.js';
import { flapping, shownRevision, type Destination, type Incident } from '../model/incident.js';
import type { Telling } from '../model/telling.js';
import { isSeverity, isWorse } from '../model/severity.js';
import { MINUTE, type Instant } from '../model/time.js';
import type { Hush } from './mute.js';

/** What to do now for one incident in one channel, and why. */
export type Decision =
  | { readonly do: 'post'; readonly reason: 'first' | 'changed' | 'outcome-unknown' }
  | { readonly do: 'edit'; readonly reason: 'changed' | 'thread' }
  /** Still firing and nobody has it: say so again, in the thread where there is one. */
  | { readonly do: 'remind'; readonly reason: 'repeat' | 'calls-again' }
  | {
      readonly do: 'hold';
      readonly reason: Hush['reason'] | 'group-wait' | 'group-interval';
      readonly detail: string;
      readonly until: Instant;
    }
  | {
      readonly do: 'nothing';
      readonly reason:
        | 'never-announced'
        | 'baseline'
        | 'unchanged'
        | 'flapping'
        | 'acknowledged'
        | 'no-longer-routed'
        | 'not-needed';
    };

export interface DecideInput {
  readonly incident: Incident;
  readonly destination: Destination | undefined;
  readonly told: Telling | undefined;
  /** It is over, but its time to be told had come while it was not, and nothing hushed it: told late, and never not at all. */
  readonly owed: boolean;
  /** The channel can change a message in place. */
  readonly canEdit: boolean;
  readonly sparing: boolean;
  readonly pager: boolean;
  /** The newest timeline line that belongs in the thread. */
  readonly threadSeq: number;
  readonly hush: Hush | undefined;
  readonly now: Instant;
}

// A hush without a known end (inhibition, mute time) is looked at again this often.
const LOOK_AGAIN = MINUTE;

/**
 * Looks at the incident as it is and at what the channel was last told, never at how often it was asked: running it twice
 * decides the same, and after the first run it decides `unchanged`.
 */
export function decide(input: DecideInput): Decision {
  const { incident, told, destination } = input;
  if (told?.ref === undefined && told?.state !== 'sending') return first(input);
  if (told.state === 'sending') return { do: 'post', reason: 'outcome-unknown' };
  if (destination === undefined) return { do: 'nothing', reason: 'no-longer-routed' };
  if (!input.canEdit) return retold(input, told, destination, incident);
  return input.pager && isBack(incident, told) ? pagedAgain(input) : living(input, told);
}

function first({ incident, destination, owed, hush, now }: DecideInput): Decision {
  if (destination === undefined) return { do: 'nothing', reason: 'no-longer-routed' };
  if (incident.baselineOf !== undefined) return { do: 'nothing', reason: 'baseline' };
  if (incident.state === 'resolved' && !owed && !incident.alerts.some((alert) => alert.once))
    return { do: 'nothing', reason: 'never-announced' };
  const ready = incident.openedAt + destination.groupWait;
  if (now < ready)
    return {
      do: 'hold',
      reason: 'group-wait',
      detail: `groupWait ${destination.groupWait / 1000} s`,
      until: ready,
    };
  if (hush !== undefined) return { do: 'hold', ...held(hush, now) };
  return { do: 'post', reason: 'first' };
}

/** A card that is there always shows the truth: an edit makes no noise, so no silence holds it back. Only reminders wait. */
function living({ incident, destination, threadSeq, hush, now }: DecideInput, told: Telling): Decision {
  if (shownRevision(incident) > told.revision) return { do: 'edit', reason: 'changed' };
  if (threadSeq > told.threadSeq) return { do: 'edit', reason: 'thread' };
  const reason = incident.revision > told.revision ? 'flapping' : 'unchanged';
  return reminder(incident, destination, told, hush, now) ?? { do: 'nothing', reason };
}

/** What people were told to be over and is not: they are woken once more, unless somebody silenced it. */
function pagedAgain({ hush, now }: DecideInput): Decision {
  return hush === undefined ? { do: 'edit', reason: 'changed' } : { do: 'hold', ...held(hush, now) };
}

function isBack(incident: Incident, told: Telling): boolean {
  return told.status === 'resolved' && incident.state !== 'resolved';
}

function retold(
  { hush, now, sparing }: DecideInput,
  told: Telling,
  destination: Destination,
  incident: Incident,
): Decision {
  const status = statusOf(incident);
  const said = whatIsSaid(incident, sparing);
  const same =
    status === told.status &&
    (status === 'resolved' || (sparing ? !isNews(said, told.firing) : sameSet(said, told.firing)));
  if (same) return reminder(incident, destination, told, hush, now) ?? { do: 'nothing', reason: 'unchanged' };
  if (hush !== undefined && status === 'firing') return { do: 'hold', ...held(hush, now) };
  const ready = (told.lastAt ?? 0) + destination.groupInterval;
  if (now < ready)
    return {
      do: 'hold',
      reason: 'group-interval',
      detail: `groupInterval ${destination.groupInterval / 1000} s`,
      until: ready,
    };
  return { do: 'post', reason: 'changed' };
}

function reminder(
  incident: Incident,
  destination: Destination | undefined,
  told: Telling,
  hush: Hush | undefined,
  now: Instant,
): Decision | undefined {
  if (incident.state === 'resolved' || destination === undefined) return undefined;
  const woken = hasWoken(incident, told);
  if (!woken && now < (told.lastAt ?? 0) + destination.repeatInterval) return undefined;
  // An acknowledged incident stays quiet: somebody is on it, unless it got worse since.
  if (!woken && incident.state === 'acknowledged') return { do: 'nothing', reason: 'acknowledged' };
  if (hush !== undefined) return { do: 'hold', ...held(hush, now) };
  return { do: 'remind', reason: woken ? 'calls-again' : 'repeat' };
}

/** Its snooze ended or it got worse, and this channel has made no noise since. */
export function hasWoken({ state, wokeAt }: Incident, told: Telling): boolean {
  return state !== 'resolved' && wokeAt !== undefined && (told.lastAt ?? 0) < wokeAt;
}

function held(hush: Hush, now: Instant): { reason: Hush['reason']; detail: string; until: Instant } {
  return {
    reason: hush.reason,
    detail: hush.detail,
    until: Math.min(hush.until ?? Infinity, now + LOOK_AGAIN),
  };
}

/** An announcement was never open: it is told as what it says, for who hears `resolved` first takes it for nothing. */
export function statusOf({ state, alerts }: Incident): 'firing' | 'resolved' {
  const announced = alerts.length > 0 && alerts.every((alert) => alert.once);
  return state === 'resolved' && !announced ? 'resolved' : 'firing';
}

/**
 * One mark for each firing alert and what is said of it: a channel that cannot edit is told again when this changes. For a
 * sparing one how bad each is, and whether somebody has it.
 */
export function whatIsSaid(incident: Incident, sparing: boolean): string[] {
  const flaps = new Set(flapping(incident).map((flap) => flap.fingerprint));
  // What flaps is told once, and not again for each of its numbers.
  const saidOf = (alert: Alert): string => (flaps.has(alert.fingerprint) ? 'flapping' : mark(alert));
  const marks = incident.alerts
    .filter((alert) => alert.state === 'firing')
    .map((alert) => `${alert.fingerprint}#${sparing ? alert.severity : saidOf(alert)}`)
    .sort();
  return sparing && incident.state === 'acknowledged' ? [...marks, TAKEN] : marks;
}

const TAKEN = 'acknowledged';

function mark(alert: Alert): string {
  return createHash('sha256')
    .update(`${alert.severity}\n${alert.summary}\n${alert.description}`)
    .digest('hex')
    .slice(0, 8);
}

/** Another alert, a worse one, or somebody took it or gave it back. That it eased, or partly ended, can wait. */
function isNews(said: readonly string[], told: readonly string[]): boolean {
  if (said.includes(TAKEN) !== told.includes(TAKEN)) return true;
  const known = new Map(told.map(severityMark));
  return said.map(severityMark).some(([alert, severity]) => {
    const before = known.get(alert);
    return before === undefined || (isSeverity(severity) && isSeverity(before) && isWorse(severity, before));
  });
}

function severityMark(text: string): [string, string] {
  const cut = text.lastIndexOf('#');
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
