import type { Fact } from '../../src/model/source.js';
import { HOUR, MINUTE, type Duration } from '../../src/model/time.js';
import { callFact, failedCall } from '../../src/sources/direct-routing/call.js';
import { trunkFact, windowFact } from '../../src/sources/direct-routing/facts.js';
import { writeKey } from '../../src/sources/direct-routing/key.js';
import { windowFacts } from '../../src/sources/direct-routing/windows.js';
import type { MinuteCount } from '../../src/sources/keep.js';

export const CALLS_NOW = Date.parse('2026-11-21T03:14:30Z');
export const TO = Date.parse('2026-11-21T03:15:00Z');
export const SBC1 = 'sbc1.contoso.com';
export const SBC2 = 'sbc2.contoso.com';

/** `count` attempts on a trunk that began so many minutes before the end. */
export function some(trunk: string, minutesAgo: number, code: string, count: number): MinuteCount {
  const key = writeKey({
    trunk,
    direction: 'out',
    country: 'FR',
    code,
    emergency: false,
    recovered: false,
    user: '',
  });
  return { minute: TO - minutesAgo * MINUTE, key, count };
}

/** An hour in which the certificate of one SBC expires, and the other does well. */
export function badHour(): readonly MinuteCount[] {
  const counts: MinuteCount[] = [];
  for (let ago = 60; ago > 12; ago -= 2) {
    counts.push(some(SBC2, ago, '', 12));
    counts.push(some(SBC1, ago, '', ago > 30 ? 6 : 1));
    if (ago <= 30) counts.push(some(SBC1, ago, '504/569008', 4));
    if (ago % 10 === 0) counts.push(some(SBC1, ago, '486/560486', 1), some(SBC2, ago, '503/560503', 1));
  }
  return counts;
}

const FAILURES = [
  {
    id: '9e8bba57-dc14-533a-a7dd-f0da6575eed1',
    at: new Date(TO - 14 * MINUTE).toISOString(),
    code: '504/569008',
    verdict: 'SBC, not Microsoft: the SBC’s certificate has expired (504/569008)',
  },
];

/** What the call log answers about a window: of all trunks, or of one. */
export function callsFacts(
  counts: readonly MinuteCount[],
  { trunk = '', windowMs = HOUR }: { trunk?: string; windowMs?: Duration } = {},
): readonly Fact[] {
  const shown = { from: TO - windowMs, to: TO, now: CALLS_NOW, liveFrom: TO - windowMs };
  const failures = counts.some(({ key }) => key.includes('504')) ? FAILURES : [];
  if (trunk === '')
    return [windowFact('calls:contoso', '', counts, shown, failures), ...trunkFacts(counts, windowMs)];
  const own = counts.filter(({ key }) => key.startsWith(`${trunk}|`));
  return [windowFact(`calls:${trunk}`, trunk, own, shown, failures)];
}

export function trunkFacts(counts: readonly MinuteCount[], windowMs: Duration = HOUR): readonly Fact[] {
  const shown = { from: TO - windowMs, to: TO, now: CALLS_NOW, liveFrom: TO - windowMs };
  return windowFacts(counts, { by: ['trunk'], ...shown }).map((window) => trunkFact(window, shown));
}

/** One failed call, as the log's row says it and the privacy settings leave it. */
export function aCall(over: Readonly<Record<string, unknown>> = {}, recovered = false): Fact {
  const row = {
    id: '9e8bba57-dc14-533a-a7dd-f0da6575eed1',
    correlationId: 'f2a1c9f0-7d0e-4c3f-9a3b-0d1a5e6b7c8d',
    userPrincipalName: 'adele@contoso.com',
    userDisplayName: 'Adele Vance',
    startDateTime: '2026-11-21T03:01:10.0000000Z',
    inviteDateTime: '2026-11-21T03:01:10.0000000Z',
    failureDateTime: '2026-11-21T03:01:21.0000000Z',
    endDateTime: '2026-11-21T03:01:21.0000000Z',
    duration: 0,
    callType: 'ByotOut',
    successfulCall: false,
    callerNumber: '+33144556677',
    calleeNumber: '+33612345678',
    mediaPathLocation: 'FRCE',
    signalingLocation: 'EUNO',
    finalSipCode: 504,
    callEndSubReason: 569008,
    finalSipCodePhrase: 'Unable to deliver INVITE: certificate of sbc1.contoso.com has expired',
    trunkFullyQualifiedDomainName: 'SBC1.contoso.com',
    mediaBypassEnabled: true,
    ...over,
  };
  const started = Date.parse('2026-11-21T03:01:10Z');
  return callFact(failedCall(row, started, { numbers: 'mask', users: 'mask' }), recovered);
}
