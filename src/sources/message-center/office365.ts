import { DAY, type Instant } from '../../model/time.js';
import type { Answer } from '../communications.js';
import { toIso } from '../dates.js';
import type { Office365 } from '../office365.js';
import type { Office365Message } from '../office365-schema.js';
import type { MessageClient } from './client.js';
import { readMessage, type Message } from './schema.js';

/** The API has no filter by the time of a change; messages that began within this time are read. */
const REACH = 180 * DAY;

/**
 * The retired API as if it were Graph. A whole reading takes every type but incidents: planned maintenance has a type of its
 * own there, and nowhere to go in Graph but among the messages.
 */
export function openOffice365Client(api: Pick<Office365, 'messages'>, now: Instant): MessageClient {
  const startTime = now - REACH;
  return {
    all: async () => mapped(await api.messages({ startTime })),
    async modifiedSince(since) {
      const answer = mapped(await api.messages({ startTime, messageType: 'MessageCenter' }));
      const read = (): ReturnType<typeof answer.read> => {
        const found = answer.read();
        return { rows: found.rows.filter((row) => modifiedAt(row) >= since), broken: found.broken };
      };
      return { bodies: answer.bodies, read, filtered: true };
    },
    async message(id) {
      const { rows } = mapped(await api.messages({ id })).read();
      return rows.find((row) => row.id.toUpperCase() === id.toUpperCase());
    },
  };
}

function mapped(answer: Answer<Office365Message>): Answer<Message> {
  return {
    bodies: answer.bodies,
    read() {
      const found = answer.read();
      return { rows: found.rows.flatMap((row) => messageOf(row) ?? []), broken: found.broken };
    },
  };
}

/** A row of Graph's messages. Of several texts the newest one counts, wherever it stands. */
function messageOf(message: Office365Message): Message | undefined {
  if (message.incident) return undefined;
  const [newest] = [...message.posts].sort((a, b) =>
    (toIso(b.publishedTime) ?? '').localeCompare(toIso(a.publishedTime) ?? ''),
  );
  const own = message.workloadName ?? message.workload;
  return readMessage({
    id: message.id,
    title: message.title,
    startDateTime: message.startTime,
    endDateTime: message.endTime,
    lastModifiedDateTime: message.lastUpdatedTime,
    category: message.category,
    severity: message.severity,
    tags: message.tags,
    isMajorChange: message.isMajorChange,
    actionRequiredByDateTime: message.actionRequiredByDate,
    services: message.affectedNames.length > 0 || own === null ? message.affectedNames : [own],
    hasAttachments: false,
    details: message.details,
    body: { content: newest?.text ?? '' },
  });
}

function modifiedAt(message: Message): Instant {
  const at = toIso(message.lastModifiedDateTime);
  return at === null ? Infinity : Date.parse(at);
}
