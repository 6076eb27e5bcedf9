import type { JsonObject } from '../model/json.js';
import { HOUR, SECOND } from '../model/time.js';
import { ownersWords, percent } from './calls-facts.js';
import { stringsOf } from './message-facts.js';
import { command, fact, factIf, say, timeFactIf, type CardFact } from './parts.js';
import { instantOf, numberOf, textOf } from './values.js';

/** The facts of an incident's card about a trunk, or about all calls of a tenant. */
export function callFacts(values: JsonObject): readonly CardFact[] {
  return [
    ...(textOf(values, 'trunk') === undefined ? [] : [trunkFact(textOf(values, 'trunk') ?? '')]),
    fact('Last hour', say(hourWords(values))),
    ...factIf('Whose', ownersWords(values)),
    ...factIf('Codes', stringsOf(values['topCodes']).join(', ')),
    ...timeFactIf('First failure', instantOf(values, 'firstFailureAt')),
    ...lastCall(values),
  ];
}

/** The record keeps it to the quarter of an hour: it is worth a line where calls have ceased. */
function lastCall(values: JsonObject): readonly CardFact[] {
  const ceased = (numberOf(values, 'lagSeconds') ?? 0) * SECOND >= HOUR / 2;
  return ceased ? timeFactIf('Last call', instantOf(values, 'lastCallAt')) : [];
}

function trunkFact(trunk: string): CardFact {
  return fact('Trunk', command(trunk, `calls ${trunk}`));
}

/** `124 calls, 31 failed, NER 73 %, 28 callers found no other way`. */
function hourWords(values: JsonObject): string {
  const attempts = numberOf(values, 'attempts1h') ?? 0;
  const failed = numberOf(values, 'failed1h') ?? 0;
  const run = numberOf(values, 'consecutiveFailures') ?? 0;
  if (attempts === 0) return run === 0 ? 'no calls' : `no calls since the last ${run} failed`;
  const lost = numberOf(values, 'userVisible1h') ?? failed;
  return [
    `${attempts} ${attempts === 1 ? 'call' : 'calls'}`,
    `${failed} failed`,
    `NER ${percent(numberOf(values, 'ner1h') ?? 1)}`,
    ...(lost < failed ? [`${failed - lost} found another way`] : []),
  ].join(', ');
}
