import type { Alert } from '../model/alert.js';
import type { Card, Section } from '../model/card.js';
import type { Evaluation, KeptDecision } from '../model/evaluation.js';
import { incidentName, type Incident, type TimelineEntry } from '../model/incident.js';
import { inlinesToText, type Inline } from '../model/rich.js';
import { isSeverity } from '../model/severity.js';
import { labelOf, numbersOf } from './explain-facts.js';
import { briefLines, whyWords } from './explain-rule.js';
import { quietSections } from './explain-quiet.js';
import { sortEvaluations } from './explain-sort.js';
import { blindSections, polledFooter } from './explain-source.js';
import { deliveryLines } from './explain-told.js';
import { calledSections, whereSections } from './explain-where.js';
import type { About, ExplainView } from './explain-view.js';
import { incidentBadge, incidentTone } from './incident.js';
import { titleOf } from './incident-title.js';
import { mainAlert } from './incident-view.js';
import { bold, command, dotted, link, listSection, say, time, type ListItem } from './parts.js';
import { clip } from './words.js';

const ALERTS_MAX = 8;
const DELIVERIES_MAX = 12;
const SEVERITY_BY_MAX = 5;

type AboutIncident = Extract<About, { readonly kind: 'incident' }>;

/** Why an incident is there, why it is one, where it goes, and what was said and came back. */
export function explainIncident(view: ExplainView, about: AboutIncident): Card {
  const { incident } = about;
  const name = incidentName(incident.id);
  const main = mainAlert(incident);
  const title = clip(`Why ${name}: ${titleOf(incident, main)}`, 200);
  const fired = incident.alerts.flatMap((alert) => alertLines(alert, view));
  return {
    topic: `explain:${name}`,
    tone: incidentTone(incident),
    badge: incidentBadge(incident),
    title,
    fallback: [title, ...fired.slice(0, 1).map(({ line }) => inlinesToText(line))].join('. '),
    sections: [
      ...blindSections(view.sources),
      ...listSection('Why it fired', fired, ALERTS_MAX * 2),
      ...(main === undefined ? [] : numbersOf(main, view.now)),
      ...togetherSections(about),
      ...whereSections(incident, about.timeline),
      ...calledSections(view.calls),
      ...quietSections(about, view),
      ...toldSections(view),
      ...silentSections(incident, view),
    ],
    actions: [{ id: 'details', label: 'Details', style: 'default', command: `incident ${name}` }],
    footer: dotted(
      [command(name, `incident ${name}`)],
      [say(incident.tenant)],
      polledFooter(view.sources),
      view.url === '' ? undefined : [link('console', `${view.url}/#${name}`)],
    ),
    at: view.now,
  };
}

/** The decision that began it, and the one that ended it; an alert without one on record still has its reason. */
function alertLines(alert: Alert, view: ExplainView): readonly ListItem[] {
  const own = view.decisions.filter((decision) => isOf(decision, alert));
  const began = own.find(({ outcome, at }) => isBegin(outcome) && at <= (alert.firingAt ?? alert.startsAt));
  const ended = alert.state === 'resolved' ? own.find(({ outcome }) => outcome === 'resolved') : undefined;
  const first: ListItem = {
    tone: alert.severity,
    line: [
      command(alert.rule, `explain ${alert.rule}`),
      say(' on '),
      command(labelOf(alert.subject, [alert]), `explain ${alert.subject}`),
      say(alert.baseline ? ' was so at the first poll, ' : alert.once ? ' announced at ' : ' fired at '),
      time(alert.firingAt ?? alert.startsAt),
      ...waitedWords(alert),
      say(': '),
      ...(began === undefined
        ? [say(clip(alert.because, 300))]
        : [...whyWords(began), say(severityWords(began.evaluation ?? alert, view))]),
      ...(alert.baseline ? [say('. Nobody was paged for it: the summary told it')] : []),
    ],
  };
  if (ended === undefined) return [first];
  const words: readonly Inline[] = [
    bold('over'),
    say(' since '),
    time(ended.at),
    say(': '),
    ...whyWords(ended),
  ];
  return [first, { tone: 'ok', line: [say(`${alert.rule} is `), ...words] }];
}

function isOf(decision: KeptDecision, { rule, subject, sourceKey }: Alert): boolean {
  return decision.rule === rule && decision.subject === subject && decision.source === sourceKey;
}

function isBegin(outcome: string): boolean {
  return outcome === 'firing' || outcome === 'once';
}

function waitedWords({ startsAt, firingAt = startsAt }: Alert): readonly Inline[] {
  return firingAt > startsAt ? [say(', after it had held since '), time(startsAt)] : [];
}

/** How bad, and by which values where the rule decides that by an expression. */
function severityWords(
  {
    rule,
    severity = 'info',
    because = '',
    trace,
  }: Pick<Partial<Evaluation>, 'rule' | 'severity' | 'because' | 'trace'>,
  { rules }: ExplainView,
): string {
  const isFixed = isSeverity(rules.find(({ name }) => name === rule)?.severity);
  const told = JSON.stringify(trace ?? '');
  const by = because
    .replace(/ → \w+$/, '')
    .split(', ')
    .filter((part) => !told.includes(`now.${part.replace(/^not /, '').split(' ')[0] ?? ''}"`));
  // A severity of many names is the rule's own business: its card has the expression.
  const shown = isFixed || by.length > SEVERITY_BY_MAX ? '' : by.join(', ');
  return ` → ${severity}${shown === '' ? '' : ` (${clip(shown, 160)})`}`;
}

function togetherSections({ incident, timeline }: AboutIncident): readonly Section[] {
  const labels = Object.entries(incident.groupLabels).map(([label, value]) => `${label} ${value}`);
  const steps = timeline.filter(({ kind }) => kind in STEPS).slice(0, 6);
  return listSection('Why it is one incident', [
    {
      tone: 'neutral',
      line: [
        say('Alerts with the same '),
        labels.length === 0 ? say('route') : bold(clip(labels.join(', '), 160)),
        say(' are handled together.'),
      ],
    },
    ...steps.map(stepLine),
  ]);
}

const STEPS: Readonly<Partial<Record<TimelineEntry['kind'], string>>> = {
  opened: 'opened, because no unresolved incident had this group: ',
  'alert-joined': 'joined, because it has the same group: ',
  reopened: 'reopened, because it came back soon after its end: ',
};

function stepLine({ at, kind, text }: TimelineEntry): ListItem {
  return { tone: 'neutral', line: [time(at), say(` ${STEPS[kind] ?? ''}${clip(text, 160)}`)] };
}

function toldSections({ deliveries }: ExplainView): readonly Section[] {
  const lines = deliveryLines([...deliveries].reverse());
  const left = lines.length - DELIVERIES_MAX;
  const earlier: readonly ListItem[] =
    left > 0 ? [{ tone: 'neutral', line: [say(`${left} earlier, in the console`)] }] : [];
  return listSection('What was said, and what came back', [...earlier, ...lines.slice(-DELIVERIES_MAX)]);
}

/** The rules that look at the same subjects and did not fire. */
function silentSections(incident: Incident, view: ExplainView): readonly Section[] {
  const own = new Set(incident.alerts.map(({ rule, subject }) => `${rule} ${subject}`));
  const others = view.evaluations.filter(({ rule, subject }) => !own.has(`${rule} ${subject}`));
  return listSection('Other rules on the same', briefLines(sortEvaluations(others), view), 8);
}
