import type { Card, Section } from '../model/card.js';
import type { JsonObject } from '../model/json.js';
import type { Inline } from '../model/rich.js';
import { DAY, HOUR, MINUTE } from '../model/time.js';
import { callCard } from './call.js';
import { briefLines, decisionLine } from './explain-rule.js';
import { blindSections, polledFooter } from './explain-source.js';
import { sortEvaluations } from './explain-sort.js';
import type { About, ExplainView } from './explain-view.js';
import { incidentLine } from './incidents.js';
import { bold, command, dotted, link, listSection, paragraph, say, staleSections, time } from './parts.js';
import { instantOf, isTrue, textOf } from './values.js';
import { sentence } from './words.js';

type AboutCall = Extract<About, { readonly kind: 'call' }>;

/** A call can be judged this long after it began: rows come late, and count in a window. */
const JUDGED_WITHIN = 90 * MINUTE;

/** What a call was taken for, by which row of the table, what it counted in, and what came of that. */
export function explainCall(view: ExplainView, { id, look, subject }: AboutCall): Card | undefined {
  const card = callCard({ id, looks: [look], now: view.now, url: view.url });
  const values = look.facts[0]?.values;
  if (card === undefined || values === undefined) return undefined;
  const began = instantOf(values, 'startedAt', 'at') ?? view.now;
  const then = view.decisions.filter(({ at }) => at >= began && at <= began + JUDGED_WITHIN).reverse();
  const title = `Why this call ${isTrue(values, 'failure') ? 'counts' : 'does not count'}: ${card.title}`;
  return {
    ...card,
    topic: `explain:call:${id}`,
    title,
    fallback: title,
    sections: [
      ...staleSections([look], view.now),
      ...blindSections(view.sources),
      ...verdictSections(view, values, subject),
      ...listSection(
        'What the rules decided after it',
        then.map((decision) => decisionLine(decision, view, 'rule')),
        8,
      ),
      ...listSection('What they say now', briefLines(sortEvaluations(view.evaluations), view), 10),
      ...listSection(
        'Incidents of its trunk',
        view.incidents.map((incident) => incidentLine(incident, view.now)),
        3,
      ),
    ],
    actions: [],
    footer: dotted(
      [command(`call ${id}`, `call ${id}`)],
      polledFooter(view.sources),
      view.url === '' ? undefined : [link('console', view.url)],
    ),
  };
}

const PAGES: Readonly<Record<string, string>> = {
  now: 'one such call is enough for an alarm',
  burst: 'many of them may alarm, one does not',
  report: 'it is counted and told in answers, and alarms nobody',
  never: 'ordinary life: any number of them alarms nobody',
};

function verdictSections(view: ExplainView, values: JsonObject, subject: string): readonly Section[] {
  const trunk = textOf(values, 'trunk');
  const row = textOf(values, 'row');
  const code = textOf(values, 'code');
  const verdict: readonly Inline[] =
    code === undefined
      ? [say('It was answered: a good call.')]
      : [
          bold('Verdict: '),
          say(`${code} is “${textOf(values, 'meaning') ?? 'unknown'}”`),
          say(row === undefined ? '.' : `, by ${row}.`),
        ];
  const whose = textOf(values, 'ownerWords');
  const page = PAGES[textOf(values, 'page') ?? ''];
  return [
    paragraph(...verdict),
    ...(whose === undefined ? [] : [paragraph(bold('Whose: '), say(sentence(whose)))]),
    ...(code === undefined || page === undefined ? [] : [paragraph(bold('Alarm: '), say(sentence(page)))]),
    paragraph(bold('Counted: '), ...countedWords(view, values, trunk, subject)),
  ];
}

function countedWords(
  { sources }: ExplainView,
  values: JsonObject,
  trunk: string | undefined,
  subject: string,
): readonly Inline[] {
  const on = trunk === undefined ? say('its tenant') : command(trunk, `explain ${subject}`);
  if (isTrue(values, 'answered')) return [say('as answered, on '), on, say('.')];
  if (!isTrue(values, 'failure'))
    return [
      say('as an attempt of '),
      on,
      say('; the network did its work, or nobody’s action is needed, so it is no failure.'),
    ];
  const made = isTrue(values, 'recovered') ? ' The same call went through elsewhere: no user noticed.' : '';
  const polledAt = Math.max(...sources.map((source) => source.polledAt ?? 0), 0);
  const began = instantOf(values, 'startedAt', 'at') ?? 0;
  // Whoever asks reads the log itself, which may be ahead of the polls.
  if (began > polledAt) return [say('not yet: it is newer than the last poll, '), time(polledAt), say('.')];
  return [say('as a failure of '), on, ...windowWords(values), say(`.${made}`)];
}

const WINDOWS = [
  ['in the windows of 15 min until ', 15 * MINUTE],
  [', of an hour until ', HOUR],
  [', of a day until ', DAY],
] as const;

/** In which windows it is, and how long. */
function windowWords(values: JsonObject): readonly Inline[] {
  const began = instantOf(values, 'startedAt', 'at');
  if (began === undefined) return [];
  return [say(', '), ...WINDOWS.flatMap(([words, ms]): readonly Inline[] => [say(words), time(began + ms)])];
}
