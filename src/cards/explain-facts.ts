import type { Section } from '../model/card.js';
import type { JsonObject } from '../model/json.js';
import type { SubjectRow } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { failedWords, percent } from './calls-facts.js';
import { subjectFacts } from './incident-facts.js';
import { fact, factIf, factsSection, say, timeFactIf, type CardFact } from './parts.js';
import { instantOf, numberOf, textOf } from './values.js';
import { clip } from './words.js';

/** What the rules look at, in the numbers that people know it by. */
export function numbersOf(
  { kind, subject, values }: Pick<SubjectRow, 'kind' | 'subject' | 'values'>,
  now: Instant,
): readonly Section[] {
  if (kind === 'direct-routing') return factsSection(callFacts(values));
  return factsSection(subjectFacts({ subject, values, state: 'firing' }, { now, url: '' }));
}

const WINDOWS = [
  ['15 min', ''],
  ['1 h', '1h'],
  ['24 h', '24h'],
] as const;

function callFacts(values: JsonObject): readonly CardFact[] {
  return [
    ...WINDOWS.flatMap(([label, suffix]) => windowFact(label, values, suffix)),
    ...factIf('In a row', runWords(values)),
    ...timeFactIf('Last answered', instantOf(values, 'lastAnsweredAt')),
    ...factIf('Verdict', textOf(values, 'verdict')),
  ];
}

function windowFact(label: string, values: JsonObject, suffix: string): readonly CardFact[] {
  const [attempts, failed, ner] = ['attempts', 'failed', 'ner'].map((name) =>
    numberOf(values, name + suffix),
  );
  if (attempts === undefined || failed === undefined) return [];
  const share = ner === undefined || attempts === 0 ? '' : `, NER ${percent(ner)}`;
  return [fact(label, say(`${failedWords({ attempts, failed })}${share}`))];
}

function runWords(values: JsonObject): string | undefined {
  const run = numberOf(values, 'consecutiveFailures');
  return run === undefined || run === 0 ? undefined : `${run} failed`;
}

/** `“Nightly sales” (report:d954…)` where the name says more than the subject. */
export function labelOf(subject: string, facts: readonly Pick<SubjectRow, 'values'>[]): string {
  const name = facts.map(({ values }) => textOf(values, 'name')).find((found) => found !== undefined);
  if (name === undefined || !subject.startsWith('report:')) return clip(subject, 120);
  return `“${clip(name, 60)}” (${clip(subject, 60)})`;
}
