import { z } from 'zod';
import { parseDuration } from '../lib/duration.js';
import { isLoopback } from '../lib/http/agent.js';
import { MatcherError, parseMatcher } from '../lib/matchers.js';

/** Milliseconds from `30s 5m 48h 7d`, also `1h30m`. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 30s, 5m, 48h or 7d` });
  return z.NEVER;
});

export function atLeast(least: number, text: string) {
  return duration.refine((ms) => ms >= least, `must be ${text} at least`);
}

export const matcher = z.string().transform((text, context) => {
  try {
    return parseMatcher(text);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

export const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'is not an IANA time zone such as Europe/Paris');

export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, dots, hyphens or underscores');

/** An address without the slashes at its end. */
export function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

/** https anywhere; http only to this machine itself. */
export const address = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}, 'must be an https address (http for a loopback host only)');

export const publicUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be an http or https address',
  );

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon`, `mon-fri`, `fri-mon` → days of the week, Monday 1. */
export const days = z.string().transform((text, context) => {
  const [from = '', to = from] = text.toLowerCase().split('-');
  const [first, last] = [DAYS.indexOf(from), DAYS.indexOf(to)];
  if (first < 0 || last < 0 || text.split('-').length > 2) {
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a day or a span of days such as mon or mon-fri`,
    });
    return z.NEVER;
  }
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => ((first + i) % 7) + 1);
});

/** `07:00` → minutes of the day; `24:00` is the end of it. */
export const timeOfDay = z.string().transform((text, context) => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  if (hours === undefined || Number(minutes) > 59 || at > 24 * 60) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a time of day such as 07:00` });
    return z.NEVER;
  }
  return at;
});
