import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openNames } from '../../../src/sources/direct-routing/fold.js';
import { openPageReader } from '../../../src/sources/direct-routing/scan/page.js';
import { emptyRow, type Row } from '../../../src/sources/direct-routing/scan/row.js';
import { readCall } from '../../../src/sources/direct-routing/scan/slow.js';
import { aCall, aFailure, guid } from './support.js';

type Read = Omit<Row, 'trunk' | 'type'> & { readonly trunk: string; readonly type: string };

/** What the scanner makes of these bytes, cut where it is told. */
function scan(
  bytes: Buffer,
  cuts: readonly number[] = [],
): { rows: Read[]; next: string | undefined; broken: number } {
  const names = openNames();
  const rows: Read[] = [];
  const page = openPageReader(names).page('graph.test', (row) =>
    rows.push({ ...row, trunk: names.trunks.text(row.trunk), type: names.types.text(row.type) }),
  );
  let from = 0;
  for (const cut of [...new Set(cuts)].sort((a, b) => a - b)) {
    page.push(bytes.subarray(from, cut));
    from = Math.min(cut, bytes.length);
  }
  page.push(bytes.subarray(from));
  const { next, broken } = page.end();
  return { rows, next, broken };
}

/** The same by a whole parser. */
function parsed(text: string): Read[] {
  const names = openNames();
  const body = JSON.parse(text) as { value: unknown[] };
  return body.value.flatMap((call) => {
    const row = emptyRow();
    if (typeof call !== 'object' || call === null || Array.isArray(call)) return [];
    const lowered = Object.fromEntries(
      Object.entries(call).map(([name, value]) => [
        `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
        value as unknown,
      ]),
    );
    if (!readCall(lowered, names, row)) return [];
    return [{ ...row, trunk: names.trunks.text(row.trunk), type: names.types.text(row.type) }];
  });
}

const START = Date.UTC(2026, 10, 20, 8, 12, 33, 105);

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    'ByotIn',
    'SBC1.contoso.example',
    '+33155***',
    '+1',
    '+',
    '"',
    '\\',
    '\\"}',
    '{"id":1}',
    'é',
    '\u0000',
    '504',
    'null',
  ),
);
const hostileStamp = fc.constantFrom(
  '2026-05-04T08:12:33Z',
  '2026-05-04T08:12:33.1Z',
  '2026-05-04T08:12:33.2589935Z',
  '2026-05-04T08:12:33.Z',
  '2026-05-04T08:12:33+02:00',
  '2026-05-04',
  '0001-01-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2024-02-29T23:59:59.999Z',
  '1969-12-31T23:59:59Z',
  '2026-05-04T24:00:00Z',
  '2026-05-04t08:12:33z',
  'soon',
  '',
);
const anything = fc.oneof(
  hostileText,
  hostileStamp,
  fc.constantFrom(null, true, false, 0, 200, 504, 569008, -1, 1.5, 1e21, '0', 12345678901),
  fc.constant({ nested: ['}', { deep: '"]' }] }),
  fc.constant([1, 'two', { three: null }]),
);
const guidText = fc.oneof(
  fc.integer({ min: 0, max: 99 }).map(guid),
  fc.integer({ min: 0, max: 99 }).map((n) => guid(n + 0xabcdef).toUpperCase()),
  fc.constantFrom(
    '00000000-0000-0000-0000-000000000000',
    'g0000000-0000-0000-0000-000000000000',
    guid(1).replaceAll('-', ' '),
  ),
);

const SHAPES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  id: fc.oneof({ weight: 6, arbitrary: guidText }, anything),
  correlationId: fc.oneof({ weight: 4, arbitrary: guidText }, anything),
  userId: fc.oneof({ weight: 4, arbitrary: guidText }, anything),
  startDateTime: fc.oneof({ weight: 6, arbitrary: hostileStamp }, anything),
  failureDateTime: fc.oneof(hostileStamp, anything),
  callType: anything,
  successfulCall: fc.oneof({ weight: 6, arbitrary: fc.boolean() }, anything),
  callerNumber: anything,
  calleeNumber: anything,
  finalSipCode: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 700 }) }, anything),
  callEndSubReason: anything,
  trunkFullyQualifiedDomainName: anything,
  finalSipCodePhrase: anything,
  administrativeUnitInfos: anything,
};

/** A call of which a few properties are something else, gone, doubled, new, in another order or in capitals. */
const hostileCall = fc
  .record({
    changes: fc
      .dictionary(fc.constantFrom(...Object.keys(SHAPES)), fc.nat({ max: 0 }), { maxKeys: 4 })
      .chain((names) =>
        fc.record(Object.fromEntries(Object.keys(names).map((name) => [name, SHAPES[name] ?? anything]))),
      ),
    gone: fc.constantFrom(
      '',
      '',
      '',
      'id',
      'callType',
      'trunkFullyQualifiedDomainName',
      'successfulCall',
      'startDateTime',
    ),
    order: fc.constantFrom('graph', 'graph', 'reversed', 'pascal'),
    failed: fc.boolean(),
    n: fc.nat({ max: 50 }),
  })
  .map(({ changes, gone, order, failed, n }) => {
    const base = failed ? aFailure(n, START + n, 504, 569008) : aCall(n, START + n);
    const entries = Object.entries({ ...base, ...changes }).filter(([name]) => name !== gone);
    if (order === 'reversed') entries.reverse();
    return Object.fromEntries(
      entries.map(([name, value]) => [
        order === 'pascal' ? name.charAt(0).toUpperCase() + name.slice(1) : name,
        value,
      ]),
    );
  });

describe('the scanner of the call log', () => {
  it('reads what a whole parser reads, whatever the rows, the blanks and the cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 8, arbitrary: hostileCall }, fc.constantFrom(null, 7, 'row', [], {})), {
          maxLength: 6,
        }),
        fc.constantFrom(undefined, 1, '\t'),
        fc.array(fc.nat({ max: 6_000 }), { maxLength: 12 }),
        (rows, indent, cuts) => {
          const text = JSON.stringify(
            { '@odata.count': 3, value: rows, '@odata.nextLink': 'https://g/next' },
            null,
            indent,
          );
          const read = scan(Buffer.from(text), cuts);
          const expected = parsed(text);
          expect(read.rows).toEqual(expected);
          expect(read.broken).toBe(rows.length - expected.length);
          expect(read.next).toBe('https://g/next');
        },
      ),
      { numRuns: 600 },
    );
  });

  it('reads the plain row on the short way: one byte at a time gives the same', () => {
    const text = JSON.stringify({ value: [aCall(1, START), aFailure(2, START + 1, 486, 540486)] });
    const bytes = Buffer.from(text);
    const whole = scan(bytes);
    expect(
      scan(
        bytes,
        Array.from(bytes, (_, i) => i),
      ).rows,
    ).toEqual(whole.rows);
    expect(whole.rows[0]).toMatchObject({
      start: START,
      answered: true,
      sip: 0,
      sub: 560000,
      trunk: 'sbc1.contoso.example',
      type: 'ByotOut',
      id3: 1,
    });
    expect(whole.rows[1]).toMatchObject({ answered: false, sip: 486, sub: 540486 });
  });

  it('the last of two properties of one name counts, as in any parser', () => {
    const row = JSON.stringify(aCall(1, START)).replace(
      '"finalSipCode":0',
      '"finalSipCode":504,"finalSipCode":null',
    );
    expect(scan(Buffer.from(`{"value":[${row}]}`)).rows[0]?.sip).toBe(-1);
  });

  it('takes either spelling of the next page, a byte order mark and blanks at both ends', () => {
    const text = `\uFEFF \n{"@odata.NextLink":"https://g/2","value":[]} \n`;
    expect(scan(Buffer.from(text))).toEqual({ rows: [], next: 'https://g/2', broken: 0 });
    expect(scan(Buffer.from('{"value":[],"@odata.nextLink":null}')).next).toBeUndefined();
  });

  it.each([
    ['', 'an empty body'],
    ['  ', 'a blank body'],
    ['<html>', 'a web page'],
    ['[]', 'no JSON object'],
    ['{"error":{}}', 'without a list'],
    ['{"value":null}', 'without a list'],
    ['{"value":[{"id":"1"', 'breaks off'],
    ['{"value":[{"id":}]}', 'broken JSON'],
    ['{"value":[,]', 'breaks off'],
    [`{"value":[{"id":"${guid(1)}","startDateTime":"${'\0'.repeat(16)}:33Z"}]}`, 'broken JSON'],
    ['{"value":[]}x', 'broken JSON'],
    ['{"value" []}', 'broken JSON'],
  ])('says what is wrong with %p', (text, words) => {
    expect(() => scan(Buffer.from(text))).toThrow(words);
  });

  it('does not gather a value without an end', () => {
    expect(() => scan(Buffer.from(`{"value":["${'x'.repeat(1_100_000)}`))).toThrow('more than a mebibyte');
  });
});
