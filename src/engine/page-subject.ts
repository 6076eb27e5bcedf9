import { pageCard } from '../cards/page.js';
import { pageTopic, type EscalationState, type Page } from '../model/page.js';
import type { TimelineEntry } from '../model/incident.js';
import type { OutboxRow } from '../model/telling.js';
import type { Channel } from '../notify/adapter.js';
import { decidePage, pageDestination } from '../notify/decide-page.js';
import { acknowledgers } from '../oncall/acknowledgers.js';
import type { AnnounceDeps } from './announce-deps.js';
import { incidentMessage, lateness } from './compose.js';
import { hushAt } from './hush.js';
import { abilitiesOf, type Subject } from './subject.js';

/** One page with everything that decides what becomes of it. A page that nobody needs is dropped here, with the reason. */
export async function pageSubject(
  channel: Channel,
  row: OutboxRow,
  key: string,
  deps: AnnounceDeps,
): Promise<Subject> {
  const { store, clock, url } = deps;
  const now = clock.now();
  const [page] = await store.pages({ key, limit: 1 });
  if (page === undefined) return forgotten(row);
  const [told, incident, timeline, standing, escalations] = await Promise.all([
    store.telling(row.topic, channel.name),
    store.incident(page.incident),
    store.timeline(page.incident),
    store.silences(now),
    store.escalations(page.incident),
  ]);
  if (incident === undefined) return forgotten(row);
  const late = lateness(row, 0, now);
  const message = incidentMessage({
    incident,
    timeline,
    silences: standing,
    url,
    now,
    ...(late === undefined ? {} : { late }),
  });
  const begun = escalations.find(({ state }) => state.escalation === page.escalation);
  const wanted = isWanted(page, begun?.state, timeline);
  const input: Parameters<typeof decidePage>[2] = {
    incident,
    told,
    ...abilitiesOf(channel),
    threadSeq: told?.threadSeq ?? 0,
    hush: await hushAt(
      { incident, destination: pageDestination(page.channel), silences: standing, muteTimes: [], now },
      deps,
    ),
    now,
  };
  const decided = decidePage(page, begun?.state.run, input, wanted);
  if (decided.drop !== undefined) await store.endPage(page.key, { dropped: decided.drop });
  return {
    message: {
      ...message,
      topic: pageTopic(page.key),
      key: pageTopic(page.key),
      card: pageCard(message.card, page, incident.state === 'open' || page.forHolder || wanted),
    },
    decision: decided.decision,
    told,
    incident,
    // The thread belongs to the incident's own card; a page shows how things stand.
    threadSeq: told?.threadSeq ?? 0,
    thread: [],
    threadSeqs: [],
  };
}

/** More have to acknowledge, and this one has not. */
function isWanted(
  page: Page,
  state: EscalationState | undefined,
  timeline: readonly TimelineEntry[],
): boolean {
  if (state?.needed === undefined || state.state !== 'running' || state.run !== page.run) return false;
  const have = acknowledgers(timeline, state.startedAt);
  return have.length > 0 && have.length < state.needed && !have.includes(page.person ?? '');
}

/** Its incident is too old to be kept: there is nothing to say any more. */
function forgotten(row: OutboxRow): Subject {
  return {
    get message(): never {
      throw new Error(`${row.topic} is forgotten`);
    },
    decision: { do: 'nothing', reason: 'not-needed' },
    told: undefined,
    incident: undefined,
    threadSeq: 0,
    thread: [],
    threadSeqs: [],
  };
}
