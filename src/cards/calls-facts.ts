import type { Chart } from '../model/chart.js';
import type { Section, Tone } from '../model/card.js';
import type { JsonObject } from '../model/json.js';
import type { Fact } from '../model/source.js';
import type { Inline } from '../model/rich.js';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../model/time.js';
import { objectsOf } from './message-facts.js';
import { paragraph, say, time } from './parts.js';
import { instantOf, numberOf, textOf } from './values.js';
import { plural } from './words.js';

/** Fewer attempts than this say little about a share of them. */
const ENOUGH = 20;

/** How a trunk does: by its NER where there are enough calls, by its failures where there are few. */
export function callsTone(values: JsonObject): Tone {
  const attempts = numberOf(values, 'attempts') ?? 0;
  const failed = numberOf(values, 'failed') ?? 0;
  const ner = numberOf(values, 'ner') ?? 1;
  if (attempts === 0) return 'neutral';
  if (failed === 0 || ner >= 0.97) return 'ok';
  if (attempts < ENOUGH) return failed >= 5 && ner < 0.5 ? 'major' : 'warning';
  if (ner < 0.9) return 'critical';
  return ner < 0.95 ? 'major' : 'warning';
}

/** `91 %`; never 100 while a call failed, never 0 while one went through. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '99 %';
  return `${rounded === 0 && share > 0 ? 1 : rounded} %`;
}

/** `38 of 412 calls failed`, `all 40 calls failed`, `none of 412 calls failed`. */
export function failedWords(values: JsonObject): string {
  const attempts = numberOf(values, 'attempts') ?? 0;
  const failed = numberOf(values, 'failed') ?? 0;
  if (attempts === 0) return 'no calls';
  if (attempts === 1) return failed === 1 ? 'the only call failed' : 'the only call did not fail';
  if (failed === 0) return `none of ${attempts} calls failed`;
  return failed === attempts ? `all ${attempts} calls failed` : `${failed} of ${attempts} calls failed`;
}

const OWNERS: readonly (readonly [string, string])[] = [
  ['sbcShare', 'SBC, not Microsoft'],
  ['carrierShare', 'carrier, not Microsoft'],
  ['tenantShare', 'tenant set-up, not Microsoft'],
  ['microsoftShare', 'Microsoft'],
  ['unknownShare', 'not known whose'],
];

/** Whose the failures are, most first: `SBC, not Microsoft 90 %, carrier, not Microsoft 10 %`. */
export function ownersWords(values: JsonObject): string | undefined {
  const shares = OWNERS.map(([key, words]) => ({ words, share: numberOf(values, key) ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  const [first] = shares;
  if (first === undefined) return undefined;
  if (shares.length === 1) return first.words;
  return shares.map(({ words, share }) => `${words} (${percent(share)})`).join('; ');
}

/** `last 15 min`, `last hour`, `last 7 days`. */
export function spanWords(ms: Duration): string {
  for (const [unit, name] of [
    [DAY, 'day'],
    [HOUR, 'hour'],
  ] as const) {
    if (ms === unit) return unit === DAY ? 'last 24 hours' : 'last hour';
    if (ms > unit && ms % unit === 0) return `last ${plural(ms / unit, name)}`;
  }
  return `last ${Math.round(ms / MINUTE)} min`;
}

export interface CallsOf {
  readonly tenant: string;
  readonly fact: Fact;
}

/** The window of all calls of each tenant, or of one trunk. */
export function windowsOf(
  looks: readonly { readonly tenant: string; readonly facts: readonly Fact[] }[],
): readonly CallsOf[] {
  return looks.flatMap(({ tenant, facts }) =>
    facts.filter(({ subject }) => subject.startsWith('calls:')).map((fact) => ({ tenant, fact })),
  );
}

/** Worst first: by tone of course, then by failures, then by volume. */
export function trunksOf(
  looks: readonly { readonly tenant: string; readonly facts: readonly Fact[] }[],
): readonly CallsOf[] {
  return looks
    .flatMap(({ tenant, facts }) =>
      facts.filter(({ subject }) => subject.startsWith('trunk:')).map((fact) => ({ tenant, fact })),
    )
    .sort(
      (a, b) =>
        count(b, 'failed') - count(a, 'failed') ||
        count(b, 'attempts') - count(a, 'attempts') ||
        trunkName(a.fact).localeCompare(trunkName(b.fact)),
    );
}

function count({ fact }: CallsOf, key: string): number {
  return numberOf(fact.values, key) ?? 0;
}

export function trunkName({ subject, values }: Fact): string {
  return textOf(values, 'trunk') ?? subject.replace(/^(?:trunk|calls):/, '');
}

/** Why a cloud has no call log, by tenant. */
export function unavailable(
  looks: readonly { readonly tenant: string; readonly facts: readonly Fact[] }[],
): readonly { readonly tenant: string; readonly reason: string }[] {
  return looks.flatMap(({ tenant, facts }) =>
    facts
      .filter(({ subject, values }) => subject.startsWith('tenant:') && values['available'] === false)
      .map(({ values }) => ({ tenant, reason: textOf(values, 'reason') ?? 'There is no call log here.' })),
  );
}

/** What there is not yet to be seen: Microsoft hands calls out when they have ended, and often hours later. */
export function lagSection(facts: readonly Fact[]): Section {
  const newest = facts.reduce((at, { values }) => Math.max(at, instantOf(values, 'lastCallAt') ?? 0), 0);
  const late = say('; calls can arrive up to 48 h late.');
  return newest === 0
    ? paragraph(say('No call has been seen in this time yet'), late)
    : paragraph(say('The newest call seen is from '), time(newest), late);
}

/** Failures and NER over the window; undefined where the fact has no series. */
export function callsChart(title: string, values: JsonObject): Section | undefined {
  const points = objectsOf(values['series']).flatMap((point) => {
    const at = instantOf(point, 'at');
    return at === undefined ? [] : [{ at, point }];
  });
  const [first, second] = points;
  if (first === undefined) return undefined;
  const step = second === undefined ? MINUTE : second.at - first.at;
  if (step <= 0) return undefined;
  const shares = points.map(({ point }) =>
    (numberOf(point, 'attempts') ?? 0) === 0 ? null : (numberOf(point, 'ner') ?? null),
  );
  const chart: Chart = {
    title,
    alt: altOf(values, points),
    from: first.at,
    step,
    bars: { name: 'Failed calls', values: points.map(({ point }) => numberOf(point, 'failed') ?? 0) },
    line: { name: 'NER', values: shares },
    empty: 'No calls in this time',
  };
  return { kind: 'chart', ...chart };
}

function altOf(
  values: JsonObject,
  points: readonly { readonly at: Instant; readonly point: JsonObject }[],
): string {
  const worst = points.reduce<{ at: Instant; failed: number }>(
    (most, { at, point }) => {
      const failed = numberOf(point, 'failed') ?? 0;
      return failed > most.failed ? { at, failed } : most;
    },
    { at: 0, failed: 0 },
  );
  const words = failedWords(values);
  const attempts = numberOf(values, 'attempts') ?? 0;
  const ner = attempts === 0 ? '' : `, NER ${percent(numberOf(values, 'ner') ?? 1)}`;
  const peak =
    worst.failed === 0
      ? ''
      : `; most failures (${worst.failed}) from ${new Date(worst.at).toISOString().slice(11, 16)} UTC`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${ner}${peak}.`;
}

/** Small print: what was not asked for just now. */
export function recordWords(facts: readonly Fact[]): readonly Inline[] | undefined {
  const cut = facts
    .map(({ values }) => ({ from: instantOf(values, 'from'), live: instantOf(values, 'liveFrom') }))
    .filter(({ from, live }) => from !== undefined && live !== undefined && live > from + MINUTE)
    .map(({ live }) => live ?? 0);
  if (cut.length === 0) return undefined;
  return [say('calls before '), time(Math.max(...cut)), say(' from the record')];
}
