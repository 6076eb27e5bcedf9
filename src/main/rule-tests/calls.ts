import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';
import { span } from './fields.js';

const code = z
  .string()
  .regex(/^(?:answered|\d{3}\/\d{1,9})$/, 'is not a code such as 504/569008, or answered');

/** Calls that follow each other at even distances: rows of the log without writing them down. */
export const callsSchema = z.strictObject({
  /** Empty: the call failed before one was chosen. */
  trunk: z.string().default('sbc1.contoso.com'),
  /** How long before the step, and how long from it on. */
  before: span.default(0),
  for: span.default(0),
  every: span.refine((ms) => ms >= SECOND, 'must be 1s at least').optional(),
  count: z.number().int().min(1).max(1_000_000).optional(),
  code: code.default('answered'),
  /** Several codes in these proportions. */
  codes: z.record(code, z.number().positive()).optional(),
  direction: z.enum(['in', 'out']).default('out'),
  to: z.string().optional(),
  user: z.string().optional(),
  emergency: z.boolean().default(false),
  /** How long after the call its row appears in the log. */
  late: span.default(0),
  /** Each failed attempt succeeds on this trunk two seconds later. */
  failover: z.string().min(1).optional(),
});

export type Calls = z.output<typeof callsSchema>;

export interface TimedRow {
  /** When the log shows it. */
  readonly at: Instant;
  readonly row: Readonly<Record<string, unknown>>;
}

/** The rows of these calls, as Graph writes them. `seed` tells them from those of every other entry. */
export function rowsOfCalls(calls: Calls, from: Instant, seed: string): readonly TimedRow[] {
  const begins = from - calls.before;
  const length = calls.before + calls.for;
  const count = calls.count ?? Math.max(1, Math.floor(length / (calls.every ?? MINUTE)));
  const every = calls.every ?? length / count;
  const next = mixOf(calls);
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    attempt(calls, next(), Math.round(begins + i * every), `${seed}/${i}`),
  );
}

/** Codes in turn, so that at each moment their proportions are as near as can be to what was asked for. */
function mixOf({ code: only, codes }: Calls): () => string {
  const shares = Object.entries(codes ?? { [only]: 1 });
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  const given = new Map(shares.map(([name]) => [name, 0]));
  let told = 0;
  return () => {
    told += 1;
    const owed = shares.map(([name, share]) => ({
      name,
      by: (share / total) * told - (given.get(name) ?? 0),
    }));
    const [most] = owed.sort((a, b) => b.by - a.by);
    const name = most?.name ?? only;
    given.set(name, (given.get(name) ?? 0) + 1);
    return name;
  };
}

function attempt(calls: Calls, codeText: string, at: Instant, seed: string): TimedRow[] {
  const first = rowOf(calls, codeText, at, seed, calls.trunk);
  if (calls.failover === undefined || codeText === 'answered') return [first];
  const again = rowOf(calls, 'answered', at + 2 * SECOND, `${seed}/again`, calls.failover);
  return [first, { ...again, row: { ...again.row, correlationId: first.row['correlationId'] } }];
}

const TALK: Duration = MINUTE;

function rowOf(calls: Calls, codeText: string, at: Instant, seed: string, trunk: string): TimedRow {
  const answered = codeText === 'answered';
  const [sip, sub] = answered ? [0, 560_000] : codeText.split('/').map(Number);
  const ends = answered ? at + TALK : at;
  const own = '+33155501234';
  const other = calls.emergency ? '112' : (calls.to ?? '+442079460958');
  return {
    at: ends + calls.late,
    row: {
      id: guid(seed),
      correlationId: guid(`${seed}/correlation`),
      userId: guid(calls.user ?? 'user'),
      userPrincipalName: `${calls.user ?? 'user'}@contoso.com`,
      userDisplayName: calls.user ?? 'User',
      startDateTime: stamp(at),
      inviteDateTime: stamp(at - 3 * SECOND),
      failureDateTime: answered ? NEVER : stamp(at),
      endDateTime: answered ? stamp(ends) : NEVER,
      duration: (ends - at) / SECOND,
      callType: calls.emergency ? 'ByotOutEmergency' : calls.direction === 'in' ? 'ByotIn' : 'ByotOut',
      successfulCall: answered,
      callerNumber: calls.direction === 'in' ? other : own,
      calleeNumber: calls.direction === 'in' ? own : other,
      mediaPathLocation: 'EUWE',
      signalingLocation: 'EUWE',
      finalSipCode: sip,
      callEndSubReason: sub,
      finalSipCodePhrase: answered ? 'BYE' : 'Failed',
      trunkFullyQualifiedDomainName: trunk,
      mediaBypassEnabled: false,
    },
  };
}

const NEVER = '0001-01-01T00:00:00Z';

function stamp(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function guid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
