import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** A path with slashes, relative. */
  readonly name: string;
  readonly data: Uint8Array;
}

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATE = 8;
/** 1980-01-01, the first day that a zip can name: the same files are the same bytes. */
const DOS_DATE = 0x0021;

/**
 * A zip of a few small files (PKWARE APPNOTE 6.3.10: local headers, central directory, end record; no zip64). The same
 * entries are always the same bytes.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of entries) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(data, { level: 9 });
    const sizes = [crc32(data), packed.byteLength, data.byteLength] as const;
    const local = record([[4, 0x04034b50], [2, VERSION], ...common(sizes, path.byteLength), [2, 0]]);
    central.push(
      record([
        [4, 0x02014b50],
        [2, VERSION],
        [2, VERSION],
        ...common(sizes, path.byteLength),
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, offset],
      ]),
      path,
    );
    locals.push(local, path, packed);
    offset += local.byteLength + path.byteLength + packed.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, directory.byteLength],
    [4, offset],
    [2, 0],
  ]);
  return Buffer.concat([...locals, directory, end]);
}

/** Width in bytes, and the value. */
type Field = readonly [2 | 4, number];

/** What the two headers of a file have in common, up to the length of its name. */
function common([crc, packed, size]: readonly [number, number, number], name: number): Field[] {
  return [
    [2, FLAGS],
    [2, DEFLATE],
    [2, 0],
    [2, DOS_DATE],
    [4, crc],
    [4, packed],
    [4, size],
    [2, name],
  ];
}

function record(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const bytes = Buffer.alloc(width);
      bytes.writeUIntLE(value, 0, width);
      return bytes;
    }),
  );
}
