import type { Card } from '../model/card.js';
import { incidentName, type Incident } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Duration, Instant } from '../model/time.js';
import { bold, command, link, listSection, paragraph, say, type ListItem } from './parts.js';
import { age } from './words.js';

export interface PagedView {
  readonly incident: Incident;
  readonly again: boolean;
  readonly called: readonly {
    readonly name: string;
    readonly why: string;
    readonly ways: readonly { readonly via: string; readonly after: Duration }[];
  }[];
  readonly now: Instant;
  readonly url: string;
}

/** Who is being called, how, and where it can be followed. */
export function pagedCard({ incident, again, called, now, url }: PagedView): Card {
  const name = incidentName(incident.id);
  const names = called.map((one) => one.name).join(', ');
  const title = again ? `${names} is being called already` : `Calling ${names}`;
  return {
    topic: 'page',
    tone: 'critical',
    badge: 'CALL',
    title: `${title}: ${incident.title}`,
    fallback: `${title} (${name}): ${incident.title}`,
    sections: [
      ...listSection(undefined, called.map(calledLine)),
      paragraph(
        command(name, `incident ${name}`),
        say(
          again
            ? ' is theirs to acknowledge; nobody is called twice for it.'
            : ' goes on until somebody acknowledges it.',
        ),
      ),
    ],
    actions: [],
    footer: url === '' ? [] : [link('console', url)],
    at: now,
  };
}

function calledLine({ name, why, ways }: PagedView['called'][number]): ListItem {
  const how = ways.map(({ via, after }) => (after === 0 ? `${via} now` : `${via} after ${age(after)}`));
  const line: readonly Inline[] = [
    bold(name),
    say(` · ${why} · ${how.length === 0 ? 'cannot be reached in any way' : how.join(', ')}`),
  ];
  return { tone: how.length === 0 ? 'warning' : 'info', line };
}
