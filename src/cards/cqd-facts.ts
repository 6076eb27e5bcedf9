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

/** What is known of one stage, each time by the site's own clocks and in UTC. */
export function cqdFacts(values: JsonObject): readonly CardFact[] {
  return [
    fact(
      textOf(values, 'stageText') ?? 'Stage',
      bold(stageState(values)),
      ...(isTrue(values, 'underWay') ? [say('; a run is under way')] : []),
    ),
    ...stampFact('Last success', values, 'lastSuccess'),
    ...stampFact('Last failure', values, 'lastFailure'),
    ...(isTrue(values, 'failing') ? factIf('Failed since', textOf(values, 'failuresText')) : []),
    ...(isTrue(values, 'stuck') ? stampFact('Run begun', values, 'startedAt') : []),
    ...holeFact(values),
    ...factIf('Expected', expectation(values)),
    ...healthFact(values),
  ];
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

function healthFact(values: JsonObject): readonly CardFact[] {
  const url = healthLink(values);
  return url === undefined ? [] : [fact('Health page', url)];
}

export function healthLink(values: JsonObject): Inline | undefined {
  const url = textOf(values, 'healthUrl');
  return url === undefined ? undefined : link(url.replace(/^https?:\/\//, ''), url);
}
