import type { Firing } from '../model/alert.js';
import type { Suggestion } from '../model/noise.js';
import type { RuleDefinition } from '../model/rule.js';
import { HOUR, MINUTE, type Duration } from '../model/time.js';

/** One firing and what came of it. */
export interface Seen {
  readonly firing: Firing;
  readonly acted: boolean;
  readonly silenced: boolean;
  readonly flapped: boolean;
}

const TRIED: readonly Duration[] = [1, 2, 3, 5, 10, 15, 20, 30, 45]
  .map((minutes) => minutes * MINUTE)
  .concat(HOUR);
/** Fewer than this many, or a smaller share of all, are no reason to change a rule. */
const LEAST = 3;
const LEAST_SHARE = 0.25;

export function suggestionsFor(rule: RuleDefinition, seen: readonly Seen[]): readonly Suggestion[] {
  if (rule.once) return [];
  return [longerFor(rule, seen), longerKeep(rule, seen)].filter((found) => found !== undefined);
}

/** The shortest wait that would have spared the most, as long as it spares nothing that mattered. */
function longerFor(rule: RuleDefinition, seen: readonly Seen[]): Suggestion | undefined {
  let best: Suggestion | undefined;
  for (const wait of TRIED) {
    const spared = seen.filter(({ firing }) => lasted(firing) < wait);
    if (spared.some(({ firing, acted }) => acted || firing.severity === 'critical')) break;
    if (spared.length > (best?.spared ?? 0))
      best = { setting: 'for', ms: rule.forMs + wait, spared: spared.length, of: seen.length };
  }
  return worth(best);
}

/** How long it went on firing, after the rule's own `for`. */
function lasted({ firedAt, endedAt = Infinity }: Firing): Duration {
  return endedAt - firedAt;
}

/** The shortest time to stay open over which most of what came again would have been the same firing. */
function longerKeep(rule: RuleDefinition, seen: readonly Seen[]): Suggestion | undefined {
  if (!seen.some(({ flapped }) => flapped)) return undefined;
  const gaps = gapsOf(seen.map(({ firing }) => firing));
  const most = gaps.filter((gap) => gap < HOUR).length;
  const enough = TRIED.find((keep) => gaps.filter((gap) => gap < keep).length >= 0.8 * most);
  if (enough === undefined) return undefined;
  const spared = gaps.filter((gap) => gap < enough).length;
  return worth({ setting: 'keep', ms: rule.keepMs + enough, spared, of: seen.length });
}

/** Between the end of an alert and its next beginning. */
function gapsOf(firings: readonly Firing[]): readonly Duration[] {
  const ends = new Map<string, number>();
  const gaps: Duration[] = [];
  for (const { fingerprint, firedAt, endedAt } of [...firings].sort((a, b) => a.firedAt - b.firedAt)) {
    const end = ends.get(fingerprint);
    if (end !== undefined) gaps.push(firedAt - end);
    if (endedAt === undefined) ends.delete(fingerprint);
    else ends.set(fingerprint, endedAt);
  }
  return gaps;
}

function worth(found: Suggestion | undefined): Suggestion | undefined {
  if (found === undefined || found.spared < LEAST || found.spared < LEAST_SHARE * found.of) return undefined;
  return found;
}
