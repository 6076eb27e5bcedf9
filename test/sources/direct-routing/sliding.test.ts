import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Dimension } from '../../../src/model/ask.js';
import type { Fact } from '../../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import { keyHead } from '../../../src/sources/direct-routing/key.js';
import { pollFacts, type KnownGroup } from '../../../src/sources/direct-routing/poll-facts.js';
import { openSliding } from '../../../src/sources/direct-routing/sliding.js';
import type { MinuteCount } from '../../../src/sources/keep.js';
import { T0 } from '../../support/builders.js';

const count = fc.record({
  gap: fc.constantFrom(0, 0, MINUTE, 7 * MINUTE, 3 * HOUR, 26 * HOUR),
  trunk: fc.constantFrom('sbc1.contoso.com', 'sbc2.contoso.com', ''),
  code: fc.constantFrom('', '', '486/560486', '503/560503', '504/569008'),
  country: fc.constantFrom('GB', 'FR', ''),
  emergency: fc.boolean(),
  count: fc.integer({ min: 1, max: 30 }),
});

const BY: readonly (readonly Dimension[])[] = [['trunk'], ['country'], ['trunk', 'code']];

/** In which order trunks stand is nobody's concern. */
function bySubject(facts: readonly Fact[]): readonly Fact[] {
  return [...facts].sort((a, b) => a.subject.localeCompare(b.subject));
}

describe('counts that come in order', () => {
  it('give the same facts as all of them gone over anew, however long nobody called', () => {
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(MINUTE, 40 * MINUTE, 20 * HOUR),
        (given, quiet) => {
          const windows = [5 * MINUTE, 3 * HOUR];
          const sliding = openSliding(windows);
          const all: MinuteCount[] = [];
          const known = new Map<string, KnownGroup>();
          let at = T0;
          for (const { gap, code, trunk, country, emergency, count: calls } of given) {
            at += gap;
            const key = keyHead({ trunk, direction: 'out', country, code, emergency, recovered: false });
            const one = { minute: at, key, count: calls };
            all.push(one);
            sliding.add(one);
            const now = at + quiet;
            const each = (tell: (minute: number, key: string, count: number) => void): void => {
              for (const known of all)
                if (known.minute >= now - 2 * DAY - HOUR) tell(known.minute, known.key, known.count);
            };
            const asks = BY.flatMap((by) => windows.map((windowMs) => ({ by, windowMs, marks: [] })));
            const input = { tenant: 'contoso', now, runs: new Map(), asks, each };
            const goingOn = { list: sliding.list(now), known, condensed: sliding.condensed(now) };
            const slid = pollFacts({ ...input, ...goingOn });
            expect(bySubject(slid)).toEqual(bySubject(pollFacts(input)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
