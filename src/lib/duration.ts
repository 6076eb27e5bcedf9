import { DAY, HOUR, MINUTE, SECOND, type Duration } from '../model/time.js';

const UNITS: readonly (readonly [string, Duration])[] = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
];

/** `30s 5m 48h 7d`, also `1h30m` → milliseconds; undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/.exec(text.trim());
  if (match === null || match[0] === '') return undefined;
  return UNITS.reduce((sum, [, ms], i) => sum + Number(match[i + 1] ?? 0) * ms, 0);
}

/** The shortest text that `parseDuration` reads as the same span of whole seconds. */
export function formatDuration(ms: Duration): string {
  let left = Math.round(ms / SECOND) * SECOND;
  if (left <= 0) return '0s';
  let text = '';
  for (const [name, unit] of UNITS) {
    const count = Math.floor(left / unit);
    if (count > 0) text += `${count}${name}`;
    left -= count * unit;
  }
  return text;
}

/** For a sentence, two units at most: `40 s`, `7 min`, `2 h 5 min`, `3 d 4 h`. */
export function span(ms: Duration): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return twoUnits(ms, HOUR, 'h', MINUTE, 'min');
  return twoUnits(ms, DAY, 'd', HOUR, 'h');
}

function twoUnits(ms: Duration, big: Duration, bigName: string, small: Duration, smallName: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
