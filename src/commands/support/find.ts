import { incidentCard } from '../../cards/index.js';
import { silencedUntil } from '../../incidents/silence.js';
import { Fault } from '../../lib/fault.js';
import type { Card } from '../../model/card.js';
import { incidentName, parseIncidentName, type Incident } from '../../model/incident.js';
import type { CommandContext } from '../command.js';
import { usage } from './answers.js';

/** An incident by its own id, or by the id of a Microsoft issue: the open one, else the newest. Throws `command.not-found`. */
export async function findIncident(text: string | undefined, context: CommandContext): Promise<Incident> {
  if (text === undefined) throw usage('Which incident?');
  const id = parseIncidentName(text);
  const found = id === undefined ? await byIssue(text, context) : await context.desk.incident(id);
  if (found === undefined) {
    const what = id === undefined ? `incident about “${text}”` : incidentName(id);
    throw new Fault('command.not-found', `There is no ${what}.`, {
      advice: '`incidents all` lists what there was.',
    });
  }
  return found;
}

async function byIssue(text: string, context: CommandContext): Promise<Incident | undefined> {
  if (!/^[a-z]{2,4}\d{3,}$/i.test(text)) throw usage(`“${text}” is not the id of an incident or issue.`);
  return (await incidentsAbout(text, context))[0];
}

/** Incidents about one Microsoft issue, unresolved first. */
export async function incidentsAbout(issue: string, context: CommandContext): Promise<readonly Incident[]> {
  return context.desk.incidents({
    scope: 'all',
    subject: `issue:${issue.toUpperCase()}`,
    limit: 5,
    ...(context.tenant === undefined ? {} : { tenant: context.tenant }),
  });
}

/** The card as it is shown in the channels, with what happened up to now. */
export async function freshCard(incident: Incident, context: CommandContext): Promise<Card> {
  const { desk, url } = context;
  const now = desk.now();
  const [timeline, silences] = await Promise.all([desk.timeline(incident.id), desk.silences()]);
  const until = silencedUntil(incident, silences, now);
  return incidentCard({
    incident,
    timeline,
    now,
    url,
    ...(until === undefined ? {} : { silencedUntil: until }),
  });
}
