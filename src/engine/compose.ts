import { incidentCard } from '../cards/incident.js';
import { summaryCard } from '../cards/summary.js';
import { silencedUntil } from '../incidents/silence.js';
import { plain, type Rich } from '../model/rich.js';
import {
  incidentName,
  incidentTopic,
  whoAndWhere,
  type Incident,
  type TimelineEntry,
} from '../model/incident.js';
import type { Silence } from '../model/silence.js';
import type { MessageRef, OutboxRow, Telling } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import type { Message, ThreadLine } from '../notify/adapter.js';
import { statusOf } from '../notify/decide.js';

/** A message sent longer after its change than this says that it is late. */
const LATE = 2 * MINUTE;

export interface Late {
  readonly ms: number;
  readonly reason: string;
}

/** How late a row is told, when that is worth saying. The group's own wait is no lateness. */
export function lateness(row: OutboxRow, groupWait: number, now: Instant): Late | undefined {
  const ms = now - row.changedAt - groupWait;
  return ms > LATE ? { ms, reason: row.lastError ?? 'it waited in the queue' } : undefined;
}

export interface IncidentView {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  /** Those that have not ended. */
  readonly silences: readonly Silence[];
  readonly url: string;
  readonly now: Instant;
  readonly late?: Late;
}

/** One incident for one channel. */
export function incidentMessage({ incident, timeline, silences, url, now, late }: IncidentView): Message {
  const until = silencedUntil(incident, silences, now);
  const card = incidentCard({
    incident,
    timeline,
    now,
    url,
    ...(until === undefined ? {} : { silencedUntil: until }),
    ...(late === undefined ? {} : { late }),
  });
  return {
    topic: incidentTopic(incident.id),
    key: incidentTopic(incident.id),
    card,
    status: statusOf(incident),
    groupKey: incident.groupKey,
    groupLabels: incident.groupLabels,
    alerts: incident.alerts,
    incident,
    url: `${url}/#${incidentName(incident.id)}`,
  };
}

/** What was already open when a source was first polled, in one message. */
export function summaryMessage(
  topic: string,
  incidents: readonly Incident[],
  url: string,
  now: Instant,
): Message {
  const source = topic.slice('summary:'.length);
  const tenant = source.split('/')[0] ?? '';
  return {
    topic,
    key: topic,
    card: summaryCard({ source, tenant, incidents, now, url }),
    status: 'firing',
    groupKey: `{}:{summary=${JSON.stringify(source)}}`,
    groupLabels: { tenant, summary: source },
    alerts: incidents.flatMap((incident) => incident.alerts.filter((alert) => alert.state === 'firing')),
    url,
  };
}

export function threadLine(entry: TimelineEntry): ThreadLine {
  return { at: entry.at, who: whoAndWhere(entry.actor), text: asRich(wordsWithoutName(entry)) };
}

/** The line begins with who did it: `alice: Resolved.`, not `alice: Resolved by alice.` */
function wordsWithoutName({ kind, actor: { name }, text }: TimelineEntry): string {
  if (kind === 'note') return text;
  return text.startsWith(`${name} `) ? text.slice(name.length + 1) : text.replace(` by ${name}`, '');
}

export function reminderLine(incident: Incident, reason: 'repeat' | 'calls-again', now: Instant): ThreadLine {
  return {
    at: now,
    who: 'tocsin',
    text: plain(`${incidentName(incident.id)} ${reminderWords(incident, reason)}: ${incident.title}`),
    broadcast: true,
  };
}

function reminderWords(
  { severity, state, acknowledgedBy }: Incident,
  reason: 'repeat' | 'calls-again',
): string {
  const who = state === 'acknowledged' ? (acknowledgedBy ?? 'somebody') : 'nobody';
  return `is ${reason === 'repeat' ? `still ${severity}` : `${severity} now`} and ${who} has it`;
}

function asRich(text: string): Rich {
  return text.split(/\n{2,}/).flatMap((part) => plain(part.trim()));
}

/** What the channel has been told once this message has arrived. */
export function toldNow(
  row: OutboxRow,
  before: Telling | undefined,
  told: Pick<Telling, 'revision' | 'threadSeq' | 'status' | 'firing'> & { readonly ref: MessageRef },
  now: Instant,
  noisy: boolean,
): Telling {
  const lastAt = noisy ? now : before?.lastAt;
  return {
    topic: row.topic,
    channel: row.channel,
    state: 'told',
    ref: told.ref,
    revision: told.revision,
    threadSeq: told.threadSeq,
    status: told.status,
    firing: told.firing,
    firstAt: before?.firstAt ?? now,
    ...(lastAt === undefined ? {} : { lastAt }),
  };
}
