import { inflateRawSync } from 'node:zlib';

export interface Unzipped {
  readonly name: string;
  readonly data: Buffer;
  /** As the directory says it. */
  readonly crc: number;
}

/** Reads a zip from its end, as programs do: end record, central directory, local headers (PKWARE APPNOTE). */
export function unzip(file: Buffer): readonly Unzipped[] {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('no end record');
  const entries: Unzipped[] = [];
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (file.readUInt32LE(at) !== 0x02014b50) throw new Error(`no directory entry at ${at}`);
    const [packed, size] = [file.readUInt32LE(at + 20), file.readUInt32LE(at + 24)];
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({
      name,
      data: dataAt(file, file.readUInt32LE(at + 42), packed, size),
      crc: file.readUInt32LE(at + 16),
    });
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

function dataAt(file: Buffer, local: number, packed: number, size: number): Buffer {
  if (file.readUInt32LE(local) !== 0x04034b50) throw new Error(`no file at ${local}`);
  const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  const data = inflateRawSync(file.subarray(from, from + packed));
  if (data.byteLength !== size) throw new Error(`${data.byteLength} bytes and not ${size}`);
  return data;
}
