import type { Away, ContactRule, WeekTime } from '../model/schedule.js';
import type { Severity } from '../model/severity.js';
import { DAY, MINUTE, type Instant } from '../model/time.js';
import { isOpen } from './week.js';

/** How one person wants to be reached. */
export interface Contact {
  readonly name: string;
  readonly timeZone: string;
  readonly notify: readonly ContactRule[];
  /** Nothing but what is critical is told at these times. */
  readonly quiet: readonly WeekTime[];
}

/** One message to one person, by one way. */
export interface Page {
  /** Once for each key. */
  readonly key: string;
  readonly person: string;
  readonly via: string;
  readonly dueAt: Instant;
  /** In words: `5 min after the call`, `quiet hours until …`. */
  readonly reason: string;
}

/** Longer than any quiet time: whoever set all hours quiet is told all the same. */
const LONGEST_QUIET = 7 * DAY;

/**
 * The messages that a call of somebody turns into, each at its time. Those that come due after somebody acknowledged are not
 * sent; that is decided when they come due. Quiet hours put off what is not critical to their end.
 */
export function pagesOf(
  contact: Contact,
  severity: Severity,
  called: { readonly key: string; readonly at: Instant },
): Page[] {
  return contact.notify
    .filter(({ severities }) => severities.length === 0 || severities.includes(severity))
    .map(({ via, after }, index) => {
      const wanted = called.at + after;
      const dueAt = severity === 'critical' ? wanted : afterQuiet(contact, wanted);
      return {
        key: `${called.key}/${contact.name}/${index}`,
        person: contact.name,
        via,
        dueAt,
        reason:
          dueAt > wanted
            ? `quiet hours of ${contact.name}`
            : after === 0
              ? 'at once'
              : `${Math.round(after / MINUTE)} min after the call`,
      };
    });
}

function afterQuiet({ quiet, timeZone }: Contact, wanted: Instant): Instant {
  if (quiet.length === 0) return wanted;
  const minute = Math.ceil(wanted / MINUTE) * MINUTE;
  if (!isOpen(quiet, timeZone, wanted)) return wanted;
  for (let at = minute; at < wanted + LONGEST_QUIET; at += MINUTE)
    if (!isOpen(quiet, timeZone, at)) return at;
  return wanted;
}

/** Whether somebody is away: called by name all the same, and said so. */
export function isAway(person: string, away: readonly Away[], at: Instant): boolean {
  return away.some((time) => time.person === person && time.from <= at && at < time.to);
}
