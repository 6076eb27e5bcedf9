import { Fault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Instant } from '../../model/time.js';
import { toIso } from '../dates.js';
import { givenOffice365, isOffice365Message } from '../office365-rehearse.js';
import { givenAnswer, newestIn, readGiven, type GivenRow } from '../rehearse.js';
import type { MessageClient } from './client.js';
import { openOffice365Client } from './office365.js';
import { readMessages } from './schema.js';

/** What the API was said to know, of Graph or of the retired API. */
export interface GivenMessages {
  give(bodies: readonly string[]): void;
  client(now: Instant): MessageClient;
  newest(): Instant | undefined;
}

/** The end of a message lies ahead: until then it is displayed. */
const PASSED = new Set(
  'startdatetime lastmodifieddatetime starttime lastupdatedtime publishedtime'.split(' '),
);

export function openGiven(log: Log): GivenMessages {
  let known: readonly GivenRow[] = [];
  return {
    give(bodies) {
      let after: readonly GivenRow[] | undefined;
      for (const { rows, single } of bodies.map(readGiven)) {
        if (rows.some((row) => !('id' in row && 'lastModifiedDateTime' in row) && !isOffice365Message(row)))
          throw new Fault('api.unreadable', 'A row is no message of either API.');
        const ids = new Set(rows.map(({ id }) => id));
        const before = after ?? (single ? known : []);
        after = [...before.filter(({ id }) => !ids.has(id)), ...rows];
      }
      known = after ?? known;
    },
    client: (now) =>
      known.some(isOffice365Message)
        ? openOffice365Client(givenOffice365({ status: [], messages: known }, log), now)
        : graphClient(known, log),
    newest: () => newestIn(known, PASSED),
  };
}

function graphClient(known: readonly GivenRow[], log: Log): MessageClient {
  return {
    all: async () => givenAnswer(known, readMessages, log),
    async modifiedSince(since) {
      const rows = known.filter(
        (row) => (toIso(row['lastModifiedDateTime']) ?? '9') >= new Date(since).toISOString(),
      );
      return { ...givenAnswer(rows, readMessages, log), filtered: true };
    },
    message: async (id) => readMessages(known).rows.find((message) => message.id === id),
  };
}
