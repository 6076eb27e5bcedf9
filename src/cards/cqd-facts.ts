import type { Tone } from '../model/card.js';
import type { JsonObject } from '../model/json.js';
import { utc, type Inline } from '../model/rich.js';
import { MINUTE } from '../model/time.js';
import { bold, fact, factIf, link, say, type CardFact } from './parts.js';
import { instantOf, isTrue, numberOf, textOf } from './values.js';
import { age } from './words.js';

/** How bad a stage's state is; a trouble that outlasts a new attempt is still one. */
export function stageTone(values: JsonObject): Tone {
  if (isTrue(values, 'failing') || isTrue(values, 'stuck')) return 'major';
  switch (textOf(values, 'state')) {
    case 'healthy':
    case 'flapping':
    case 'running':
      return 'ok';
    case 'stale':
      return isTrue(values, 'upstream') ? 'warning' : 'major';
    case 'never':
    case 'disabled':
      return 'info';
    default:
      return 'neutral';
  }
}

/** `Failing and no success within the limit`. */
export function stageState(values: JsonObject): string {
  const state = textOf(values, 'stateText') ?? 'Unknown';
  const also = isTrue(values, 'stale') && textOf(values, 'state') !== 'stale';
  return also ? `${state} and stale` : state;
}

/** `Cube processing: failing and stale; a run is under way`. */
export function stageLine(values: JsonObject): readonly Inline[] {
  return [
    say(`${textOf(values, 'stageText') ?? 'Stage'}: `),
    bold(stageState(values).toLowerCase()),
    ...(isTrue(values, 'underWay') && textOf(values, 'state') !== 'running'
      ? [say('; a run is under way')]
      : []),
  ];
}

/** The facts of an incident's card. */
export function cqdFacts(values: JsonObject): readonly CardFact[] {
  return [fact('State', ...stageLine(values)), ...stageFacts(values), ...healthFact(values)];
}

/** What is known of one stage, each time by the site's own clocks and in UTC. */
export function stageFacts(values: JsonObject): readonly CardFact[] {
  return [
    ...stampFact('Last success', values, 'lastSuccess'),
    ...stampFact('Last failure', values, 'lastFailure'),
    ...failuresFact(values),
    ...(isTrue(values, 'stuck') || isTrue(values, 'underWay')
      ? stampFact('Run begun', values, 'startedAt')
      : []),
    ...holeFact(values),
    ...factIf('Expected', expectation(values)),
  ];
}

function failuresFact(values: JsonObject): readonly CardFact[] {
  const count = textOf(values, 'failuresText');
  if (!isTrue(values, 'failing') || count === undefined) return [];
  const since =
    textOf(values, 'lastSuccess') === undefined ? 'none ever succeeded' : 'since the last success';
  return [fact('Failed runs', say(`${count}, ${since}`))];
}

function stampFact(label: string, values: JsonObject, name: string): readonly CardFact[] {
  const at = instantOf(values, name);
  if (at === undefined) return [];
  const zone = textOf(values, 'timeZone') ?? '';
  return [fact(label, say(`${textOf(values, `${name}Local`) ?? ''} ${zone} (${utc(at)})`))];
}

function holeFact(values: JsonObject): readonly CardFact[] {
  const minutes = numberOf(values, 'gapMinutes');
  if (minutes === undefined) return [];
  const [from, to] = [textOf(values, 'gapFromLocal') ?? '', textOf(values, 'gapToLocal') ?? ''];
  return [fact('Hole', say(`${age(minutes * MINUTE)} without a success: ${from} to ${to}`))];
}

/** `a success at least every 60 min, usually every 15 min`. */
function expectation(values: JsonObject): string | undefined {
  const limit = numberOf(values, 'limitMinutes');
  if (limit === undefined) return undefined;
  const cadence = numberOf(values, 'cadenceMinutes');
  const usual = cadence === undefined ? '' : `, usually every ${age(cadence * MINUTE)}`;
  return `a success at least every ${age(limit * MINUTE)}${usual}`;
}

/** The portal's page for people, which has the error texts. */
export function healthFact(values: JsonObject): readonly CardFact[] {
  const url = textOf(values, 'healthUrl');
  return url === undefined ? [] : [fact('Health page', link(url.replace(/^https?:\/\//, ''), url))];
}
