import { createHash } from 'node:crypto';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../../model/time.js';

/** One row of the direct routing log as the wire has it (Microsoft Learn, directRoutingLogRow), or as it should not. */
export type CallRow = Readonly<Record<string, unknown>>;

/** Calls of some trunks end badly for a while: this share of them, with these codes. */
export interface Trouble {
  readonly trunk: string;
  readonly from: Instant;
  readonly to: Instant;
  /** 0 to 1. */
  readonly share: number;
  /** Calls a minute beside the usual ones: people who dial again, or a campaign. */
  readonly more?: number;
  readonly sip: number;
  readonly sub: number;
  readonly phrase: string;
}

export interface CallState {
  /** From this instant on these trunks carry calls: many by day, few by night. */
  traffic(from: Instant, trunks: readonly string[]): void;
  trouble(trouble: Trouble): void;
  /** Rows as they are, from their start on, in the log from `seenAt` on (at once without it). */
  put(rows: readonly CallRow[], seenAt?: Instant): void;
  /** The rows that began in from ≤ start < to and are in the log by now. */
  rows(from: Instant, to: Instant): readonly CallRow[];
}

/**
 * Calls are made when somebody asks: each minute's from the minute itself, so that the same question has the same answer for
 * ever. The minutes asked for last are remembered, as a poll asks again for most of what the one before it asked for. A row appears when the call is over, most within minutes, every twentieth up to two days late.
 */
export function openCalls(now: () => Instant, settle: () => void): CallState {
  let begin = Number.POSITIVE_INFINITY;
  let trunks: readonly string[] = [];
  const troubles: Trouble[] = [];
  const given: Made[] = [];
  const known = new Map<Instant, readonly Made[]>();
  const callsOf = (minute: Instant): readonly Made[] => {
    const calls = known.get(minute) ?? madeIn(minute, trunks, troubles);
    // Last in order: the first are forgotten first.
    known.delete(minute);
    known.set(minute, calls);
    for (const [oldest] of known)
      if (known.size > REMEMBERED) known.delete(oldest);
      else break;
    return calls;
  };
  return {
    traffic(from, names) {
      begin = from;
      trunks = names;
      known.clear();
    },
    trouble(trouble) {
      troubles.push(trouble);
      known.clear();
    },
    put(added, seenAt = now()) {
      for (const row of added)
        given.push({ startedAt: Date.parse(String(row['startDateTime'])), seenAt, row });
    },
    rows(from, to) {
      settle();
      const present = now();
      const first = Math.max(begin, from - (from % MINUTE));
      const isShown = (call: Made): boolean =>
        call.startedAt >= from && call.startedAt < to && call.seenAt <= present;
      const rows = given.filter(isShown).map(({ row }) => row);
      for (let minute = first - (first % MINUTE); minute < Math.min(to, present); minute += MINUTE)
        for (const call of callsOf(minute)) if (isShown(call)) rows.push(call.row);
      return rows;
    },
  };
}

/** In minutes: three days, which is more than a poll asks for again. */
const REMEMBERED = (3 * DAY) / MINUTE;

/** Four calls a minute in office hours (UTC), one at night. */
function callsIn(minute: Instant): number {
  const hour = new Date(minute).getUTCHours();
  return hour >= 7 && hour < 18 ? 4 : 1;
}

/** The calls that begin in a minute: the usual ones over all trunks, and those that a trouble brings on its own. */
function madeIn(minute: Instant, trunks: readonly string[], troubles: readonly Trouble[]): readonly Made[] {
  const usual = Array.from({ length: callsIn(minute) }, (_, n) => made(minute, n, trunks, troubles));
  const more = troubles
    .filter(({ from, to }) => minute >= from && minute < to)
    .flatMap(({ trunk, more: count = 0 }) =>
      Array.from({ length: count }, (_, n) => made(minute, `${trunk} ${n}`, [trunk], troubles)),
    );
  return [...usual, ...more];
}

const SUCCESS = { sip: 0, sub: 540_000, phrase: 'BYE' };

/** What callers do: most answer, some are busy, do not answer or hang up. */
const HABITS = [
  ...Array.from({ length: 15 }, () => SUCCESS),
  { sip: 486, sub: 560_486, phrase: 'Busy here' },
  { sip: 480, sub: 560_480, phrase: 'Temporarily unavailable' },
  { sip: 487, sub: 540_487, phrase: 'Request terminated' },
  { sip: 487, sub: 540_487, phrase: 'Request terminated' },
  { sip: 404, sub: 560_404, phrase: 'Not found' },
];

interface Made {
  readonly startedAt: Instant;
  readonly seenAt: Instant;
  readonly row: CallRow;
}

function made(
  minute: Instant,
  n: number | string,
  trunks: readonly string[],
  troubles: readonly Trouble[],
): Made {
  const dice = createHash('sha256').update(`${minute} ${n}`).digest();
  const roll = (at: number, sides: number): number => dice.readUInt16BE(at) % sides;
  const trunk = trunks[roll(0, Math.max(1, trunks.length))] ?? 'sbc1.contoso.example';
  const startedAt = minute + roll(2, 60) * SECOND;
  const trouble = troubles.find(
    (known) =>
      known.trunk === trunk &&
      startedAt >= known.from &&
      startedAt < known.to &&
      roll(4, 1_000) < known.share * 1_000,
  );
  const end = trouble ?? HABITS[roll(6, HABITS.length)] ?? SUCCESS;
  const answered = end.sip === 0;
  const seconds = answered ? 10 + roll(8, 600) : 0;
  const outbound = roll(10, 3) > 0;
  const late = roll(12, 20) === 0 ? roll(14, 48) * HOUR : roll(14, 5) * MINUTE;
  const id = uuid(dice);
  return {
    startedAt,
    seenAt: startedAt + seconds * SECOND + late,
    row: {
      id,
      correlationId: uuid(createHash('sha256').update(id).digest()),
      userId: `00000000-0000-4000-8000-0000000000${String(10 + roll(16, 40))}`,
      userPrincipalName: `user${roll(16, 40)}@contoso.example`,
      userDisplayName: `User ${roll(16, 40)}`,
      startDateTime: stamp(startedAt),
      inviteDateTime: stamp(startedAt - 2 * SECOND),
      failureDateTime: answered ? NEVER : stamp(startedAt),
      endDateTime: answered ? stamp(startedAt + seconds * SECOND) : NEVER,
      duration: seconds,
      callType: outbound ? 'ByotOut' : 'ByotIn',
      successfulCall: answered,
      callerNumber: outbound ? '+3315550***' : '+4420794***',
      calleeNumber: outbound ? '+4930901***' : '+3315550***',
      mediaPathLocation: answered ? 'FRCE' : '',
      signalingLocation: 'EUWE',
      finalSipCode: end.sip,
      callEndSubReason: end.sub,
      finalSipCodePhrase: end.phrase,
      trunkFullyQualifiedDomainName: trunk,
      mediaBypassEnabled: false,
    },
  };
}

const NEVER = '0001-01-01T00:00:00Z';

function stamp(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function uuid(bytes: Buffer): string {
  const hex = bytes.subarray(0, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The log is asked for at most this long a span (HTTP 406 beyond it). */
export const LONGEST_SPAN = 90 * DAY;
