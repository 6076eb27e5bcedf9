import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { DAY, type Instant } from '../../model/time.js';
import { toIso } from '../dates.js';
import type { Office365Status } from '../office365-schema.js';
import { nameKey } from './facts.js';
import { levelRank, readStatus, type Level } from './words.js';

export interface HistoryAsk {
  /** Facts of services and issues, live or stored. */
  readonly facts: readonly Fact[];
  readonly days: number;
  readonly now: Instant;
  /** Somebody's words for a service: id, name, or words of its name. */
  readonly service?: string;
  /** The state of services at midnights, where the API tells it; it counts together with the issues. */
  readonly told?: readonly Office365Status[];
}

interface Day {
  readonly day: string;
  readonly status: string;
  readonly statusText: string;
  readonly level: Level;
  readonly issues: readonly string[];
  readonly features: readonly string[];
}

interface Service {
  readonly id: string;
  readonly name: string;
  readonly issues: readonly JsonObject[];
  readonly told: readonly Office365Status[];
}

/**
 * `history:<service id>` for every service: `days`, those of the last `days` UTC days (today is one) that had anything, each
 * with its worst status; `issues` with `startedAt` and `endedAt` (null while open) as far as they reach into the days.
 */
export function historyFacts(ask: HistoryAsk): readonly Fact[] {
  const from = Math.floor(ask.now / DAY) * DAY - (ask.days - 1) * DAY;
  return servicesOf(ask)
    .filter((service) => ask.service === undefined || isMeant(ask.service, service, servicesOf(ask)))
    .map((service) => historyFact(service, from, ask));
}

function historyFact({ id, name, issues, told }: Service, from: Instant, { now, days }: HistoryAsk): Fact {
  const within = issues.filter((issue) => overlaps(issue, from, now, now));
  const each = Array.from({ length: days }, (_, i) => from + i * DAY);
  return {
    subject: `history:${id}`,
    kind: 'service-health',
    values: {
      type: 'history',
      id,
      name,
      from: new Date(from).toISOString(),
      to: new Date(now).toISOString(),
      days: each.flatMap((day): JsonObject[] => dayOf(day, within, told, now).map((found) => ({ ...found }))),
      issues: within.map((issue) => pickOf(issue)),
    },
  };
}

/** A day's worst, or nothing for a day without trouble. */
function dayOf(
  begins: Instant,
  issues: readonly JsonObject[],
  told: readonly Office365Status[],
  now: Instant,
): readonly Day[] {
  const day = new Date(begins).toISOString().slice(0, 10);
  const here = issues.filter(
    (issue) => overlaps(issue, begins, begins + DAY, now) && levelThen(issue) !== 'ok',
  );
  const words = told.filter((row) => toIso(row.time)?.startsWith(day) === true);
  const states = [
    ...words.map((row) => readStatus(row.status)).map(({ name, text, level }) => ({ name, text, level })),
    ...here.map((issue) => ({ ...stateThen(issue, begins + DAY > now), level: levelThen(issue) })),
  ].sort((a, b) => levelRank(a.level) - levelRank(b.level));
  const [worst] = states;
  if (worst === undefined || worst.level === 'ok') return [];
  const named = [...here.map((issue) => text(issue['id'])), ...words.flatMap((row) => row.incidentIds)];
  const features = words.flatMap((row) =>
    row.features.filter(({ status }) => readStatus(status).level !== 'ok').map((feature) => feature.name),
  );
  return [
    {
      day,
      status: worst.name,
      statusText: worst.text,
      level: worst.level,
      issues: [...new Set(named)].sort(),
      features: [...new Set(features)],
    },
  ];
}

/** What an open issue is now, it is today; of the past an issue only tells how it ended. */
function stateThen(issue: JsonObject, today: boolean): { readonly name: string; readonly text: string } {
  if (today && issue['active'] === true)
    return { name: text(issue['status']), text: text(issue['statusText']) };
  const { name, text: words } = readStatus('serviceDegradation');
  return { name, text: words };
}

/** How bad it was while it lasted. A false positive never was. */
function levelThen(issue: JsonObject): Level {
  if (issue['status'] === 'falsePositive') return 'ok';
  const level = text(issue['level']) as Level;
  if (issue['active'] === true) return level;
  return issue['classification'] === 'incident' ? 'major' : 'warning';
}

/** An issue that says no end and is no longer open ended when it was last touched. */
function overlaps(issue: JsonObject, from: Instant, to: Instant, now: Instant): boolean {
  const began = Date.parse(text(issue['startedAt']) || text(issue['lastModified']));
  const end = text(issue['endedAt']) || (issue['active'] === true ? '' : text(issue['lastModified']));
  const ended = end === '' ? now : Date.parse(end);
  return began < to && ended >= from;
}

const SHOWN = [
  'id',
  'title',
  'classification',
  'status',
  'statusText',
  'level',
  'active',
  'startedAt',
  'endedAt',
  'url',
];

function pickOf(issue: JsonObject): JsonObject {
  return { ...Object.fromEntries(SHOWN.map((name) => [name, issue[name] ?? null])), worst: levelThen(issue) };
}

/** Every known service, and those that only an issue or the told history names. */
function servicesOf({ facts, told = [] }: HistoryAsk): readonly Service[] {
  const services = new Map<string, Service & { issues: JsonObject[]; told: Office365Status[] }>();
  const at = (id: string, name: string): { issues: JsonObject[]; told: Office365Status[] } => {
    const service = services.get(nameKey(id)) ?? { id, name, issues: [], told: [] };
    services.set(nameKey(id), service);
    return service;
  };
  for (const { values } of facts)
    if (values['type'] === 'service') at(text(values['id']), text(values['name']));
  for (const { values } of facts) {
    if (values['type'] !== 'issue') continue;
    const name = text(values['service']);
    const id = text(values['serviceId']) || name;
    if (id !== '') at(id, name).issues.push(values);
  }
  for (const row of told) at(row.id, row.name).told.push(row);
  return [...services.values()];
}

/** An exact id or name alone, else every service that has all the words in its name. */
function isMeant(words: string, service: Service, all: readonly Service[]): boolean {
  const asked = nameKey(words);
  const exact = all.filter(({ id, name }) => nameKey(id) === asked || nameKey(name) === asked);
  if (exact.length > 0) return exact.some(({ id }) => id === service.id);
  const name = nameKey(`${service.name} ${service.id}`);
  return asked.split(' ').every((word) => name.includes(word));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
