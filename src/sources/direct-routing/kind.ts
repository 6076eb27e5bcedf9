import type { Dimension } from '../../model/ask.js';
import { readKey, type Dimensions } from './key.js';
import { asEmergency, isAlarming, isFailure, readCode, verdictOf, type Verdict } from './verdict.js';

/** What a key says of its calls. */
export interface Kind {
  readonly dimensions: Dimensions;
  readonly verdict: Verdict | undefined;
  readonly failure: boolean;
  readonly alarming: boolean;
  /** The code with what its verdict depends on beside it: what has the same is counted together. */
  readonly judged: string;
}

const kinds = new Map<string, Kind>();
const MOST_KINDS = 20_000;

export function kindOf(key: string): Kind {
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const dimensions = readKey(key);
  const verdict = verdictAt(dimensions);
  const kind = {
    dimensions,
    verdict,
    failure: verdict !== undefined && (dimensions.emergency || isFailure(verdict)),
    alarming: verdict !== undefined && isAlarming(verdict),
    judged: verdict === undefined ? '' : judgedAs(verdict),
  };
  if (kinds.size >= MOST_KINDS) kinds.clear();
  kinds.set(key, kind);
  return kind;
}

/** `504/569008 carrier certificate`: what has the same is counted as one code. */
export function judgedAs({ code, owner, category }: Verdict): string {
  return `${code} ${owner} ${category}`;
}

/** Of an attempt that was not answered. */
export function verdictAt({
  code,
  direction,
  emergency,
}: Pick<Dimensions, 'code' | 'direction' | 'emergency'>): Verdict | undefined {
  if (code === '') return undefined;
  const { sip, sub } = readCode(code);
  const verdict = verdictOf(sip, sub, direction);
  return emergency ? asEmergency(verdict) : verdict;
}

export function nameIn(dimensions: Dimensions, dimension: Dimension): string {
  // Bots have no user: they are a group of their own, and not one user with all the calls.
  return dimension === 'user' && dimensions.user === '' ? 'bot' : dimensions[dimension];
}
