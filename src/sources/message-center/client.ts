import { Fault, isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Instant } from '../../model/time.js';
import { answerOf, modifiedSince, type Answer, type Modified } from '../communications.js';
import type { Graph, GraphRequest } from '../graph.js';
import { readAttachments, readMessage, readMessages, type Attachment, type Message } from './schema.js';

export const PERMISSION = 'ServiceMessage.Read.All';

const ROOT = '/admin/serviceAnnouncement/messages';
const PAGE = 1_000;

/** The calls of one poll or look: each takes from the budget that `spend` knows. */
export interface MessageClient {
  all(): Promise<Answer<Message>>;
  modifiedSince(since: Instant, mayFilter: boolean): Promise<Modified<Message>>;
  /** Undefined when the tenant has no such message. */
  message(id: string): Promise<Message | undefined>;
  /** Names and sizes: the content is for people who sign in. Absent where the API knows none. */
  readonly attachments?: (id: string) => Promise<readonly Attachment[]>;
}

export function openClient(graph: Graph, log: Log, spend: () => void): MessageClient {
  const asked = { permission: PERMISSION, spend };
  const list: GraphRequest = { ...asked, path: ROOT, pageSize: PAGE };
  return {
    all: async () => answerOf(await graph.pages(list), readMessages, log),
    modifiedSince: (since, mayFilter) =>
      modifiedSince({ graph, log, list, since, mayFilter, read: readMessages }),
    async message(id) {
      try {
        const answer = await graph.get({ ...asked, path: `${ROOT}/${encodeURIComponent(id)}` });
        const message = readMessage(answer.json());
        if (message !== undefined) return message;
        throw new Fault(
          'api.unreadable',
          `Graph answered to message ${id} with something that is no message.`,
        );
      } catch (error) {
        if (isFault(error, 'api.not-found')) return undefined;
        throw error;
      }
    },
    async attachments(id) {
      const path = `${ROOT}/${encodeURIComponent(id)}/attachments`;
      return answerOf(await graph.pages({ ...asked, path }), readAttachments, log).read().rows;
    },
  };
}
