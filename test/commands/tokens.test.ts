import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/lib/nearest.js';
import { quote, tokenise, withoutAddress } from '../../src/commands/support/tokens.js';

describe('words of a command', () => {
  it.each<[string, readonly string[]]>([
    ['status teams', ['status', 'teams']],
    ['  status \t teams\n', ['status', 'teams']],
    ['status "exchange online"', ['status', 'exchange online']],
    ['status “exchange online”', ['status', 'exchange online']],
    ['status „exchange online“', ['status', 'exchange online']],
    ['status «exchange online»', ['status', 'exchange online']],
    ["status 'exchange online'", ['status', 'exchange online']],
    ["note 1 it's fine, isn't it", ['note', '1', "it's", 'fine,', "isn't", 'it']],
    ['note 1 "unclosed words', ['note', '1', '"unclosed', 'words']],
    ['--tenant="a b" status', ['--tenant=a b', 'status']],
    ['note 1 ""', ['note', '1', '']],
    ['say "a \\"b\\" c"', ['say', 'a "b" c']],
    ['', []],
  ])('%s', (text, words) => {
    expect(tokenise(text)).toEqual(words);
  });

  it('come back from their quoted form, whatever they are', () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '“', '”', "'", '=', '„', '«', '»', '’') }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(tokenise(words.map(quote).join(' '))).toEqual(words);
      }),
      { numRuns: 500 },
    );
  });

  it('never fail and lose no letter outside quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of tokenise(text)) expect(text.replace(/\\/g, '')).toContain(word.replace(/\\/g, ''));
      }),
    );
  });
});

describe('the bot’s own name', () => {
  it.each([
    ['/tocsin status', 'status'],
    ['@Tocsin, status', 'status'],
    ['<at>Tocsin</at> status', 'status'],
    ['<@U0123|tocsin> status', 'status'],
    ['tocsinate', 'tocsinate'],
    ['@tocsinate', '@tocsinate'],
  ])('is taken off “%s”', (text, rest) => {
    expect(withoutAddress(text)).toBe(rest);
  });
});

describe('the nearest word', () => {
  it.each([
    ['stauts', 'status', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['same', 'same', 0],
  ])('%s and %s are %d apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  it('keeps the triangle inequality for equal steps and is zero only for equals', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('offers nothing far-fetched', () => {
    expect(nearest('xyzzy', ['status', 'help'])).toEqual([]);
  });
});
