import type { Instant } from '../model/time.js';
import { tenantWords, type IssueRow } from './health.js';
import { bold, command, say, time, type ListItem } from './parts.js';
import { instantOf } from './values.js';
import { clip } from './words.js';

/** `EX123456 Users can't reach mailboxes · restoring service · since 03:05`. */
export function issueLine(row: IssueRow, asked: number): ListItem {
  const since: Instant | undefined = instantOf(row.fact.values, 'startedAt');
  return {
    tone: row.tone,
    line: [
      command(row.id, `issue ${row.id}`),
      say(' '),
      bold(clip(row.title, 120)),
      say(` · ${row.status.toLowerCase()}${tenantWords(row.tenants, asked)}`),
      ...(since === undefined ? [] : [say(' · since '), time(since)]),
    ],
  };
}
