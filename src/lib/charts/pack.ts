import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { Chart } from '../../model/chart.js';
import { SECOND, type Instant } from '../../model/time.js';

const MOST_BYTES = 32 * 1024;
const MOST_STEPS = 500;

const packedShape = z.tuple([
  z.union([z.literal(1), z.literal(2)]),
  z.number().int(),
  z.string().max(300),
  z.number().int(),
  z.number().int().positive(),
  z.string().max(60),
  z.array(z.number().nonnegative()).max(MOST_STEPS),
  z.string().max(60),
  z.array(z.number().min(0).max(1e9).nullable()).max(MOST_STEPS),
  z.string().max(120),
]);

/** What is drawn of a chart, and until when it may be shown, as a word of an address; a few hundred characters. */
export function packChart(chart: Chart, until: Instant): string {
  const { title, from, step, bars, line, empty } = chart;
  const factor = line.counts === true ? 1 : 100;
  const packed: z.input<typeof packedShape> = [
    line.counts === true ? 2 : 1,
    Math.floor(until / SECOND),
    cut(title, 120),
    from,
    step,
    cut(bars.name, 40),
    bars.values.slice(0, MOST_STEPS),
    cut(line.name, 40),
    line.values
      .slice(0, MOST_STEPS)
      .map((share) => (share === null ? null : Math.round(share * factor * 10) / 10)),
    cut(empty, 80),
  ];
  return deflateRawSync(JSON.stringify(packed), { level: 9 }).toString('base64url');
}

/** Undefined for anything that `packChart` did not write. */
export function unpackChart(word: string): { readonly chart: Chart; readonly until: Instant } | undefined {
  let text: string;
  try {
    text = inflateRawSync(Buffer.from(word, 'base64url'), { maxOutputLength: MOST_BYTES }).toString();
  } catch {
    return undefined;
  }
  const parsed = packedShape.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const [kind, until, title, from, step, bars, counts, line, shares, empty] = parsed.data;
  return {
    until: until * SECOND,
    chart: {
      title,
      alt: '',
      from,
      step,
      bars: { name: bars, values: counts },
      line: {
        name: line,
        values: shares.map((share) => (share === null || kind === 2 ? share : share / 100)),
        ...(kind === 2 ? { counts: true } : {}),
      },
      empty,
    },
  };
}

function cut(text: string, max: number): string {
  return Array.from(text).slice(0, max).join('');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
