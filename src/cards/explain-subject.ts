import type { Card, Section, Tone } from '../model/card.js';
import type { KeptEvaluation } from '../model/evaluation.js';
import { inlinesToText, type Inline } from '../model/rich.js';
import { labelOf, numbersOf } from './explain-facts.js';
import { briefLines, decisionLine, evaluationLine, nearestWords, type Lead } from './explain-rule.js';
import { firingTone, isFiring, nearestOf, sortEvaluations } from './explain-sort.js';
import { blindSections, polledFooter } from './explain-source.js';
import { deliveryLines } from './explain-told.js';
import type { ExplainView } from './explain-view.js';
import { incidentLine } from './incidents.js';
import { bold, dotted, link, listSection, paragraph, say, time, type ListItem } from './parts.js';
import { clip, plural } from './words.js';

const HISTORY_MAX = 8;
const SILENT_MAX = 4;

/** Why a subject has the alerts it has, and why it has no others. */
export function explainSubject(view: ExplainView, subject: string): Card {
  const sorted = sortEvaluations(view.evaluations);
  const title = titleOf(labelOf(subject, view.facts), sorted, view);
  const verdict = verdictWords(sorted, view);
  return {
    topic: `explain:${clip(subject, 200)}`,
    ...toneOf(sorted, view),
    title,
    fallback: [title, inlinesToText(verdict)].filter((text) => text !== '').join('. '),
    sections: [
      // What is decided of a source itself is decided above all while it does not answer.
      ...(subject.startsWith('source:') ? [] : blindSections(view.sources)),
      ...seenSections(view),
      ...(verdict.length === 0 ? [] : [paragraph(...verdict)]),
      ...view.facts.slice(0, 2).flatMap((row) => numbersOf(row, view.now)),
      ...rulesSections(sorted, view),
      ...listSection(
        'Incidents',
        view.incidents.map((incident) => incidentLine(incident, view.now)),
        5,
      ),
      ...historySections(view, 'rule'),
      ...listSection('Told in this channel', deliveryLines(view.deliveries.slice(0, HISTORY_MAX), 'topic')),
    ],
    actions: [],
    footer: dotted(polledFooter(view.sources), view.url === '' ? undefined : [link('console', view.url)]),
    at: view.now,
  };
}

function toneOf(
  evaluations: readonly KeptEvaluation[],
  view: ExplainView,
): { readonly tone: Tone; readonly badge?: string } {
  const firing = firingTone(evaluations);
  if (firing !== undefined) return firing;
  const blind = view.sources.some(({ health }) => health !== undefined && health.state !== 'ok');
  return { tone: blind ? 'warning' : view.facts.length === 0 ? 'neutral' : 'ok' };
}

function titleOf(name: string, evaluations: readonly KeptEvaluation[], { facts }: ExplainView): string {
  const rules = [...new Set(evaluations.filter(isFiring).map(({ rule }) => rule))];
  if (rules.length > 0) return `Why ${name} alarms: ${clip(rules.join(', '), 120)}`;
  if (evaluations.some(({ state }) => state === 'pending')) return `Why ${name} is about to alarm`;
  const isGone = facts.length === 0 && !name.startsWith('channel:');
  return isGone ? `${name} is no longer reported` : `Why ${name} is quiet`;
}

/** Since when it is as it is, in each tenant that has it. */
function seenSections({ facts }: ExplainView): readonly Section[] {
  return facts
    .slice(0, 3)
    .map((fact) =>
      paragraph(
        ...(facts.length > 1 ? [bold(fact.tenant), say(': ')] : []),
        say('Unchanged since '),
        time(fact.since),
        say(', last seen '),
        time(fact.seenAt),
        say('.'),
      ),
    );
}

/** That nothing fires, and what is nearest to it; nothing where something does. */
function verdictWords(evaluations: readonly KeptEvaluation[], { facts }: ExplainView): readonly Inline[] {
  if (evaluations.some(({ state }) => state !== 'silent' && state !== 'announced')) return [];
  const asked = new Set(evaluations.map(({ rule }) => rule)).size;
  if (asked === 0 && facts.length === 0)
    return [say('Nothing on record has gone wrong with it since it was last seen.')];
  if (asked === 0)
    return [say('No rule has looked at it yet: one does when something that it reads has changed.')];
  const rules = asked === 1 ? 'The one rule that looks at it is' : `All ${asked} rules that look at it are`;
  const nearest = nearestOf(evaluations);
  const near = nearest === undefined ? [] : [say(' Nearest: '), ...nearestWords(nearest), say('.')];
  return [say(`${rules} silent.`), ...near];
}

function rulesSections(evaluations: readonly KeptEvaluation[], view: ExplainView): readonly Section[] {
  const several = new Set(evaluations.map(({ source }) => source)).size > 1;
  const lines = evaluations.map((evaluation): ListItem => {
    const { tone, line } = evaluationLine(evaluation, view, 'rule');
    return { tone, line: several ? [...line, say(` · ${evaluation.source}`)] : line };
  });
  // While something fires the many that do not are in the way.
  const silent = evaluations.filter(({ state }) => state === 'silent').length;
  const isBrief = evaluations.some(isFiring) && silent > SILENT_MAX;
  const shown = isBrief ? briefLines(evaluations, view) : lines;
  return listSection(`What ${plural(evaluations.length, 'rule')} decided`, shown, 20);
}

export function historySections(view: ExplainView, lead: Lead): readonly Section[] {
  const lines = view.decisions.slice(0, HISTORY_MAX).map((decision) => decisionLine(decision, view, lead));
  return listSection('When a rule changed its mind', lines);
}
