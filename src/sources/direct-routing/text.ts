import { toIso } from '../dates.js';
import { line } from '../text.js';

const PLAIN = /^[!-~]*(?: [!-~]+)*$/;
const STAMP =
  /^((?:19|2\d)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,3}))?Z$/;

/** One clean line, as `line` gives it; what is clean already, as nearly all of it is, comes back at once. */
export function tidy(text: string, max: number): string {
  return text.length <= max && PLAIN.test(text) ? text : line(text, max);
}

/** A date in ISO, as `toIso` gives it, by a shorter way for those that are written as they mostly are. */
export function dateText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (value.startsWith('0001-')) return null;
  const [, seconds, fraction = ''] = STAMP.exec(value) ?? [];
  return seconds === undefined ? toIso(value) : `${seconds}.${fraction.padEnd(3, '0')}Z`;
}
