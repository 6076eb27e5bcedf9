import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCharts, type ChartDeps, type Charts } from '../../src/http/charts.js';
import type { Card } from '../../src/model/card.js';
import type { Json } from '../../src/model/json.js';
import { DAY, MINUTE } from '../../src/model/time.js';
import { silentLog } from '../../src/lib/log.js';

const BEGIN = Date.parse('2026-11-21T03:00:00Z');
let now = BEGIN;
const record = new Map<string, Json>();
const memory: ChartDeps['memory'] = {
  get: async (key) => record.get(key),
  put: async (key, value) => void record.set(key, value),
};

let charts: Charts;
const server = createServer((req, res) => charts.mount.handler(req, res));
let base = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  charts = open();
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function open(url = base): Charts {
  return openCharts({ memory, url, now: () => now, log: silentLog });
}

function aCard(steps = 12): Card {
  const values = Array.from({ length: steps }, (_, i) => i);
  return {
    topic: 'calls',
    tone: 'ok',
    title: 'Calls',
    fallback: 'Calls',
    sections: [
      { kind: 'text', text: [] },
      {
        kind: 'chart',
        title: 'All trunks',
        alt: 'All went well.',
        from: BEGIN,
        step: MINUTE,
        bars: { name: 'Failed calls', values },
        line: { name: 'NER', values: values.map((value) => 1 - value / steps) },
        empty: 'No calls',
      },
    ],
    actions: [],
    at: BEGIN,
  };
}

async function linkOf(by = charts, card = aCard()): Promise<string> {
  const [, section] = (await by.illustrate(card)).sections;
  return section?.kind === 'chart' ? (section.image ?? '') : '';
}

describe('a chart’s link', () => {
  it('shows its picture, to be kept by the reader alone', async () => {
    const link = await linkOf();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/charts\/[\w-]+\.[\w-]{43}\.png$/);
    const answer = await fetch(link);
    const picture = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type'), picture.readUInt32BE(16)]).toEqual([
      200,
      'image/png',
      800,
    ]);
    expect(answer.headers.get('cache-control')).toMatch(/^private/);
  });

  it('works after a restart and in another process', async () => {
    const link = await linkOf(open());
    charts = open();
    expect((await fetch(link)).status).toBe(200);
  });

  it('works when another process made the key at the same moment', async () => {
    now += DAY;
    const other = Buffer.alloc(32, 9).toString('base64url');
    record.set('charts/key', other);
    const link = await linkOf(open());
    // This one still has the key that was there before.
    expect((await fetch(link)).status).toBe(200);
  });

  it('is worth nothing when any of it is changed', async () => {
    const link = await linkOf();
    const [address = '', mac = ''] = link.slice(`${base}/charts/`.length).split('.');
    const flip = (word: string, at: number): string =>
      `${word.slice(0, at)}${word[at] === 'A' ? 'B' : 'A'}${word.slice(at + 1)}`;
    const forged = [
      `${flip(address, 3)}.${mac}.png`,
      `${address}.${flip(mac, 0)}.png`,
      `${address}.${mac.slice(0, 42)}.png`,
      `${address}.png`,
      `${address}.${mac}`,
      `.${mac}.png`,
      `${'A'.repeat(20_000)}.${mac}.png`.slice(0, 9_000),
      '..%2f..%2fetc%2fpasswd',
      '',
    ];
    for (const path of forged) {
      const answer = await fetch(`${base}/charts/${path}`);
      expect([path.slice(0, 20), answer.status]).toEqual([path.slice(0, 20), 404]);
      expect(await answer.json()).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('lasts for 30 days', async () => {
    const link = await linkOf();
    now += 30 * DAY - MINUTE;
    expect((await fetch(link)).status).toBe(200);
    now += 2 * MINUTE;
    expect((await fetch(link)).status).toBe(404);
  });

  it('is left out where there is no address to reach us at, or too much to carry', async () => {
    expect(await linkOf(open(''))).toBe('');
    const huge: Card = {
      ...aCard(),
      sections: aCard().sections.map((section) =>
        section.kind === 'chart'
          ? {
              ...section,
              bars: { ...section.bars, values: noise(500) },
              line: { ...section.line, values: noise(500).map((value) => value / 100_000) },
            }
          : section,
      ),
    };
    expect(await linkOf(charts, huge)).toBe('');
  });

  it('changes nothing of a card without charts', async () => {
    const card: Card = { ...aCard(), sections: [] };
    expect(await charts.illustrate(card)).toBe(card);
  });
});

function noise(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7_919_777) % 99_991);
}
