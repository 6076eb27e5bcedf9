import { Fault } from '../../../lib/fault.js';
import { openScanTools, scanCall } from './fast.js';
import { openDesk, pieceOf, type Desk, type Piece } from './desk.js';
import { afterBlanks, CUT } from './places.js';
import { emptyRow, type Names, type Row } from './row.js';
import { parseCall, readCall } from './slow.js';

/** Told of each call: its values, valid until the next one, and its bytes, valid until it returns. */
export type TakeRow = (row: Row, bytes: Uint8Array, from: number, to: number) => void;

/** One page of a list, read as its bytes come. */
export interface PageScan {
  push(chunk: Uint8Array): void;
  /** After the last byte. Throws `api.unreadable` when it was no whole list. */
  end(): PageEnd;
}

export interface PageEnd {
  /** The address of the next page as the answer writes it. */
  readonly next: string | undefined;
  readonly rows: number;
  /** Rows that are no calls or have no date. */
  readonly broken: number;
}

/** No call is nearly so long; without a limit a hostile answer would be read over and over. */
const LONGEST = 1024 * 1024;
/** More than nearly every call: so much of a piece is read together with what the one before it only began. */
const SEAM = 4 * 1024;

/** Pages that share a `PageReader` share its compiled state: one is read after the other. */
export interface PageReader {
  /** `where` is named in faults: a host. */
  page(where: string, take: TakeRow): PageScan;
}

export function openPageReader(names: Names): PageReader {
  const tools = openScanTools(names);
  const row = emptyRow();
  const desk = openDesk();

  /** The place after the call that begins here, or CUT. */
  function readRow({ bytes, view }: Piece, from: number, take: TakeRow, page: Counters): number {
    const end = bytes.length;
    const after = scanCall(bytes, view, from, end, row, tools);
    if (after >= 0) {
      page.rows += 1;
      take(row, bytes, from, after);
      return after;
    }
    if (after === CUT) return CUT;
    const close = skipValue(bytes, from, end);
    if (close === CUT) return CUT;
    const call = parseCall(bytes, from, close);
    page.rows += 1;
    if (call !== undefined && readCall(call, names, row)) take(row, bytes, from, close);
    else page.broken += 1;
    return close;
  }

  return { page: (where, take) => openPage(where, take, readRow, desk) };
}

interface Counters {
  rows: number;
  broken: number;
}

type ReadRow = (piece: Piece, from: number, take: TakeRow, page: Counters) => number;
type State = 'start' | 'members' | 'rows' | 'done';

function openPage(where: string, take: TakeRow, readRow: ReadRow, desk: Desk): PageScan {
  const page: Counters = { rows: 0, broken: 0 };
  let state: State = 'start';
  let size = 0;
  let listed = false;
  let next: string | undefined;
  desk.clear();

  function push(chunk: Uint8Array): void {
    size += chunk.length;
    let from = 0;
    // What the last piece only began is read together with the first bytes of this one.
    while (desk.length > 0 && from < chunk.length) {
      const begun = desk.length;
      const more = chunk.subarray(from, from + Math.max(begun, SEAM));
      const joined = desk.joined(more);
      const at = scan(joined, 0);
      if (at >= begun) desk.clear();
      else desk.keep(joined.bytes.subarray(at));
      from += at >= begun ? at - begun : more.length;
    }
    if (from < chunk.length) desk.keep(chunk.subarray(scan(pieceOf(chunk), from)));
    if (desk.length > LONGEST) throw unreadable('one value of more than a mebibyte');
  }

  /** As far as the bytes go; the place from which on more of them are needed. */
  function scan(piece: Piece, from: number): number {
    try {
      for (let at = from; ;) {
        const after = step(piece, at);
        if (after === CUT) return at;
        at = after;
      }
    } catch (error) {
      // The parser's own message quotes the text, which may be anything.
      throw error instanceof SyntaxError ? unreadable('broken JSON') : error;
    }
  }

  /** One step further, or CUT when the bytes do not suffice for it. */
  function step(piece: Piece, from: number): number {
    const { bytes } = piece;
    let at = afterBlanks(bytes, from, bytes.length);
    if (at >= bytes.length) return CUT;
    const byte = bytes[at] as number;
    if (state === 'rows') {
      while (bytes[at] === 0x7b) {
        const after = readRow(piece, at, take, page);
        if (after === CUT) return at === from ? CUT : at;
        at = afterBlanks(bytes, after, bytes.length);
        if (bytes[at] === 0x2c) at = afterBlanks(bytes, at + 1, bytes.length);
      }
      return at > from ? at : oddRow(bytes, at, byte);
    }
    if (state === 'members') return member(bytes, at, byte);
    if (state === 'done') throw new SyntaxError('something follows the end');
    if (byte === 0xef && bytes.length - at < 3) return CUT;
    if (byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) return at + 3;
    if (byte !== 0x7b) throw unreadable(byte === 0x3c ? 'a web page' : 'something that is no JSON object');
    state = 'members';
    return at + 1;
  }

  /** Within the list, where no call begins. */
  function oddRow(bytes: Uint8Array, at: number, byte: number): number {
    if (byte === 0x5d) {
      state = 'members';
      return at + 1;
    }
    if (byte === 0x2c) return at + 1;
    const close = skipValue(bytes, at, bytes.length);
    if (close === CUT) return CUT;
    JSON.parse(textBetween(bytes, at, close));
    page.rows += 1;
    page.broken += 1;
    return close;
  }

  function member(bytes: Uint8Array, from: number, byte: number): number {
    if (byte === 0x2c) return from + 1;
    if (byte === 0x7d) {
      state = 'done';
      return from + 1;
    }
    if (byte !== 0x22) throw new SyntaxError('no name of a member');
    const close = skipValue(bytes, from, bytes.length);
    if (close === CUT) return CUT;
    const colon = afterBlanks(bytes, close, bytes.length);
    if (colon >= bytes.length) return CUT;
    if (bytes[colon] !== 0x3a) throw new SyntaxError('no colon');
    const value = afterBlanks(bytes, colon + 1, bytes.length);
    if (value >= bytes.length) return CUT;
    const name = String(JSON.parse(textBetween(bytes, from, close)));
    if (/^value$/i.test(name) && bytes[value] === 0x5b) {
      state = 'rows';
      listed = true;
      return value + 1;
    }
    const after = skipValue(bytes, value, bytes.length);
    if (after === CUT) return CUT;
    const said: unknown = JSON.parse(textBetween(bytes, value, after));
    if (/^@odata\.nextlink$/i.test(name)) next = typeof said === 'string' && said !== '' ? said : undefined;
    return after;
  }

  function unreadable(what: string): Fault {
    return new Fault('api.unreadable', `${where} answered with ${what} where a list of calls was expected.`);
  }

  return {
    push,
    end() {
      if (state === 'start') throw unreadable(size === 0 ? 'an empty body' : 'a blank body');
      if (state !== 'done') throw unreadable('an answer that breaks off');
      if (!listed) throw unreadable('an answer without a list');
      return { next, ...page };
    },
  };
}

function textBetween(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

/** The place after the value that begins here, whatever it is; its inside is only balanced, not judged. */
function skipValue(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x22) {
      at = endOfString(bytes, at + 1, end);
      if (at === CUT) return CUT;
      if (depth === 0) return at + 1;
    } else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return ended(at, from);
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === 0x2c || byte <= 0x20)) return ended(at, from);
  }
  return CUT;
}

function ended(at: number, from: number): number {
  if (at === from) throw new SyntaxError('no value');
  return at;
}

function endOfString(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    if (bytes[at] === 0x22) return at;
    if (bytes[at] === 0x5c) at += 1;
  }
  return CUT;
}
