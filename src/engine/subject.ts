import { decide, type DecideInput, type Decision } from '../notify/decide.js';
import type { Channel, Message, ThreadLine } from '../notify/adapter.js';
import { incidentOfTopic, incidentTopic, type Destination, type Incident } from '../model/incident.js';
import type { OutboxRow, Telling } from '../model/telling.js';
import { incidentMessage, lateness, summaryMessage, threadLine } from './compose.js';
import type { AnnounceDeps } from './announce-deps.js';
import { hushAt } from './hush.js';

/** One outbox row with everything that decides what becomes of it, and the decision. */
export interface Subject {
  readonly message: Message;
  readonly decision: Decision;
  readonly told: Telling | undefined;
  readonly incident: Incident | undefined;
  readonly threadSeq: number;
  readonly thread: readonly ThreadLine[];
  readonly threadSeqs: readonly number[];
}

/** Reads the incident as it is now and what this channel was last told, and decides afresh. */
export async function subjectOf(channel: Channel, row: OutboxRow, deps: AnnounceDeps): Promise<Subject> {
  const { store, clock, url } = deps;
  const now = clock.now();
  const id = incidentOfTopic(row.topic);
  // Asked at once: none waits for another. What changes in between is in the outbox again, and told after this.
  const [told, incident, timeline, standing] = await Promise.all([
    store.telling(row.topic, channel.name),
    id === undefined ? undefined : store.incident(id),
    id === undefined ? [] : store.timeline(id),
    store.silences(now),
  ]);
  if (incident === undefined) return summaryOf(channel, row, told, deps);
  const destination = incident.destinations.find((known) => known.channel === channel.name);
  const threaded = timeline.filter((entry) => entry.thread);
  const untold = threaded.filter((entry) => entry.seq > (told?.threadSeq ?? Infinity));
  // A row that was enqueued again while it was being told keeps the older time; what it still has to tell is younger.
  const changedAt =
    told?.ref === undefined ? row.changedAt : Math.max(row.changedAt, untold[0]?.at ?? row.changedAt);
  const thread = untold.map(threadLine);
  const late = lateness({ ...row, changedAt }, told === undefined ? (destination?.groupWait ?? 0) : 0, now);
  let made: Message | undefined;
  return {
    // Composed when it is sent: most rows are held or say nothing new.
    get message() {
      return (made ??= {
        ...incidentMessage({
          incident,
          timeline,
          silences: standing,
          url,
          now,
          ...(late === undefined ? {} : { late }),
        }),
        news: thread,
      });
    },
    told,
    incident,
    threadSeq: threaded.at(-1)?.seq ?? 0,
    thread,
    threadSeqs: untold.map((entry) => entry.seq),
    decision: decide({
      incident,
      destination,
      told,
      owed: destination !== undefined && (await isOwed(incident, destination, told, deps)),
      ...abilitiesOf(channel),
      threadSeq: threaded.at(-1)?.seq ?? 0,
      hush:
        destination === undefined
          ? undefined
          : await hushAt(
              { incident, destination, silences: standing, muteTimes: deps.muteTimes(), now },
              deps,
            ),
      now,
    }),
  };
}

/** What a decision has to know of a channel. */
export function abilitiesOf(channel: Channel): Pick<DecideInput, 'canEdit' | 'sparing' | 'pager'> {
  return {
    canEdit: channel.update !== undefined,
    sparing: channel.sparing === true,
    pager: channel.pager === true,
  };
}

/** Over before it was told, although it should have been: the channel was out of reach, or Tocsin was down. */
async function isOwed(
  incident: Incident,
  { channel, groupWait }: Destination,
  told: Telling | undefined,
  { store }: AnnounceDeps,
): Promise<boolean> {
  if (told?.ref !== undefined || incident.resolvedAt === undefined) return false;
  if (incident.resolvedAt <= incident.openedAt + groupWait) return false;
  const attempts = await store.deliveries({ topic: incidentTopic(incident.id), channel });
  return !attempts.some(({ outcome, reason }) => outcome === 'held' && !reason.startsWith('group-wait'));
}

async function summaryOf(
  channel: Channel,
  row: OutboxRow,
  told: Telling | undefined,
  deps: AnnounceDeps,
): Promise<Subject> {
  const baselineOf = row.topic.slice('summary:'.length);
  const all = row.topic.startsWith('summary:') ? await deps.store.incidents({ baselineOf }) : [];
  const incidents = all.filter((incident) =>
    incident.destinations.some((destination) => destination.channel === row.channel),
  );
  const pending =
    channel.pager !== true && (told?.ref === undefined || told.state === 'sending') && incidents.length > 0;
  return {
    message: summaryMessage(row.topic, incidents, deps.url, deps.clock.now()),
    told,
    incident: undefined,
    threadSeq: 0,
    thread: [],
    threadSeqs: [],
    decision: !pending
      ? { do: 'nothing', reason: channel.pager === true ? 'baseline' : 'unchanged' }
      : { do: 'post', reason: told?.state === 'sending' ? 'outcome-unknown' : 'first' },
  };
}
