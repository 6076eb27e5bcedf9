import type { Card, Section, Tone } from '../model/card.js';
import type { JsonObject } from '../model/json.js';
import type { Inline } from '../model/rich.js';
import { DAY, type Instant } from '../model/time.js';
import { tenantWords, type LookView } from './health.js';
import { objectsOf, stringsOf } from './message-facts.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  link,
  listSection,
  say,
  staleSections,
  time,
  type ListItem,
} from './parts.js';
import { instantOf, isTrue, knownOf, textOf } from './values.js';
import { age, badgeOf, clip, compareTone, plural, statusText, toneOf, worstTone } from './words.js';

export interface HistoryView {
  readonly looks: readonly LookView[];
  readonly days: number;
  /** The words for a service that were asked with. */
  readonly chosen?: string;
  readonly now: Instant;
  readonly url: string;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly tone: Tone;
  readonly days: readonly JsonObject[];
  readonly issues: readonly JsonObject[];
  readonly tenants: readonly string[];
}

/** How services were over the last days. Undefined when no service is known by those words. */
export function historyCard(view: HistoryView): Card | undefined {
  const { looks, days, now, url } = view;
  const rows = rowsOf(looks);
  if (rows.length === 0) return undefined;
  const troubled = rows.filter((row) => row.days.length > 0);
  const tone = worstTone(rows.map((row) => row.tone));
  const span = `last ${plural(days, 'day')}`;
  const services = new Set(rows.map((row) => row.id)).size;
  const bad = new Set(troubled.map((row) => row.id)).size;
  const one = services === 1 ? rows[0] : undefined;
  const title =
    one === undefined
      ? `${bad === 0 ? `None of ${plural(services, 'service')}` : `${bad} of ${plural(services, 'service')}`} had trouble in the ${span}`
      : `${one.name}: ${bad === 0 ? `no trouble in the ${span}` : `trouble on ${troubledDays(rows)} of the ${span}`}`;
  return {
    topic: 'history',
    tone,
    badge: badgeOf(tone),
    title,
    fallback: [
      title,
      ...(one === undefined ? troubled.slice(0, 4).map((row) => `${row.name}: ${summary(row)}`) : []),
    ].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...(one === undefined ? overview(troubled, looks.length) : dayByDay(rows, view)),
      ...listSection('Issues', issueLines(troubled, now), 20),
    ],
    actions: [],
    footer: dotted(
      [say('days in UTC')],
      askedFooter(looks, now),
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function rowsOf(looks: readonly LookView[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { tenant, facts } of looks) {
    for (const { subject, values } of facts) {
      if (!subject.startsWith('history:')) continue;
      const row = rowOf(values, tenant);
      // Equal in several tenants is one row.
      const key = JSON.stringify([
        row.id.toLowerCase(),
        row.days,
        row.issues.map((issue) => textOf(issue, 'id')),
      ]);
      rows.set(key, { ...row, tenants: [...new Set([...(rows.get(key)?.tenants ?? []), tenant])] });
    }
  }
  return [...rows.values()].sort(
    (a, b) => compareTone(a.tone, b.tone) || b.days.length - a.days.length || a.name.localeCompare(b.name),
  );
}

function rowOf(values: JsonObject, tenant: string): Row {
  const days = objectsOf(values['days']);
  return {
    id: textOf(values, 'id') ?? '',
    name: textOf(values, 'name') ?? textOf(values, 'id') ?? '',
    tone: worstTone(['ok', ...days.map(dayTone)]),
    days,
    issues: objectsOf(values['issues']),
    tenants: [tenant],
  };
}

function dayTone(day: JsonObject): Tone {
  return toneOf(textOf(day, 'level'), textOf(day, 'status'));
}

function troubledDays(rows: readonly Row[]): number {
  return new Set(rows.flatMap((row) => row.days.map((day) => textOf(day, 'day')))).size;
}

/** `1 incident, 2 advisories on 3 days`. */
function summary(row: Row): string {
  const real = row.issues.filter((issue) => textOf(issue, 'status') !== 'falsePositive');
  const incidents = real.filter((issue) => textOf(issue, 'classification') === 'incident').length;
  const advisories = real.length - incidents;
  const counted = [
    ...(incidents === 0 ? [] : [plural(incidents, 'incident')]),
    ...(advisories === 0 ? [] : [plural(advisories, 'advisory', 'advisories')]),
  ].join(', ');
  return `${counted === '' ? 'trouble' : counted} on ${plural(row.days.length, 'day')}`;
}

function overview(rows: readonly Row[], asked: number): readonly Section[] {
  return listSection(
    undefined,
    rows.map((row) => ({
      tone: row.tone,
      line: [
        command(row.name, `history ${quoted(row.id)}`),
        say(`: ${summary(row)}${tenantWords(row.tenants, asked)}`),
      ],
    })),
  );
}

function quoted(id: string): string {
  return /\s/.test(id) ? `"${id.replaceAll('"', '')}"` : id;
}

/** Every day of one service, today first; a day without trouble says so. */
function dayByDay(rows: readonly Row[], { days, now, looks }: HistoryView): readonly Section[] {
  return rows.flatMap((row) => {
    const told = new Map(row.days.map((day) => [textOf(day, 'day'), day]));
    const items = Array.from({ length: days }, (_, i): ListItem => {
      const day = new Date(now - i * DAY).toISOString().slice(0, 10);
      const found = told.get(day);
      return found === undefined
        ? { tone: 'ok', line: [say(`${day} operational`)] }
        : { tone: dayTone(found), line: [say(`${day} `), ...dayWords(found)] };
    });
    return listSection(
      rows.length > 1 ? row.tenants.join(', ') : undefined,
      items,
      looks.length > 3 ? 10 : 31,
    );
  });
}

function dayWords(day: JsonObject): readonly Inline[] {
  const features = stringsOf(day['features']);
  const issues = stringsOf(day['issues']);
  return [
    bold(statusText(textOf(day, 'status') ?? 'unknown', textOf(day, 'statusText')).toLowerCase()),
    ...(features.length === 0 ? [] : [say(`: ${clip(features.join(', '), 120)}`)]),
    ...issues.slice(0, 6).flatMap((id, i) => [say(i === 0 ? ' · ' : ', '), command(id, `issue ${id}`)]),
    ...(issues.length > 6 ? [say(` and ${issues.length - 6} more`)] : []),
  ];
}

/** Each issue once, latest first, with how long it lasted. */
function issueLines(rows: readonly Row[], now: Instant): readonly ListItem[] {
  const issues = new Map(
    rows.flatMap((row) =>
      row.issues.map((issue) => [textOf(issue, 'id') ?? '', { issue, service: row.name }] as const),
    ),
  );
  return [...issues]
    .sort(([, a], [, b]) => (instantOf(b.issue, 'startedAt') ?? 0) - (instantOf(a.issue, 'startedAt') ?? 0))
    .map(([id, { issue, service }]) => ({
      tone: isTrue(issue, 'active') ? toneOf(textOf(issue, 'level'), textOf(issue, 'status')) : 'ok',
      line: [
        command(id, `issue ${id}`),
        say(' '),
        bold(clip(textOf(issue, 'title') ?? id, 110)),
        say(
          ` · ${[service, knownOf(issue, 'classification')].filter((part) => part !== undefined && part !== '').join(', ')}`,
        ),
        ...lasted(issue, now),
      ],
    }));
}

function lasted(issue: JsonObject, now: Instant): readonly Inline[] {
  const began = instantOf(issue, 'startedAt');
  const ended = instantOf(issue, 'endedAt');
  if (textOf(issue, 'status') === 'falsePositive') return [say(' · false positive')];
  if (began === undefined) return [];
  if (ended !== undefined) return [say(` · ${age(Math.max(0, ended - began))} from `), time(began)];
  return isTrue(issue, 'active')
    ? [say(` · open for ${age(now - began)} since `), time(began)]
    : [say(' · over, from '), time(began)];
}
