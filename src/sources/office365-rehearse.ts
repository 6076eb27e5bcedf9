import type { Log } from '../lib/log.js';
import { toIso } from './dates.js';
import type { MessagesAsk, Office365 } from './office365.js';
import { readMessage, readStatusRow } from './office365-schema.js';
import { givenAnswer, type GivenRow } from './rehearse.js';
import { readRows } from './rows.js';

/** A row of CurrentStatus. */
export function isOffice365Status(row: GivenRow): boolean {
  return 'workloadDisplayName' in row && !('messages' in row) && !('lastUpdatedTime' in row);
}

/** A row of Messages. */
export function isOffice365Message(row: GivenRow): boolean {
  return 'lastUpdatedTime' in row && ('messages' in row || 'messageType' in row);
}

/** The retired API as it would answer where these are all its rows. */
export function givenOffice365(
  { status, messages }: { readonly status: readonly GivenRow[]; readonly messages: readonly GivenRow[] },
  log: Log,
): Pick<Office365, 'currentStatus' | 'historicalStatus' | 'messages'> {
  const statuses = (rows: readonly unknown[]) => readRows(rows, readStatusRow);
  return {
    currentStatus: async () => givenAnswer(status, statuses, log),
    historicalStatus: async () => givenAnswer([], statuses, log),
    messages: async (ask = {}) =>
      givenAnswer(
        messages.filter((row) => isAskedFor(row, ask)),
        (rows) => readRows(rows, readMessage),
        log,
      ),
  };
}

function isAskedFor(row: GivenRow, { id, messageType, startTime }: MessagesAsk): boolean {
  if (id !== undefined) return String(row['id']).toUpperCase() === id.toUpperCase();
  const read = readMessage(row);
  if (messageType !== undefined && read !== undefined && read.incident !== (messageType === 'Incident'))
    return false;
  const started = toIso(row['startTime']);
  return startTime === undefined || started === null || Date.parse(started) >= startTime;
}
