import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { openDrawing } from '../../../src/lib/charts/draw.js';
import { packChart, unpackChart } from '../../../src/lib/charts/pack.js';
import { sparkline, squeeze } from '../../../src/lib/charts/spark.js';
import { daysText, tickOf, tickText } from '../../../src/lib/charts/times.js';
import type { Chart } from '../../../src/model/chart.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';

const FROM = Date.parse('2026-11-20T22:15:00Z');

function aChart(over: Partial<Chart> = {}): Chart {
  return {
    title: 'Room 4, last 8 hours',
    alt: 'Three of nine doors slammed.',
    from: FROM,
    step: 15 * MINUTE,
    bars: { name: 'Slams', values: Array.from({ length: 32 }, (_, i) => (i > 10 ? i : 0)) },
    line: { name: 'Quiet', values: Array.from({ length: 32 }, (_, i) => (i === 5 ? null : 1 - i / 64)) },
    empty: 'No doors here',
    ...over,
  };
}

describe('the picture', () => {
  it('has 800 by 400 points and is the same for the same chart', async () => {
    const { png } = await openDrawing();
    const picture = Buffer.from(png(aChart()));
    expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([800, 400]);
    expect(Buffer.from(png(aChart())).equals(picture)).toBe(true);
  });

  it('has its words drawn, though the machine may have no font', async () => {
    const { png, svg } = await openDrawing();
    const words = inkOf(png(aChart()));
    const none = inkOf(png(aChart({ title: '' })));
    expect(words).toBeGreaterThan(none + 200);
    expect(svg(aChart())).toContain('DejaVu Sans');
  });

  it('says in what times, names both axes’ numbers and gives whole counts', async () => {
    const { svg } = await openDrawing();
    const words = wordsOf(svg(aChart()));
    expect(words).toEqual(
      expect.arrayContaining([
        'Room 4, last 8 hours',
        'Slams',
        'Quiet (right axis)',
        '20 Nov – 21 Nov 2026, times in UTC',
        '21 Nov',
        '02:00',
        '100 %',
        '32',
      ]),
    );
    expect(words.filter((word) => /^\d+\.\d/.test(word))).toEqual([]);
  });

  it('says in words that there is nothing, and only then', async () => {
    const { svg } = await openDrawing();
    const nothing = aChart({
      bars: { name: 'Slams', values: [0, 0] },
      line: { name: 'Quiet', values: [null, null] },
    });
    expect(wordsOf(svg(nothing))).toContain('No doors here');
    expect(wordsOf(svg(aChart()))).not.toContain('No doors here');
  });

  it.each([
    ['<script>alert(1)</script> & "x"', 3],
    ['a very long name. '.repeat(30), 1],
    ['', 0],
  ])('draws whatever it is called: %s', async (title, most) => {
    const { png } = await openDrawing();
    const chart = aChart({
      title,
      bars: { name: title, values: [most] },
      line: { name: title, values: [null] },
    });
    expect(png(chart).byteLength).toBeGreaterThan(2_000);
  });
});

describe('a packed chart', () => {
  it('comes back as it is drawn, with its time, out of a short word', () => {
    const chart = aChart();
    const word = packChart(chart, FROM + DAY);
    expect(word).toMatch(/^[\w-]+$/);
    expect(unpackChart(word)).toEqual({
      chart: { ...chart, alt: '', line: rounded(chart) },
      until: FROM + DAY,
    });
    const full = aChart({
      bars: { name: 'Failed calls', values: Array.from({ length: 96 }, (_, i) => (i * 7_919) % 1_000) },
      line: { name: 'NER', values: Array.from({ length: 96 }, (_, i) => ((i * 7_919) % 1_000) / 1_000) },
    });
    expect(packChart(full, FROM).length).toBeLessThan(1_200);
  });

  it.each(['', 'AAAA', 'not a word', Buffer.alloc(40, 7).toString('base64url')])(
    'is nothing that somebody else wrote: %s',
    (word) => expect(unpackChart(word)).toBeUndefined(),
  );
});

describe('small bars', () => {
  it.each([
    [[0, 1, 50, 100], 100, 10, 'most', '▁▂▅█'],
    [[null, 0.2, 1], 1, 10, 'least', ' ▂█'],
    [[1, 2, 3, 4, 5], 5, 3, 'most', '▄▇█'],
    [[1, null, null, null], 1, 2, 'least', '█ '],
    [[], 0, 10, 'most', ''],
    [[0, 0], 0, 10, 'most', '▁▁'],
  ] as const)('are drawn of %j up to %d in %d places', (values, top, width, pick, drawn) => {
    expect(sparkline(values, { top, width, pick })).toBe(drawn);
  });

  it('add up where several stand in one place', () => {
    expect(squeeze([1, 2, null, 4, 5], 2, 'sum')).toEqual([3, 9]);
  });
});

describe('labels of times', () => {
  it.each([
    [15 * MINUTE, 2 * MINUTE],
    [HOUR, 10 * MINUTE],
    [DAY, 3 * HOUR],
    [7 * DAY, DAY],
    [90 * DAY, 14 * DAY],
    [400 * DAY, 28 * DAY],
  ])('stand in %d at every %d', (span, tick) => expect(tickOf(span)).toBe(tick));

  it('name the day where it begins, and the days of a span without its last midnight', () => {
    const midnight = Date.parse('2026-11-21T00:00:00Z');
    expect([tickText(FROM), tickText(midnight)]).toEqual(['22:15', '21 Nov']);
    expect([daysText(FROM, midnight), daysText(FROM, midnight + 1)]).toEqual([
      '20 Nov 2026',
      '20 Nov – 21 Nov 2026',
    ]);
  });
});

function rounded({ line }: Chart): Chart['line'] {
  return {
    name: line.name,
    values: line.values.map((share) => (share === null ? null : Math.round(share * 1_000) / 10 / 100)),
  };
}

function wordsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1] ?? '');
}

/** Points that are dark, of an RGBA picture without interlacing. */
function inkOf(png: Uint8Array): number {
  const bytes = Buffer.from(png);
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  // Compared with one another only: filtered rows tell how much there is in the picture as well as plain ones.
  return inflateSync(Buffer.concat(parts)).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
}
