import type { Fact } from '../../model/source.js';
import type { JsonObject } from '../../model/json.js';
import type { FailedCall } from '../keep.js';
import type { Privacy } from '../source.js';
import { COUNTRIES, countryOf } from './countries.js';
import { shownNumber, shownPhrase, shownUser } from './mask.js';
import { idOf, isAnswered, textOf, type RawCall } from './scan/slow.js';
import { wideOf } from './scan/hash.js';
import { dateText, tidy } from './text.js';
import { asEmergency, isFailure, OWNER_WORDS, rowOf, verdictOf, type Direction } from './verdict.js';

/** A failed call as it is kept: what the row says, masked. Its verdict is given when it is read, by the table of then. */
export function failedCall(call: RawCall, startedAt: number, privacy: Privacy): FailedCall {
  return { id: callId(call), startedAt, values: callValues(call, privacy) };
}

/** Graph's id in lower case; a hash for a row that has none, or an endless one. */
export function callId(call: RawCall): string {
  const id = idOf(call);
  if (id.length <= 64 && !id.startsWith('{')) return id.toLowerCase();
  return `row-${wideOf(id)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('')}`;
}

function callValues(call: RawCall, privacy: Privacy): JsonObject {
  const type = tidy(textOf(call['callType']), 60);
  const direction = directionOf(type);
  const caller = textOf(call['callerNumber']);
  const callee = textOf(call['calleeNumber']);
  return {
    trunk: tidy(textOf(call['trunkFullyQualifiedDomainName']), 253).toLowerCase(),
    callType: type,
    direction,
    emergency: isEmergency(type),
    country: COUNTRIES[countryOf(direction === 'in' ? caller : callee)] ?? '',
    caller: shownNumber(caller, privacy.numbers),
    callee: shownNumber(callee, privacy.numbers),
    user: shownUser(textOf(call['userPrincipalName']), privacy),
    userName: shownUser(textOf(call['userDisplayName']), privacy),
    sip: wholeNumber(call['finalSipCode']),
    sub: wholeNumber(call['callEndSubReason']),
    phrase: shownPhrase(textOf(call['finalSipCodePhrase']), privacy),
    answered: isAnswered(call),
    startedAt: dateText(call['startDateTime']),
    invitedAt: dateText(call['inviteDateTime']),
    failedAt: dateText(call['failureDateTime']),
    endedAt: dateText(call['endDateTime']),
    seconds: wholeNumber(call['duration']),
    signaling: tidy(textOf(call['signalingLocation']), 20),
    media: tidy(textOf(call['mediaPathLocation']), 20),
    mediaBypass: call['mediaBypassEnabled'] === true,
    correlationId: tidy(textOf(call['correlationId']), 64),
  };
}

/**
 * One call as a fact, `call:<id>`: `type` 'call', `id`, `at` (ISO, its start), what `callValues` holds (`trunk`, `callType`,
 * `direction` in|out|unknown, `emergency`, `country`, `caller`, `callee`, `user`, `userName` (masked), `sip`, `sub` (or null),
 * `phrase`, `answered`, `startedAt`, `invitedAt`, `failedAt`, `endedAt` (ISO or null), `seconds`, `signaling`, `media`,
 * `mediaBypass`, `correlationId` (to quote to Microsoft)), and the verdict: `code` ('504/569008', '' when answered), `row` (of the table, in words), `owner`
 * (caller|sbc|carrier|tenant|microsoft|unknown, '' when answered), `ownerWords`, `meaning`, `nextStep`, `page`
 * (now|burst|report|never), `category`, `failure` (whether it counts against the trunk), `recovered` (a success elsewhere followed).
 */
export function callFact(call: FailedCall, recovered: boolean): Fact {
  const { values } = call;
  const base = {
    ...values,
    type: 'call',
    id: call.id,
    at: new Date(call.startedAt).toISOString(),
    recovered,
  };
  return {
    subject: `call:${call.id}`,
    kind: 'direct-routing',
    values: { ...base, ...verdictValues(values) },
  };
}

function verdictValues(values: FailedCall['values']): JsonObject {
  if (values['answered'] === true)
    return {
      code: '',
      row: '',
      owner: '',
      ownerWords: '',
      meaning: 'answered',
      nextStep: '',
      page: 'never',
      category: '',
      failure: false,
    };
  const direction =
    values['direction'] === 'in' || values['direction'] === 'out' ? values['direction'] : 'unknown';
  const codes = [wholeNumber(values['sip']), wholeNumber(values['sub']), direction] as const;
  const plain = verdictOf(...codes);
  const emergency = values['emergency'] === true;
  const verdict = emergency ? asEmergency(plain) : plain;
  return {
    code: verdict.code,
    row: emergency ? `${rowOf(...codes)}, and an emergency call at that` : rowOf(...codes),
    owner: verdict.owner,
    ownerWords: OWNER_WORDS[verdict.owner],
    meaning: verdict.meaning,
    nextStep: verdict.nextStep,
    page: verdict.page,
    category: verdict.category,
    failure: emergency || isFailure(verdict),
  };
}

/** `ByotIn`, `dr_in`, `ByotOutUserForwarding` …; an unknown type passes. */
export function directionOf(type: string): Direction {
  if (/^(byot|dr_?)in/i.test(type)) return 'in';
  return /out/i.test(type) ? 'out' : 'unknown';
}

export function isEmergency(type: string): boolean {
  return /emergency/i.test(type);
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
