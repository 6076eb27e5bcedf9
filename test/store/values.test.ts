import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromJson, lastByKey, optional, storable, toJson } from '../../src/store/values.js';

const units = fc.array(fc.constantFrom('\0', '\ud83d', '\udd25', '\\', 'u0000', 'ud83d', '"', 'a', '\uFFFD'));

describe('what Postgres can hold', () => {
  it('is any text once U+0000 and lone surrogates are replaced', () => {
    expect(storable('a\0b \ud83d\udd25 \ud83d \udd25')).toBe('a\uFFFDb \ud83d\udd25 \uFFFD \uFFFD');
    expect(storable('\\u0000')).toBe('\\u0000');
  });

  it('has no escape in its JSON that jsonb refuses, and is the same value otherwise', () => {
    fc.assert(
      fc.property(units, (parts) => {
        const text = parts.join('');
        const json = toJson({ [text]: [text, { text }] }) ?? '';
        expect(json.replaceAll('\\\\', '')).not.toMatch(/\\u(0000|d[89a-f])/);
        const clean = storable(text);
        expect(fromJson(json)).toEqual({ [clean]: [clean, { text: clean }] });
      }),
    );
  });

  it('tells no value from null', () => {
    expect([toJson(undefined), toJson(null)]).toEqual([null, 'null']);
    expect([fromJson(null), fromJson('null')]).toEqual([undefined, null]);
    expect([optional('a', null), optional('a', 0)]).toEqual([{}, { a: 0 }]);
  });

  it('has one row a key, the last one given', () => {
    const rows = [
      { key: 'a\0', n: 1 },
      { key: 'b', n: 2 },
      { key: 'a\uFFFD', n: 3 },
    ];
    expect(lastByKey(rows, (row) => row.key).map((row) => row.n)).toEqual([3, 2]);
  });
});
