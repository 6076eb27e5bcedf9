import { toIso } from '../../dates.js';
import { countryOf } from '../countries.js';
import { hashOf, narrow, pairOf, wideOf } from './hash.js';
import type { Names, Row } from './row.js';

/** A directRoutingLogRow as it came; every property may be absent, null or of another type. */
export type RawCall = Readonly<Record<string, unknown>>;

/** The call in these bytes with small first letters in its names; undefined for JSON that is no object. Throws for what is no JSON. */
export function parseCall(bytes: Uint8Array, from: number, to: number): RawCall | undefined {
  const value: unknown = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'),
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  return names.some(isCapital) ? lowered(value as RawCall) : (value as RawCall);
}

function isCapital(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x41 && first <= 0x5a;
}

function lowered(call: RawCall): RawCall {
  return Object.fromEntries(
    Object.entries(call).map(([name, inner]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, inner]),
  );
}

/** Fills the row from a parsed call. False when it has no date at all: it belongs to no minute. */
export function readCall(call: RawCall, names: Names, row: Row): boolean {
  const start = startOf(call);
  if (start === undefined) return false;
  [row.id0, row.id1, row.id2, row.id3] = wideOf(idOf(call));
  row.start = start;
  row.sip = codeOf(call['finalSipCode']);
  row.sub = codeOf(call['callEndSubReason']);
  row.answered = isAnswered(call);
  row.type = names.types.placeOf(textOf(call['callType']));
  row.trunk = names.trunks.placeOf(textOf(call['trunkFullyQualifiedDomainName']));
  const caller = textOf(call['callerNumber']);
  const callee = textOf(call['calleeNumber']);
  row.callerCountry = countryOf(caller);
  row.calleeCountry = countryOf(callee);
  const user = textOf(call['userId']);
  [row.user0, row.user1, row.user2, row.user3] = user === '' ? [0, 0, 0, 0] : wideOf(user);
  const correlation = textOf(call['correlationId']);
  const [a, b, c, d] = correlation === '' ? [0, 0, 0, 0] : wideOf(correlation);
  row.correlation0 = narrow(a, b, c, d);
  row.correlation1 = b ^ d;
  row.pair = pairOf(hashText(caller), hashText(callee), row.user0 ^ row.user3);
  return true;
}

/** A row without an id is known by everything else it says. */
export function idOf(call: RawCall): string {
  const id = textOf(call['id']);
  return id === '' ? JSON.stringify(call) : id;
}

/** Any spelling of any of its dates, the start first; the year 1 is none. */
export function startOf(call: RawCall): number | undefined {
  const iso =
    toIso(call['startDateTime']) ??
    toIso(call['inviteDateTime']) ??
    toIso(call['failureDateTime']) ??
    toIso(call['endDateTime']);
  return iso === null ? undefined : Date.parse(iso);
}

/** What the row says; where it says nothing, a normal end without a time of failure. Codes alone do not make a failure. */
export function isAnswered(call: RawCall): boolean {
  const said = call['successfulCall'];
  if (typeof said === 'boolean') return said;
  const sip = codeOf(call['finalSipCode']);
  return (sip === 0 || (sip >= 200 && sip < 300)) && toIso(call['failureDateTime']) === null;
}

function codeOf(value: unknown): number {
  const code = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 999_999_999 ? code : -1;
}

/** Numbers of telephones may come as numbers of JSON, which have lost their plus sign. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function hashText(text: string): number {
  return hashOf(Buffer.from(text, 'utf8'));
}
