import type { Alert } from '../model/alert.js';
import { windowText } from '../model/ask.js';
import type { Card, Section } from '../model/card.js';
import { incidentName, type Incident } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { RuleDefinition } from '../model/rule.js';
import { compareSeverity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import {
  bold,
  command,
  fact,
  factIf,
  factsSection,
  listSection,
  paragraph,
  say,
  type CardFact,
} from './parts.js';
import { isBuiltin, severityWords } from './rules.js';
import { age, clip, plural } from './words.js';

export interface RuleView {
  readonly rule: RuleDefinition;
  /** Its firing and pending alerts. */
  readonly alerts: readonly Alert[];
  /** Unresolved ones: each alert is linked to that which has it. */
  readonly incidents: readonly Incident[];
  readonly now: Instant;
}

/** One rule: what it waits for, why so, and what it holds for now. */
export function ruleCard({ rule, alerts, incidents, now }: RuleView): Card {
  const firing = alerts.filter(({ state }) => state === 'firing');
  const title = `${rule.name}: ${firing.length === 0 ? 'silent' : `${firing.length} firing`}`;
  return {
    topic: `rule:${rule.name}`,
    tone: [...firing].sort((a, b) => compareSeverity(a.severity, b.severity))[0]?.severity ?? 'neutral',
    title,
    fallback: `${title}. Fires when ${clip(rule.when, 200)}`,
    sections: [
      ...factsSection(ruleFacts(rule)),
      ...(rule.rationale === '' ? [] : [paragraph(say(rule.rationale.replace(/\s+/g, ' ')))]),
      ...alertSection(alerts, incidents, now),
    ],
    actions: /^https?:/i.test(rule.runbook)
      ? [{ id: 'link', label: 'Runbook', style: 'default', href: rule.runbook }]
      : [],
    footer: [say(isBuiltin(rule.origin) ? `built in (${rule.origin})` : rule.origin)],
    at: now,
  };
}

function ruleFacts(rule: RuleDefinition): readonly CardFact[] {
  const subject = rule.subject === undefined ? '' : `, subjects ${rule.subject}…`;
  return [
    fact('Looks at', say(`${rule.source}${subject}${countedWords(rule)}`)),
    fact('Fires when', code(rule.when)),
    ...(rule.forMs === 0 ? [] : [fact('Once it has held', say(age(rule.forMs)))]),
    ...(rule.once
      ? [fact('Ends', say('at once: it only announces'))]
      : [fact('Ends when', rule.clear === undefined ? say('that is no longer so') : code(rule.clear))]),
    ...(rule.keepMs === 0 ? [] : [fact('And stays', say(`${age(rule.keepMs)} longer`))]),
    fact('Severity', say(severityWords(rule))),
    ...(severityWords(rule) === rule.severity ? [] : [fact('That is', code(rule.severity))]),
    ...factIf(
      'Labels',
      Object.entries(rule.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ),
    fact('Says', code(rule.summary)),
  ];
}

/** `, counted by trunk over 15m`. */
function countedWords({ by, windowMs }: RuleDefinition): string {
  if (by === undefined || windowMs === undefined) return '';
  return `, counted ${by.length === 0 ? 'together' : `by ${by.join(', ')}`} over ${windowText(windowMs)}`;
}

function code(text: string): Inline {
  return { text: text.replace(/\s+/g, ' ').trim(), code: true };
}

function alertSection(
  alerts: readonly Alert[],
  incidents: readonly Incident[],
  now: Instant,
): readonly Section[] {
  if (alerts.length === 0) return [paragraph(say('It holds for nothing now.'))];
  return listSection(
    `Holds for ${plural(alerts.length, 'subject')}`,
    [...alerts]
      .sort((a, b) => compareSeverity(a.severity, b.severity) || a.startsAt - b.startsAt)
      .map((alert) => ({
        tone: alert.state === 'firing' ? alert.severity : 'neutral',
        line: [
          bold(alert.subject),
          say(`, ${alert.tenant}, ${alert.state} for ${age(now - (alert.firingAt ?? alert.startsAt))}: `),
          say(clip(alert.summary, 160)),
          ...incidentLink(alert, incidents),
        ],
      })),
  );
}

function incidentLink({ fingerprint }: Alert, incidents: readonly Incident[]): readonly Inline[] {
  const incident = incidents.find(({ alerts }) => alerts.some((alert) => alert.fingerprint === fingerprint));
  if (incident === undefined) return [];
  const name = incidentName(incident.id);
  return [say(' · '), command(name, `incident ${name}`)];
}
