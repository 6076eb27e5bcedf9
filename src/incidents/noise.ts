import { matches } from '../lib/matchers.js';
import type { Firing } from '../model/alert.js';
import type { TimelineEntry } from '../model/incident.js';
import type { FlapSettings } from '../model/life.js';
import type { NoiseRow, NoiseWeek } from '../model/noise.js';
import type { RuleDefinition } from '../model/rule.js';
import type { Silence } from '../model/silence.js';
import { DAY, type Instant } from '../model/time.js';
import { openHandled } from './handled.js';
import { suggestionsFor, type Seen } from './noise-suggest.js';

const WEEK = 7 * DAY;

export interface NoiseInput {
  readonly firings: readonly Firing[];
  readonly acts: readonly TimelineEntry[];
  /** Those of the time, ended ones included. */
  readonly silences: readonly Silence[];
  readonly rules: readonly RuleDefinition[];
  readonly flapping: FlapSettings;
  readonly weeks: number;
  readonly now: Instant;
}

/** Per rule and week, most ignored in the last week first. What held at the first poll was told to nobody and does not count. */
export function noiseOf(input: NoiseInput): readonly NoiseRow[] {
  const handled = openHandled(input.acts);
  const flaps = flappingAmong(input.firings, input.flapping);
  const byRule = new Map<string, Seen[]>();
  for (const firing of input.firings) {
    if (firing.baseline) continue;
    const seen: Seen = {
      firing,
      acted: handled(firing, input.now).acted,
      silenced: isSilenced(firing, input),
      flapped: flaps.has(firing),
    };
    const known = byRule.get(firing.rule);
    if (known === undefined) byRule.set(firing.rule, [seen]);
    else known.push(seen);
  }
  return [...byRule].map(([rule, seen]) => rowOf(rule, seen, input)).sort(noisiestFirst);
}

function rowOf(rule: string, seen: readonly Seen[], { rules, weeks, now }: NoiseInput): NoiseRow {
  const definition = rules.find((known) => known.name === rule);
  return {
    rule,
    weeks: Array.from({ length: weeks }, (_, back) => weekOf(seen, now - back * WEEK)),
    subjects: busiest(seen),
    suggestions: definition === undefined ? [] : suggestionsFor(definition, seen),
  };
}

function weekOf(all: readonly Seen[], to: Instant): NoiseWeek {
  const from = to - WEEK;
  const seen = all.filter(({ firing }) => firing.firedAt > from && firing.firedAt <= to);
  const count = (of: (one: Seen) => boolean): number => seen.filter(of).length;
  const alone = (one: Seen): boolean => !one.firing.once && !one.acted && !one.silenced;
  return {
    from,
    to,
    fired: seen.length,
    acted: count((one) => one.acted && !one.firing.once),
    silenced: count((one) => !one.acted && one.silenced && !one.firing.once),
    ignored: count((one) => alone(one) && one.firing.endedAt !== undefined),
    open: count((one) => alone(one) && one.firing.endedAt === undefined),
    announced: count((one) => one.firing.once),
    flapped: count((one) => one.flapped),
  };
}

function isSilenced({ labels, firedAt, endedAt }: Firing, { silences, now }: NoiseInput): boolean {
  return silences.some(
    (silence) =>
      silence.startsAt <= (endedAt ?? now) && silence.endsAt > firedAt && matches(silence.matchers, labels),
  );
}

/** Those with as many others of the same alert around them as it takes to call it flapping. */
function flappingAmong(firings: readonly Firing[], { fires, withinMs }: FlapSettings): ReadonlySet<Firing> {
  const found = new Set<Firing>();
  const byAlert = new Map<string, Firing[]>();
  for (const firing of [...firings].sort((a, b) => a.firedAt - b.firedAt)) {
    const window = [...(byAlert.get(firing.fingerprint) ?? []).slice(1 - fires), firing];
    byAlert.set(firing.fingerprint, window);
    const [first] = window;
    if (window.length < fires || first === undefined || firing.firedAt - first.firedAt > withinMs) continue;
    for (const one of window) found.add(one);
  }
  return found;
}

const SUBJECTS = 5;

function busiest(seen: readonly Seen[]): NoiseRow['subjects'] {
  const counts = new Map<string, number>();
  for (const { firing } of seen) counts.set(firing.subject, (counts.get(firing.subject) ?? 0) + 1);
  return [...counts]
    .map(([subject, fired]) => ({ subject, fired }))
    .sort((a, b) => b.fired - a.fired || a.subject.localeCompare(b.subject))
    .slice(0, SUBJECTS);
}

function noisiestFirst(a: NoiseRow, b: NoiseRow): number {
  const [one, other] = [a.weeks[0], b.weeks[0]];
  return (
    (other?.ignored ?? 0) - (one?.ignored ?? 0) ||
    (other?.fired ?? 0) - (one?.fired ?? 0) ||
    a.rule.localeCompare(b.rule)
  );
}
