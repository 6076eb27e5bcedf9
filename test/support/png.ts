import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly rgba: readonly (readonly [red: number, green: number, blue: number, alpha: number])[];
}

/** A PNG of eight bits a channel, with or without alpha, as its pixels (W3C, "Portable Network Graphics", 7 and 9). */
export function pixels(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [depth, type] = [png[24], png[25]];
  if (depth !== 8 || (type !== 2 && type !== 6)) throw new Error(`a PNG of type ${type}, ${depth} bits`);
  const bytes = type === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(chunks(png, 'IDAT')));
  const stride = width * bytes;
  const rgba: [number, number, number, number][] = [];
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const line = unfiltered(
      raw[from] ?? 0,
      Buffer.from(raw.subarray(from + 1, from + 1 + stride)),
      above,
      bytes,
    );
    for (let x = 0; x < stride; x += bytes)
      rgba.push([line[x] ?? 0, line[x + 1] ?? 0, line[x + 2] ?? 0, bytes === 4 ? (line[x + 3] ?? 0) : 255]);
    above = line;
  }
  return { width, height, rgba };
}

function chunks(png: Buffer, wanted: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === wanted) found.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return found;
}

function unfiltered(
  filter: number,
  line: Buffer<ArrayBuffer>,
  above: Buffer,
  bytes: number,
): Buffer<ArrayBuffer> {
  for (const [i, value] of line.entries()) {
    const left = line[i - bytes] ?? 0;
    const up = above[i] ?? 0;
    const corner = i < bytes ? 0 : (above[i - bytes] ?? 0);
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
    line[i] = value + guess;
  }
  return line;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
