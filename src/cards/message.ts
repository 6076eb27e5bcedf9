import type { Card } from '../model/card.js';
import type { Incident } from '../model/incident.js';
import type { Instant } from '../model/time.js';
import type { LookView } from './health.js';
import { incidentLine } from './incidents.js';
import {
  changedSection,
  deadlineWords,
  messageBody,
  messageFacts,
  messageTone,
  moreMessageFacts,
} from './message-facts.js';
import { messageRows } from './messages.js';
import {
  askedFooter,
  dotted,
  fact,
  factsSection,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
} from './parts.js';
import { instantOf, numberOf, textOf } from './values.js';
import { badgeOf, clip, plural } from './words.js';

export interface MessageView {
  readonly id: string;
  readonly looks: readonly LookView[];
  /** The incidents that this message is part of. */
  readonly incidents: readonly Incident[];
  readonly now: Instant;
  readonly url: string;
}

/** Room for a whole post of Microsoft's, within what the platforms take. */
const BODY_MAX = 5_000;

/** All that Microsoft says in one Message center post. Undefined when no tenant knows it. */
export function messageCard({ id, looks, incidents, now, url }: MessageView): Card | undefined {
  const row = messageRows(looks).find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (row === undefined) return undefined;
  const { values } = row.fact;
  const tone = messageTone(values, now);
  const title = `${clip(textOf(values, 'title') ?? row.id, 180)} (${row.id})`;
  const by = instantOf(values, 'actionRequiredBy');
  const holders = looks.filter((look) => row.tenants.includes(look.tenant));
  const updates = numberOf(values, 'updates') ?? 0;
  const summary = textOf(values, 'summary');
  const page = textOf(values, 'url');
  return {
    topic: `message:${row.id}`,
    tone,
    badge: values['active'] === false ? 'OVER' : badgeOf(tone),
    title,
    fallback: `${title}${by === undefined ? '' : `: act by ${textOf(values, 'actionRequiredDay') ?? ''}, ${deadlineWords(by, now)}`}`,
    sections: [
      ...staleSections(holders, now),
      ...factsSection([
        ...messageFacts(values, now),
        ...moreMessageFacts(values),
        ...(updates === 0 ? [] : [fact('Updates', say(`${plural(updates, 'update')} seen`))]),
        fact(row.tenants.length === 1 ? 'Tenant' : 'Tenants', say(row.tenants.slice(0, 10).join(', '))),
      ]),
      ...changedSection({ rule: '', values }),
      ...(summary === undefined ? [] : [paragraph(say(summary))]),
      ...messageBody(values, BODY_MAX),
      ...listSection(
        'Incidents',
        incidents.map((incident) => incidentLine(incident, now)),
        10,
      ),
    ],
    actions: [],
    footer: dotted(
      askedFooter(holders, now),
      page === undefined ? undefined : [link('Microsoft 365 admin center', page)],
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}
