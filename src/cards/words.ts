import type { Tone } from '../model/card.js';
import { isSeverity, SEVERITIES } from '../model/severity.js';
import type { Instant } from '../model/time.js';

/** `40 s`, `7 min`, `2 h 5 min`, `3 d 4 h`: two units at most, as people say it. */
export { span as age } from '../lib/duration.js';

/** For plain text that cannot show the reader's own zone: `03:05 UTC`, with the day when it is not today's. */
export function clock(at: Instant, now: Instant): string {
  const iso = new Date(at).toISOString();
  const time = `${iso.slice(11, 16)} UTC`;
  return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? time : `${iso.slice(0, 10)} ${time}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** One line of at most `max` characters, cut at a word where one is near. */
export function clip(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const points = Array.from(line);
  if (points.length <= max) return line;
  const cut = points.slice(0, max - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > cut.length * 0.7 ? cut.slice(0, space) : cut).replace(/[\s,;:.]+$/, '')}…`;
}

/** A sentence has one full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** Microsoft's words for its own states, and how bad each is (Microsoft Learn, serviceHealthStatus). */
const STATUSES: Readonly<Record<string, readonly [string, Tone]>> = {
  serviceoperational: ['Operational', 'ok'],
  investigating: ['Investigating', 'warning'],
  servicedegradation: ['Service degradation', 'major'],
  serviceinterruption: ['Service interruption', 'critical'],
  restoringservice: ['Restoring service', 'major'],
  extendedrecovery: ['Extended recovery', 'major'],
  verifyingservice: ['Verifying service', 'warning'],
  investigationsuspended: ['Investigation suspended', 'info'],
  servicerestored: ['Service restored', 'ok'],
  falsepositive: ['False positive', 'ok'],
  postincidentreviewpublished: ['Post-incident review published', 'ok'],
  mitigated: ['Mitigated', 'info'],
  mitigatedexternal: ['Mitigated by somebody else', 'info'],
  resolved: ['Resolved', 'ok'],
  resolvedexternal: ['Resolved by somebody else', 'ok'],
  confirmed: ['Confirmed', 'warning'],
  reported: ['Reported', 'warning'],
};

/** `serviceDegradation` → `Service degradation`; a state nobody has told us about keeps the source's or its own words. */
export function statusText(status: string, spoken?: string): string {
  const known = STATUSES[status.toLowerCase().replace(/[\s-]/g, '')];
  if (known !== undefined) return known[0];
  if (spoken !== undefined) return spoken;
  const words = status.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A level of ours (`ok`, a severity) decides; without one Microsoft's status does. */
export function toneOf(level: string | undefined, status: string | undefined): Tone {
  if (level === 'ok') return 'ok';
  if (isSeverity(level)) return level;
  if (status === undefined) return 'neutral';
  return STATUSES[status.toLowerCase().replace(/[\s-]/g, '')]?.[1] ?? 'warning';
}

const TONES: readonly Tone[] = [...SEVERITIES, 'neutral', 'ok'];

/** Sorts worst first. */
export function compareTone(a: Tone, b: Tone): number {
  return TONES.indexOf(a) - TONES.indexOf(b);
}

export function worstTone(tones: readonly Tone[]): Tone {
  return [...tones].sort(compareTone)[0] ?? 'ok';
}

export function badgeOf(tone: Tone): string {
  return tone === 'neutral' ? 'INFO' : tone.toUpperCase();
}
