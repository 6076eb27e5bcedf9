import { describe, expect, it } from '@jest/globals';
import { isFailure, rowOf, verdictOf, type Direction } from '../../../src/sources/direct-routing/verdict.js';

type Row = readonly [
  sip: number | null,
  sub: number | null,
  owner: string,
  page: string,
  category: string,
  words: string,
];

/** Microsoft's tables, line by line. `now` is "page at once", `burst` every other "page", `never` "no". */
const SIP: readonly Row[] = [
  [400, null, 'sbc', 'burst', 'other', 'malformed'],
  [401, null, 'sbc', 'burst', 'carrier', 'authentication'],
  [407, null, 'sbc', 'burst', 'carrier', 'authentication'],
  [402, null, 'carrier', 'burst', 'carrier', 'payment'],
  [403, null, 'tenant', 'burst', 'other', 'refused'],
  [404, null, 'caller', 'report', 'other', 'unknown'],
  [405, null, 'sbc', 'burst', 'other', 'method'],
  [406, null, 'sbc', 'burst', 'other', 'acceptable'],
  [408, null, 'sbc', 'burst', 'other', 'in time'],
  [410, null, 'sbc', 'burst', 'media', 'media'],
  [412, null, 'sbc', 'report', 'other', 'number'],
  [413, null, 'sbc', 'burst', 'other', 'large'],
  [414, null, 'sbc', 'burst', 'other', 'long'],
  [415, null, 'sbc', 'burst', 'media', 'content type'],
  [420, null, 'sbc', 'burst', 'other', 'extension'],
  [480, null, 'caller', 'never', 'other', 'no answer'],
  [481, null, 'sbc', 'report', 'other', 'unknown'],
  [482, null, 'tenant', 'burst', 'tenant-config', 'loop'],
  [483, null, 'tenant', 'burst', 'tenant-config', 'hops'],
  [484, null, 'caller', 'report', 'other', 'incomplete'],
  [485, null, 'tenant', 'report', 'tenant-config', 'ambiguous'],
  [486, null, 'caller', 'never', 'other', 'busy'],
  [487, null, 'caller', 'never', 'other', 'hung up'],
  [488, null, 'sbc', 'burst', 'media', 'media'],
  [491, null, 'sbc', 'report', 'other', 'crossed'],
  [500, null, 'microsoft', 'burst', 'microsoft', 'server error'],
  [501, null, 'sbc', 'report', 'other', 'not implemented'],
  [502, null, 'carrier', 'burst', 'carrier', 'gateway'],
  [503, null, 'sbc', 'burst', 'overload', 'overloaded'],
  [504, null, 'sbc', 'now', 'unreachable', 'reach'],
  [580, null, 'sbc', 'report', 'other', 'precondition'],
  [600, null, 'caller', 'never', 'other', 'busy'],
  [603, null, 'caller', 'never', 'other', 'declined'],
  [604, null, 'caller', 'report', 'other', 'nowhere'],
  [606, null, 'sbc', 'report', 'other', 'nowhere'],
  [0, null, 'caller', 'never', 'other', 'ended'],
  [200, null, 'caller', 'never', 'other', 'ended'],
];

const SUB: readonly Row[] = [
  [0, 540000, 'caller', 'never', 'other', 'normal end'],
  [0, 560000, 'caller', 'never', 'other', 'normal end'],
  [408, 0, 'caller', 'report', 'other', 'client'],
  [408, 1106, 'sbc', 'burst', 'other', 'acknowledged'],
  [480, 10037, 'caller', 'never', 'other', 'signed in nowhere'],
  [480, 10140, 'microsoft', 'report', 'microsoft', 'bot'],
  [480, 10191, 'tenant', 'report', 'tenant-config', 'voicemail'],
  [403, 10199, 'tenant', 'report', 'tenant-config', 'private calls'],
  [404, 10202, 'sbc', 'report', 'other', 'replace'],
  [503, 10320, 'microsoft', 'burst', 'microsoft', 'bot'],
  [486, 10321, 'tenant', 'report', 'other', 'bot is busy'],
  [403, 10500, 'tenant', 'report', 'tenant-config', 'location-based'],
  [403, 10553, 'tenant', 'burst', 'tenant-config', 'recorder'],
  [408, 500001, 'sbc', 'burst', 'unreachable', 'failover timer'],
  [412, 510412, 'sbc', 'report', 'other', 'cannot be read'],
  [500, 510482, 'tenant', 'report', 'tenant-config', 'endless'],
  [403, 510532, 'tenant', 'burst', 'tenant-config', 'Contact'],
  [403, 510534, 'tenant', 'never', 'other', 'block list'],
  [500, 510544, 'tenant', 'burst', 'tenant-config', 'no trunk'],
  [403, 510546, 'tenant', 'report', 'tenant-config', 'toll bypass'],
  [403, 510559, 'tenant', 'burst', 'tenant-config', 'no voice route'],
  [403, 510560, 'tenant', 'report', 'tenant-config', 'Enterprise Voice'],
  [403, 510562, 'tenant', 'report', 'tenant-config', 'may not call out'],
  [403, 510563, 'tenant', 'never', 'other', 'domestic'],
  [404, 511404, 'tenant', 'burst', 'tenant-config', 'no user'],
  [410, 531000, 'sbc', 'burst', 'media', 'malformed'],
  [488, 531000, 'sbc', 'burst', 'media', 'SRTP'],
  [410, 531004, 'sbc', 'burst', 'media', 'ICE'],
  [410, 531005, 'sbc', 'burst', 'media', 'broke'],
  [488, 531027, 'sbc', 'burst', 'media', 'ICE candidates'],
  [488, 531052, 'sbc', 'report', 'media', '0.0.0.0'],
  [400, 540400, 'sbc', 'burst', 'other', 'invalid SIP'],
  [415, 540415, 'sbc', 'burst', 'media', 'offer'],
  [415, 510415, 'sbc', 'burst', 'media', 'offer'],
  [420, 540420, 'sbc', 'burst', 'other', 'extension'],
  [500, 540500, 'sbc', 'burst', 'other', 'duplicate'],
  [503, 540998, 'microsoft', 'burst', 'microsoft', 'draining'],
  [504, 549002, 'sbc', 'now', 'unreachable', 'TLS'],
  [504, 549018, 'sbc', 'now', 'unreachable', 'invalid'],
  [504, 569018, 'sbc', 'now', 'unreachable', 'invalid'],
  [402, 560402, 'carrier', 'burst', 'carrier', 'payment'],
  [403, 560403, 'sbc', 'burst', 'carrier', 'refused'],
  [408, 560408, 'carrier', 'burst', 'carrier', 'far side'],
  [420, 560420, 'sbc', 'burst', 'other', 'Replaces'],
  [484, 560484, 'caller', 'report', 'other', 'format'],
  [503, 560503, 'sbc', 'burst', 'overload', 'overloaded'],
  [504, 569002, 'sbc', 'now', 'unreachable', 'does not answer'],
  [504, 569003, 'sbc', 'now', 'certificate', 'not trusted'],
  [504, 569008, 'sbc', 'now', 'certificate', 'expired'],
  [504, 569009, 'sbc', 'now', 'certificate', 'untrusted root'],
  [504, 569015, 'sbc', 'now', 'dns', 'not in DNS'],
  [504, 569016, 'sbc', 'now', 'dns', 'no address'],
  [403, 510403, 'tenant', 'burst', 'tenant-config', 'blocked'],
  [403, 511532, 'tenant', 'burst', 'tenant-config', 'not found'],
  [404, 560404, 'caller', 'report', 'other', 'unknown'],
  [480, 560480, 'caller', 'never', 'other', 'no answer'],
  [486, 540486, 'caller', 'never', 'other', 'busy'],
  [486, 560486, 'caller', 'never', 'other', 'busy'],
  [487, 540487, 'caller', 'never', 'other', 'hung up'],
  [487, 560487, 'caller', 'never', 'other', 'hung up'],
  [500, 560500, 'sbc', 'burst', 'other', 'server error'],
  [603, 560603, 'caller', 'never', 'other', 'declined'],
];

/** What no page describes: the families, in their order. */
const FAMILIES: readonly Row[] = [
  // The sub-code alone, with another SIP code.
  [500, 569008, 'sbc', 'now', 'certificate', 'expired'],
  [null, 560403, 'sbc', 'burst', 'carrier', 'refused'],
  // 560xyz: the SBC answered xyz.
  [488, 560488, 'sbc', 'burst', 'media', 'the SBC answered 488'],
  [600, 560600, 'caller', 'never', 'other', 'the SBC answered 600'],
  [502, 560502, 'carrier', 'burst', 'carrier', 'the SBC answered 502'],
  [482, 560482, 'sbc', 'burst', 'other', 'the SBC answered 482'],
  // 540xyz: the same answer from Microsoft's side.
  [480, 540480, 'caller', 'never', 'other', 'no answer'],
  [603, 540603, 'caller', 'never', 'other', 'declined'],
  [408, 540408, 'sbc', 'burst', 'other', 'in time'],
  // Transport, routing and media.
  [504, 569099, 'sbc', 'now', 'unreachable', 'reach'],
  [504, 549099, 'sbc', 'now', 'unreachable', 'reach'],
  [500, 511999, 'tenant', 'burst', 'tenant-config', 'routing'],
  [488, 532001, 'sbc', 'burst', 'media', 'media'],
  // Then the SIP code, then nothing.
  [503, 123, 'sbc', 'burst', 'overload', 'overloaded'],
  [503, 560000, 'sbc', 'burst', 'overload', 'overloaded'],
  [699, 999999, 'unknown', 'report', 'other', 'nobody has described'],
  [null, null, 'unknown', 'report', 'other', 'nobody has described'],
];

describe('the verdict on a failed call', () => {
  it.each([...SIP, ...SUB, ...FAMILIES])('%p/%p is %s, %s, %s', (sip, sub, owner, page, category, words) => {
    const verdict = verdictOf(sip, sub);
    expect(verdict).toMatchObject({ owner, page, category, code: `${sip ?? '-'}/${sub ?? '-'}` });
    expect(verdict.meaning).toContain(words);
    expect(verdict.nextStep).not.toBe('');
  });

  it('busy, no answer, hung up and declined never page, whichever side says so', () => {
    for (const sip of [480, 486, 487, 600, 603]) {
      for (const sub of [null, 540000 + sip, 560000 + sip]) {
        expect(verdictOf(sip, sub)).toMatchObject({ page: 'never', delivered: true });
        expect(isFailure(verdictOf(sip, sub))).toBe(false);
      }
    }
    for (const [sip, sub] of [
      [480, 10037],
      [403, 510534],
      [403, 510563],
    ] as const)
      expect(isFailure(verdictOf(sip, sub))).toBe(false);
  });

  it('looks like no answer and is none: the called side is set up wrongly', () => {
    expect(verdictOf(480, 10191).delivered).toBe(false);
    expect(verdictOf(480, 10140).delivered).toBe(false);
  });

  it.each<[Direction, string, string]>([
    ['in', 'tenant', 'burst'],
    ['out', 'caller', 'report'],
  ])('an unknown number %s is the %s’s', (direction, owner, page) => {
    expect(verdictOf(404, null, direction)).toMatchObject({ owner, page });
  });

  it('not every code without 560 is Microsoft’s fault', () => {
    for (const [sip, sub] of [
      [504, 569002],
      [408, 500001],
      [500, 510544],
      [410, 531004],
    ] as const)
      expect(verdictOf(sip, sub).owner).not.toBe('microsoft');
  });
});

describe('the row that a verdict comes from', () => {
  it.each<[number | null, number | null, string]>([
    [504, 569_008, 'the row of the pair 504/569008'],
    [580, 560_580, 'the family 560 of Microsoft’s code 560580'],
    [504, 569_999, 'the family 569 of Microsoft’s code 569999'],
    [403, 510_999, 'the family 510 of Microsoft’s code 510999'],
    [486, null, 'the row of SIP 486'],
    [299, 777_777, 'no row: nobody has described it'],
    [null, null, 'no row: nobody has described it'],
  ])('%s/%s: %s', (sip, sub, row) => {
    expect(rowOf(sip, sub)).toBe(row);
  });
});
