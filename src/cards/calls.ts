import type { Card, Section } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Duration, Instant } from '../model/time.js';
import {
  callsChart,
  callsTone,
  failedWords,
  lagSection,
  ownersWords,
  percent,
  recordWords,
  spanWords,
  trunksOf,
  unavailable,
  windowsOf,
  type CallsOf,
} from './calls-facts.js';
import type { LookView } from './health.js';
import { objectsOf } from './message-facts.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  fact,
  factIf,
  factsSection,
  heading,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
  time,
  timeFactIf,
  type CardFact,
  type ListItem,
} from './parts.js';
import { trunkLine } from './trunks.js';
import { instantOf, isTrue, numberOf, textOf } from './values.js';
import { badgeOf, clip, sentence, worstTone } from './words.js';

export interface CallsView {
  readonly looks: readonly LookView[];
  /** The full name of the trunk that was asked for. */
  readonly trunk?: string;
  readonly windowMs: Duration;
  readonly now: Instant;
  readonly url: string;
}

/** How calls went: whose the failures are, what they mean, since when, and how it went on. */
export function callsCard(view: CallsView): Card {
  const { looks, trunk, windowMs, now, url } = view;
  const windows = windowsOf(looks);
  // One trunk that is down may be lost in the calls of the others.
  const tone = worstTone([...windows, ...trunksOf(looks)].map(({ fact: { values } }) => callsTone(values)));
  const without = unavailable(looks);
  const title = titleOf(view, windows);
  return {
    topic: 'calls',
    tone: windows.length === 0 ? 'neutral' : tone,
    badge: badgeOf(windows.length === 0 ? 'neutral' : tone),
    title,
    fallback: [title, ...worstWords(windows)].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...without.map(({ tenant, reason }) => paragraph(bold(tenant), say(`: ${sentence(reason)}`))),
      ...windows.flatMap((window) => windowSections(window, view, windows.length > 1)),
      ...(windows.length === 0 ? [] : [lagSection(windows.map((window) => window.fact))]),
    ],
    actions: [],
    footer: dotted(
      [say(trunk === undefined ? spanWords(windowMs) : `${trunk}, ${spanWords(windowMs)}`)],
      askedFooter(looks, now),
      recordWords(windows.map((window) => window.fact)),
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function titleOf({ looks, trunk, windowMs }: CallsView, windows: readonly CallsOf[]): string {
  const span = `in the ${spanWords(windowMs)}`;
  const [one] = windows;
  if (one === undefined) {
    if (unavailable(looks).length > 0) return 'There is no call log here';
    return 'The call log does not answer, and nothing is known of it';
  }
  // Silence of the log is not silence of the phones.
  if (sumOf(windows).attempts === 0 && looks.some(({ error }) => error !== undefined))
    return `The call log does not answer, and no call is known of ${span}`;
  const words = windows.length === 1 ? failedWords(one.fact.values) : failedWords(sumOf(windows));
  const ner = windows.length === 1 && (numberOf(one.fact.values, 'attempts') ?? 0) > 0;
  const rate = ner ? `, NER ${percent(numberOf(one.fact.values, 'ner') ?? 1)}` : '';
  const said = `${words} ${span}${rate}`;
  return trunk === undefined ? `${said.charAt(0).toUpperCase()}${said.slice(1)}` : `${trunk}: ${said}`;
}

function sumOf(windows: readonly CallsOf[]): { attempts: number; failed: number } {
  const sum = (key: string): number =>
    windows.reduce((total, window) => total + (numberOf(window.fact.values, key) ?? 0), 0);
  return { attempts: sum('attempts'), failed: sum('failed') };
}

function worstWords(windows: readonly CallsOf[]): readonly string[] {
  return windows.flatMap(({ fact: { values } }) => {
    const verdict = textOf(values, 'verdict');
    return verdict === undefined ? [] : [verdict];
  });
}

function windowSections({ tenant, fact: window }: CallsOf, view: CallsView, named: boolean): Section[] {
  const { values } = window;
  const of = view.trunk ?? 'All trunks';
  const chart = callsChart(`${named ? `${tenant}: ` : ''}${of}, ${spanWords(view.windowMs)}`, values);
  const own = view.looks.filter((look) => look.tenant === tenant);
  return [
    ...(named ? [heading(tenant)] : []),
    ...factsSection(figures(values)),
    ...nextStep(values),
    ...(chart === undefined ? [] : [chart]),
    ...(view.trunk === undefined
      ? listSection(
          'Trunks',
          trunksOf(own).map((trunk) => trunkLine(trunk, 1, view.windowMs)),
          12,
        )
      : []),
    ...listSection('What failed', codeLines(values, true), 6),
    ...listSection('What went unanswered, and is nobody’s fault', codeLines(values, false), 3),
    ...listSection('Latest failed calls', failureLines(values), 5),
  ];
}

function figures(values: Fact['values']): readonly CardFact[] {
  const attempts = numberOf(values, 'attempts') ?? 0;
  if (attempts === 0) return [];
  const failed = numberOf(values, 'failed') ?? 0;
  const visible = numberOf(values, 'userVisible') ?? failed;
  const saved =
    visible < failed ? `${failed}, of which ${failed - visible} went through elsewhere` : `${failed}`;
  return [
    fact('NER', bold(percent(numberOf(values, 'ner') ?? 1))),
    fact('Calls', say(callsWords(values))),
    fact('Failed', say(saved)),
    ...factIf('Whose', ownersWords(values)),
    ...timeFactIf('First failure', instantOf(values, 'firstFailureAt')),
    ...timeFactIf('Last failure', instantOf(values, 'lastFailureAt')),
  ];
}

/** `433, of which 387 answered and 5 unanswered`. */
function callsWords(values: Fact['values']): string {
  const [attempts, answered, unanswered] = ['attempts', 'answered', 'unanswered'].map(
    (key) => numberOf(values, key) ?? 0,
  );
  return `${attempts}, of which ${answered} answered${unanswered === 0 ? '' : ` and ${unanswered} unanswered`}`;
}

function nextStep(values: Fact['values']): readonly Section[] {
  const step = textOf(values, 'nextStep');
  return step === undefined ? [] : [paragraph(bold('Next: '), say(sentence(step)))];
}

/** `504/569008 ×31 (78 %): the SBC’s certificate has expired · SBC, not Microsoft`. */
function codeLines(values: Fact['values'], failures: boolean): readonly ListItem[] {
  return objectsOf(values['codes'])
    .filter((code) => isTrue(code, 'failure') === failures)
    .map((code) => {
      const owner = textOf(code, 'ownerWords');
      return {
        tone: failures ? codeTone(textOf(code, 'page')) : 'neutral',
        line: [
          bold(textOf(code, 'code') ?? '?'),
          say(
            ` ×${numberOf(code, 'count') ?? 0}: ${isEmergency(code) ? 'emergency call: ' : ''}${clip(textOf(code, 'meaning') ?? 'nobody has described it', 140)}`,
          ),
          ...(owner === undefined || !failures ? [] : [say(` · ${owner}`)]),
        ],
      };
    });
}

function isEmergency(code: Fact['values']): boolean {
  return textOf(code, 'category') === 'emergency';
}

function codeTone(page: string | undefined): ListItem['tone'] {
  if (page === 'now') return 'critical';
  return page === 'burst' ? 'major' : 'warning';
}

function failureLines(values: Fact['values']): readonly ListItem[] {
  return objectsOf(values['failures']).flatMap((call) => {
    const id = textOf(call, 'id');
    const at = instantOf(call, 'at');
    if (id === undefined || at === undefined) return [];
    return [
      {
        tone: 'warning' as const,
        line: [
          command(id, `call ${id}`),
          say(' '),
          time(at),
          say(` · ${clip(textOf(call, 'verdict') ?? '', 120)}`),
        ],
      },
    ];
  });
}
