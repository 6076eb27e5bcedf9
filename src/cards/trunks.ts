import type { Card, Tone } from '../model/card.js';
import { formatDuration } from '../lib/duration.js';
import type { Duration, Instant } from '../model/time.js';
import {
  callsTone,
  failedWords,
  lagSection,
  ownersWords,
  percent,
  recordWords,
  spanWords,
  trunkName,
  trunksOf,
  unavailable,
  type CallsOf,
} from './calls-facts.js';
import { tenantWords, type LookView } from './health.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
  type ListItem,
} from './parts.js';
import { numberOf, textOf } from './values.js';
import { badgeOf, compareTone, plural, sentence, worstTone } from './words.js';

export interface TrunksView {
  readonly looks: readonly LookView[];
  readonly windowMs: Duration;
  readonly now: Instant;
  readonly url: string;
}

/** Every trunk that had a call, the worst first. */
export function trunksCard({ looks, windowMs, now, url }: TrunksView): Card {
  const trunks = [...trunksOf(looks)].sort((a, b) => compareTone(toneOf(a), toneOf(b)));
  const tone = trunks.length === 0 ? 'neutral' : worstTone(trunks.map(toneOf));
  const title = titleOf(trunks, looks, spanWords(windowMs));
  return {
    topic: 'trunks',
    tone,
    badge: badgeOf(tone),
    title,
    fallback: [title, ...trunks.filter(inTrouble).slice(0, 3).map(trunkWords)].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...unavailable(looks).map(({ tenant, reason }) =>
        paragraph(bold(tenant), say(`: ${sentence(reason)}`)),
      ),
      ...listSection(
        undefined,
        trunks.map((trunk) => trunkLine(trunk, looks.length, windowMs)),
      ),
      ...(looks.length > unavailable(looks).length ? [lagSection(trunks.map(({ fact }) => fact))] : []),
    ],
    actions: [],
    footer: dotted(
      [say(spanWords(windowMs))],
      askedFooter(looks, now),
      recordWords(trunks.map(({ fact }) => fact)),
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function titleOf(trunks: readonly CallsOf[], looks: readonly LookView[], span: string): string {
  if (trunks.length === 0) {
    if (looks.every(({ error }) => error !== undefined))
      return 'The call log does not answer, and no trunk is known';
    return unavailable(looks).length === looks.length
      ? 'There is no call log here'
      : `No trunk had a call in the ${span}`;
  }
  const bad = trunks.filter(inTrouble).length;
  const [one] = trunks;
  if (trunks.length === 1 && one !== undefined) return `${trunkWords(one)} in the ${span}`;
  const all = plural(trunks.length, 'trunk');
  return bad === 0 ? `All ${all} do well in the ${span}` : `${bad} of ${all} in trouble in the ${span}`;
}

function toneOf({ fact: { values } }: CallsOf): Tone {
  return callsTone(values);
}

function inTrouble(trunk: CallsOf): boolean {
  return !['ok', 'neutral'].includes(toneOf(trunk));
}

function trunkWords({ fact }: CallsOf): string {
  return `${trunkName(fact)}: ${failedWords(fact.values)}`;
}

/** `sbc1.contoso.com NER 22 % · 31 of 40 calls failed · SBC, not Microsoft (504/569008)`. */
export function trunkLine({ tenant, fact }: CallsOf, asked: number, windowMs: Duration): ListItem {
  const { values } = fact;
  const name = trunkName(fact);
  const owners = ownersWords(values);
  const code = textOf(values, 'topCode');
  return {
    tone: callsTone(values),
    line: [
      command(name, `calls ${name} ${formatDuration(windowMs)}`),
      say(' '),
      bold(`NER ${percent(numberOf(values, 'ner') ?? 1)}`),
      say(` · ${failedWords(values)}`),
      ...(owners === undefined ? [] : [say(` · ${owners}${code === undefined ? '' : `, most ${code}`}`)]),
      say(tenantWords([tenant], asked)),
    ],
  };
}
