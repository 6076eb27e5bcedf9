import { crc32, deflateSync } from 'node:zlib';
import { pixels } from './png.js';

/** The same picture in at most 64 colours: pictures of text for the docs stay small (W3C, "Portable Network Graphics"). */
export function smallPng(png: Buffer): Buffer {
  const { width, height, rgba } = pixels(png);
  const rounded = rgba.map(([red, green, blue]): Colour => [round(red), round(green), round(blue)]);
  const palette = mostUsed(rounded);
  const places = new Map<number, number>();
  const rows = Buffer.alloc(height * (width + 1));
  for (const [i, colour] of rounded.entries()) {
    const key = keyOf(colour);
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = nearest(colour, palette)));
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = place;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

type Colour = readonly [red: number, green: number, blue: number];
const COLOURS = 64;

/** Sixteen steps of each, black and white among them. */
function round(value: number): number {
  return Math.round(value / 17) * 17;
}

function keyOf([red, green, blue]: Colour): number {
  return (red << 16) | (green << 8) | blue;
}

function mostUsed(colours: readonly Colour[]): readonly Colour[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(keyOf(colour), (counts.get(keyOf(colour)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLOURS)
    .map(([key]) => [key >> 16, (key >> 8) & 255, key & 255]);
}

function nearest([red, green, blue]: Colour, palette: readonly Colour[]): number {
  let best = 0;
  let least = Infinity;
  for (const [i, [r, g, b]] of palette.entries()) {
    const distance = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
