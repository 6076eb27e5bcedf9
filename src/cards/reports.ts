import type { Card } from '../model/card.js';
import type { Instant } from '../model/time.js';
import {
  askedFooter,
  command,
  dotted,
  formButton,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
} from './parts.js';
import { oddWords, reportItem, reportName, reportTone, stateWords, type ReportLook } from './report-lines.js';
import { badgeOf, compareTone, plural, worstTone } from './words.js';

export interface ReportsView {
  readonly looks: readonly ReportLook[];
  readonly now: Instant;
  readonly url: string;
}

/** Every scheduled report, those in trouble first. */
export function reportsCard({ looks, now, url }: ReportsView): Card {
  const rows = looks
    .flatMap((look) =>
      look.facts.map((fact) => ({ fact, tenant: look.tenant, tone: reportTone(fact.values) })),
    )
    .sort(
      (a, b) =>
        compareTone(a.tone, b.tone) || reportName(a.fact.values).localeCompare(reportName(b.fact.values)),
    );
  const troubled = rows.filter(({ tone }) => tone === 'warning' || tone === 'major');
  const known = looks.some((look) => look.at > 0);
  const tone = rows.length === 0 ? 'neutral' : worstTone(rows.map((row) => row.tone));
  const title = titleOf(rows.length, troubled.length, known);
  return {
    topic: 'reports',
    tone,
    badge: rows.length === 0 ? (known ? 'NONE' : 'UNKNOWN') : badgeOf(tone),
    title,
    fallback: [title, ...troubled.slice(0, 4).map(({ fact }) => troubleWords(fact.values))].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...listSection(
        undefined,
        rows.map((row) => reportItem(row.fact, looks.length > 1 ? row.tenant : undefined, now)),
        40,
      ),
      ...(rows.length > 0 || !known
        ? []
        : [
            paragraph(
              say('Schedule one: '),
              command('queries', 'queries'),
              say(', then report create <name> <queryId>'),
            ),
          ]),
    ],
    actions: known ? [formButton('New report', 'report create')] : [],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

function titleOf(total: number, troubled: number, known: boolean): string {
  if (total === 0) return known ? 'No report is scheduled' : 'No report is known yet';
  if (troubled === 0) return total === 1 ? 'The report is well' : `All ${total} reports are well`;
  return `${troubled} of ${plural(total, 'report')} need a look`;
}

function troubleWords(values: ReportLook['facts'][number]['values']): string {
  const odd = oddWords(values);
  return `${reportName(values)}: ${stateWords(values)}${odd === '' ? '' : `, ${odd}`}`;
}
