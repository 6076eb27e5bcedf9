import type { Card, Section, Tone } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Inline } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import type { LookView } from './health.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  fact,
  factIf,
  factsSection,
  link,
  paragraph,
  say,
  staleSections,
  time,
  timeFactIf,
  type CardFact,
} from './parts.js';
import { instantOf, isTrue, knownOf, numberOf, textOf } from './values.js';
import { age, badgeOf, clip, sentence } from './words.js';

export interface CallView {
  readonly id: string;
  readonly looks: readonly LookView[];
  readonly now: Instant;
  readonly url: string;
}

/** One call: what happened, whose it is and what to do next. Undefined when no tenant knows it. */
export function callCard({ id, looks, now, url }: CallView): Card | undefined {
  const found = looks.flatMap((look) =>
    look.facts.filter(({ subject }) => subject.startsWith('call:')).map((call) => ({ look, call })),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const { look, call } = first;
  const { values } = call;
  const tone = toneOf(values);
  const title = titleOf(values);
  return {
    topic: `call:${id}`,
    tone,
    badge: badgeOf(tone),
    title,
    fallback: [title, textOf(values, 'ownerWords') ?? ''].filter((part) => part !== '').join('; '),
    sections: [
      // The others need not know a call that one of them has.
      ...staleSections([look], now),
      ...verdictSections(values),
      ...factsSection(callFacts(values)),
    ],
    actions: [],
    footer: dotted(
      [say(look.tenant)],
      [say(`call ${textOf(values, 'id') ?? id}`)],
      askedFooter([look], now).slice(2),
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function toneOf(values: Fact['values']): Tone {
  if (isTrue(values, 'answered')) return 'ok';
  if (!isTrue(values, 'failure')) return 'neutral';
  if (textOf(values, 'page') === 'now' && !isTrue(values, 'recovered')) return 'critical';
  return textOf(values, 'page') === 'burst' && !isTrue(values, 'recovered') ? 'major' : 'warning';
}

/** `Outbound call failed 504/569008: the SBC’s certificate has expired`. */
function titleOf(values: Fact['values']): string {
  const direction = { in: 'Inbound', out: 'Outbound' }[textOf(values, 'direction') ?? ''];
  const emergency = isTrue(values, 'emergency') ? 'emergency call' : 'call';
  const what =
    direction === undefined
      ? `${emergency.charAt(0).toUpperCase()}${emergency.slice(1)}`
      : `${direction} ${emergency}`;
  if (isTrue(values, 'answered')) return `${what} answered`;
  const said = isTrue(values, 'failure') ? 'failed' : 'was not answered';
  const meaning = textOf(values, 'meaning');
  return `${what} ${said}${meaning === undefined ? '' : `: ${clip(meaning, 120)}`}`;
}

function verdictSections(values: Fact['values']): readonly Section[] {
  const owner = textOf(values, 'ownerWords');
  const step = textOf(values, 'nextStep');
  const whose: readonly Inline[] = owner === undefined ? [] : [bold('Whose: '), say(sentence(owner))];
  return [
    ...(whose.length === 0 ? [] : [paragraph(...whose)]),
    ...(step === undefined ? [] : [paragraph(bold('Next: '), say(sentence(step)))]),
    ...(isTrue(values, 'recovered')
      ? [paragraph(say('The same call went through elsewhere: the caller noticed nothing but the delay.'))]
      : []),
  ];
}

function callFacts(values: Fact['values']): readonly CardFact[] {
  const trunk = textOf(values, 'trunk');
  return [
    ...timeFactIf('Began', instantOf(values, 'startedAt', 'at')),
    ...(trunk === undefined ? [] : [fact('Trunk', command(trunk, `calls ${trunk}`))]),
    ...numbersFact(values),
    ...factIf('User', [textOf(values, 'userName'), textOf(values, 'user')].filter(isThere).join(', ')),
    ...factIf('Codes', codesOf(values)),
    ...factIf('Microsoft says', textOf(values, 'phrase')),
    ...factIf('Lasted', lasted(values)),
    ...failedFact(values),
    ...factIf('Kind', knownOf(values, 'callType')),
    ...factIf('Data centres', centres(values)),
    // What Microsoft's support asks for first.
    ...factIf('Correlation id', textOf(values, 'correlationId')),
  ];
}

function numbersFact(values: Fact['values']): readonly CardFact[] {
  const caller = textOf(values, 'caller');
  const callee = textOf(values, 'callee');
  const country = textOf(values, 'country');
  if (caller === undefined && callee === undefined) return [];
  const where = country === undefined ? '' : `, ${country}`;
  return [fact('Numbers', say(`${caller ?? 'not told'} → ${callee ?? 'not told'}${where}`))];
}

/** `SIP 504, Microsoft 569008`. */
function codesOf(values: Fact['values']): string {
  const sip = numberOf(values, 'sip');
  const sub = numberOf(values, 'sub');
  return [
    ...(sip === undefined ? [] : [`SIP ${sip}`]),
    ...(sub === undefined ? [] : [`Microsoft ${sub}`]),
  ].join(', ');
}

function lasted(values: Fact['values']): string | undefined {
  const seconds = numberOf(values, 'seconds');
  return seconds === undefined || (seconds === 0 && !isTrue(values, 'answered'))
    ? undefined
    : age(seconds * 1_000);
}

function failedFact(values: Fact['values']): readonly CardFact[] {
  const failed = instantOf(values, 'failedAt');
  const began = instantOf(values, 'invitedAt', 'startedAt', 'at');
  if (failed === undefined || isTrue(values, 'answered')) return [];
  const after = began === undefined || failed < began ? [] : [say(`, ${age(failed - began)} after it began`)];
  return [fact('Ended', time(failed), ...after)];
}

function centres(values: Fact['values']): string {
  const signaling = textOf(values, 'signaling');
  const media = textOf(values, 'media');
  return [
    ...(signaling === undefined ? [] : [`signalling ${signaling}`]),
    ...(media === undefined ? [] : [`media ${media}${isTrue(values, 'mediaBypass') ? ' (bypass)' : ''}`]),
  ].join(', ');
}

function isThere(text: string | undefined): text is string {
  return text !== undefined;
}
