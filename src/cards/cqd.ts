import type { Card, Section, Tone } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { healthFact, stageFacts, stageLine, stageState, stageTone } from './cqd-facts.js';
import type { LookView } from './health.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  factsSection,
  heading,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
  type ListItem,
} from './parts.js';
import { textOf } from './values.js';
import { badgeOf, compareTone, plural, worstTone } from './words.js';

export interface CqdView {
  readonly looks: readonly LookView[];
  readonly now: Instant;
  readonly url: string;
}

interface SiteRow {
  readonly site: string;
  readonly tenant: string;
  readonly tone: Tone;
  readonly stages: readonly Fact[];
}

/** The Call Quality Dashboards: one in full, several as a line a stage. */
export function cqdCard({ looks, now, url }: CqdView): Card {
  const sites = sitesOf(looks);
  const tone = sites.length === 0 ? 'neutral' : worstTone(sites.map((site) => site.tone));
  const title = titleOf(sites);
  const [only] = sites;
  return {
    topic: 'cqd',
    tone,
    badge: sites.length === 0 ? 'UNKNOWN' : badgeOf(tone),
    title,
    fallback: [title, ...(sites.length > 1 ? sites.slice(0, 4).map(siteLine) : [])].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...(only !== undefined && sites.length === 1 ? siteSections(only) : siteList(sites, looks)),
    ],
    actions: [],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

/** Worst first. */
function sitesOf(looks: readonly LookView[]): readonly SiteRow[] {
  const rows = new Map<string, SiteRow>();
  for (const { tenant, facts } of looks)
    for (const fact of facts) {
      const site = textOf(fact.values, 'site');
      if (site === undefined) continue;
      const key = JSON.stringify([tenant, site]);
      const stages = [...(rows.get(key)?.stages ?? []), fact];
      rows.set(key, { site, tenant, stages, tone: worstTone(stages.map(({ values }) => stageTone(values))) });
    }
  return [...rows.values()].sort((a, b) => compareTone(a.tone, b.tone) || a.site.localeCompare(b.site));
}

function titleOf(sites: readonly SiteRow[]): string {
  const [only] = sites;
  if (only === undefined) return 'No CQD site is known yet';
  const bad = sites.filter(({ tone }) => tone !== 'ok').length;
  if (sites.length === 1)
    return bad === 0
      ? `CQD ${only.site}: archiving and cube processing work`
      : `CQD ${only.site}: ${troubles(only)}`;
  if (bad === 0) return `All ${sites.length} CQD sites work`;
  return `${bad} of ${plural(sites.length, 'CQD site')} in trouble`;
}

function troubles({ stages }: SiteRow): string {
  const words = stages.filter(({ values }) => stageTone(values) !== 'ok').map(stageWords);
  // A log that is switched off is so for both.
  return [...new Set(words)].join(', ');
}

function stageWords({ values }: Fact): string {
  const state = stageState(values).toLowerCase();
  return textOf(values, 'state') === 'disabled'
    ? state
    : `${(textOf(values, 'stageText') ?? '').toLowerCase()} ${state}`;
}

function siteLine(row: SiteRow): string {
  return `${row.site}: ${row.tone === 'ok' ? 'works' : troubles(row)}`;
}

function siteSections({ stages }: SiteRow): readonly Section[] {
  const [first] = stages;
  return [
    ...stages.flatMap(({ values }) => {
      const note = textOf(values, 'note');
      return [
        ...listSection(undefined, [{ tone: stageTone(values), line: stageLine(values) }]),
        ...factsSection(stageFacts(values)),
        ...(note === undefined ? [] : [paragraph(say(note))]),
      ];
    }),
    ...(first === undefined ? [] : factsSection(healthFact(first.values))),
  ];
}

function siteList(sites: readonly SiteRow[], looks: readonly LookView[]): readonly Section[] {
  const tenants = new Set(looks.map((look) => look.tenant)).size;
  return sites.flatMap((row) => [
    heading(tenants > 1 ? `${row.site} · ${row.tenant}` : row.site),
    ...listSection(
      undefined,
      row.stages.map((stage) => stageItem(row, stage)),
    ),
  ]);
}

function stageItem({ site }: SiteRow, { values }: Fact): ListItem {
  const last = textOf(values, 'lastSuccessLocal');
  return {
    tone: stageTone(values),
    line: [
      command(textOf(values, 'stageText') ?? '', `cqd ${site}`),
      say(': '),
      bold(stageState(values).toLowerCase()),
      ...(last === undefined ? [] : [say(`, last success ${last} ${textOf(values, 'timeZone') ?? ''}`)]),
    ],
  };
}
