import { diff } from '../../src/diff.js';
import type { Alert } from '../../src/model/alert.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE, type Instant } from '../../src/model/time.js';
import { asksOf } from '../../src/rules/asks.js';
import type { Rule } from '../../src/rules/compile.js';
import { judge } from '../../src/rules/judge.js';
import type { MinuteCount } from '../../src/sources/keep.js';
import { writeKey, type Dimensions } from '../../src/sources/direct-routing/key.js';
import { FACTS_LOOK_BACK, pollFacts } from '../../src/sources/direct-routing/poll-facts.js';
import { runsOf, type Runs } from '../../src/sources/direct-routing/runs.js';
import { T0 } from '../support/builders.js';

export const SBC1 = 'sbc1.contoso.com';

/** Calls alike that began in a minute after T0, seen from that minute on unless they come late. */
export interface Calls extends Partial<Dimensions> {
  readonly minute: number;
  readonly times?: number;
  /** The minute at which the log first has them. */
  readonly seen?: number;
}

export interface Heard {
  /** Each transition but a mere update: `65 firing trunk-failing major`. */
  readonly steps: string[];
  /** The title that each rule's alerts first fired with. */
  readonly titles: Readonly<Record<string, string>>;
}

/** Polls a log every five minutes. The first poll is a baseline. */
export function listen(
  rules: readonly Rule[],
  log: readonly Calls[],
  { until, every = 5 }: { readonly until: number; readonly every?: number },
): Heard {
  let facts = new Map<string, Fact>();
  let alerts: readonly Alert[] = [];
  let runs: Runs = new Map();
  let horizon = T0 - FACTS_LOOK_BACK;
  const heard: string[] = [];
  const titles: Record<string, string> = {};
  for (let minute = 0; minute <= until; minute += every) {
    const at = T0 + minute * MINUTE;
    const counts = log.filter((calls) => (calls.seen ?? calls.minute) <= minute).map(countOf);
    const each = (tell: (at: Instant, key: string, count: number) => void): void =>
      counts.forEach((entry) => entry.minute >= horizon && tell(entry.minute, entry.key, entry.count));
    runs = runsOf(each, horizon, at - FACTS_LOOK_BACK, runs);
    horizon = at - FACTS_LOOK_BACK;
    const seen = pollFacts({
      tenant: 'contoso',
      each,
      now: at,
      runs: runsOf(each, horizon, at + MINUTE, runs),
      asks: asksOf(rules, 'direct-routing'),
      byUser: counts,
    });
    const { changes } = diff(facts, { kind: 'direct-routing', at, coverage: 'full', facts: seen });
    facts = new Map(seen.map((fact) => [fact.subject, fact]));
    const { transitions, errors } = judge({
      rules: rules.filter(({ definition }) => definition.source === 'direct-routing'),
      source: 'contoso/direct-routing',
      tenant: 'contoso',
      at,
      baseline: minute === 0,
      changes,
      facts,
      alerts,
    });
    for (const { rule, message } of errors) heard.push(`${minute} error ${rule} ${message}`);
    const live = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
    for (const { kind, alert } of transitions) {
      if (kind === 'resolved' || kind === 'dropped') live.delete(alert.fingerprint);
      else live.set(alert.fingerprint, alert);
      if (kind !== 'updated') heard.push(`${minute} ${kind} ${alert.rule} ${alert.severity}`);
      if (kind === 'firing') titles[alert.rule] ??= alert.summary;
    }
    alerts = [...live.values()];
  }
  return { steps: heard, titles };
}

function countOf({ minute, times = 1, seen: _, ...over }: Calls): MinuteCount {
  const key = writeKey({
    trunk: SBC1,
    direction: 'out',
    country: 'FR',
    code: '',
    emergency: false,
    recovered: false,
    user: '',
    ...over,
  });
  return { minute: T0 + minute * MINUTE, key, count: times };
}

/** The same calls in each of these minutes. */
export function each(from: number, to: number, calls: Omit<Calls, 'minute'>, step = 1): Calls[] {
  const found: Calls[] = [];
  for (let minute = from; minute < to; minute += step) found.push({ minute, ...calls });
  return found;
}
