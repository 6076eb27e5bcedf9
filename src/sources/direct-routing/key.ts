import type { Direction } from './verdict.js';

/** What calls of one minute have in common. */
export interface Dimensions {
  /** The SBC's FQDN in lower case; empty when the call failed before a trunk was chosen. */
  readonly trunk: string;
  readonly direction: Direction;
  /** ISO 3166-1 alpha-2 of the other party's number; empty when it cannot be told. */
  readonly country: string;
  /** `504/569008`; empty for an answered call. */
  readonly code: string;
  readonly emergency: boolean;
  /**
   * True for the note that one of the failed attempts alike was followed by a success elsewhere: it is no attempt of its own and
   * only lowers the number of failures that a user saw.
   */
  readonly recovered: boolean;
  /** The Graph user's id, `bot` for an auto attendant or queue; empty when it was not kept apart. */
  readonly user: string;
}

const LETTERS = { in: 'i', out: 'o', unknown: 'u' } as const;
const DIRECTIONS: Readonly<Record<string, Direction>> = { i: 'in', o: 'out' };

/** Everything but the user, ending with the bar after which the user may stand. */
export function keyHead({
  trunk,
  direction,
  country,
  code,
  emergency,
  recovered,
}: Omit<Dimensions, 'user'>): string {
  const marks = `${emergency ? 'e' : ''}${recovered ? 'r' : ''}`;
  return `${trunk.replaceAll('|', '_')}|${LETTERS[direction]}|${country}|${code}|${marks}|`;
}

export function writeKey(dimensions: Dimensions): string {
  const { user } = dimensions;
  const packed = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(user)
    ? Buffer.from(user.replaceAll('-', ''), 'hex').toString('base64url')
    : user;
  return keyHead(dimensions) + packed;
}

/** Reads what `writeKey` wrote; anything else is an attempt of which nothing is known. */
export function readKey(key: string): Dimensions {
  const [trunk = '', direction = '', country = '', code = '', marks = '', user = ''] = key.split('|');
  return {
    trunk,
    direction: DIRECTIONS[direction] ?? 'unknown',
    country,
    code,
    emergency: marks.includes('e'),
    recovered: marks.includes('r'),
    user: user.length === 22 ? unpacked(user) : user,
  };
}

function unpacked(user: string): string {
  const hex = Buffer.from(user, 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
