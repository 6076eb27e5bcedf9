import type { Card } from '../model/card.js';
import type { Instant } from '../model/time.js';
import { serviceRows, tenantWords, type LookView, type ServiceRow } from './health.js';
import {
  askedFooter,
  command,
  dotted,
  link,
  listSection,
  say,
  staleSections,
  type ListItem,
} from './parts.js';
import { badgeOf, plural, worstTone } from './words.js';

export interface ServicesView {
  readonly looks: readonly LookView[];
  readonly now: Instant;
  readonly url: string;
}

/** Every service with its state, worst first. */
export function servicesCard({ looks, now, url }: ServicesView): Card {
  const rows = serviceRows(looks);
  const tone = rows.length === 0 ? 'neutral' : worstTone(rows.map((row) => row.tone));
  const title = servicesTitle(rows);
  return {
    topic: 'services',
    tone,
    badge: rows.length === 0 ? 'UNKNOWN' : badgeOf(tone),
    title,
    fallback: [
      title,
      ...troubled(rows)
        .slice(0, 4)
        .map((row) => `${row.name}: ${row.status.toLowerCase()}`),
    ].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...listSection(
        undefined,
        rows.map((row) => serviceLine(row, looks.length)),
        60,
      ),
    ],
    actions: [],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

/** Services that are anything but well. */
export function troubled(rows: readonly ServiceRow[]): readonly ServiceRow[] {
  return rows.filter((row) => row.tone !== 'ok');
}

export function servicesTitle(rows: readonly ServiceRow[]): string {
  if (rows.length === 0) return 'No service is known yet';
  const total = new Set(rows.map((row) => row.id.toLowerCase())).size;
  const bad = new Set(troubled(rows).map((row) => row.id.toLowerCase())).size;
  if (bad === 0) return total === 1 ? 'The service is operational' : `All ${total} services are operational`;
  return `${bad} of ${plural(total, 'service')} not operational`;
}

export function serviceLine(row: ServiceRow, asked: number): ListItem {
  return {
    tone: row.tone,
    line: [
      command(row.name, `status ${row.id}`),
      say(`: ${row.status.toLowerCase()}${tenantWords(row.tenants, asked)}`),
    ],
  };
}
