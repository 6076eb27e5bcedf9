import type { TimelineKind } from '../model/incident.js';
import type { Json } from '../model/json.js';
import type { Change } from '../model/source.js';
import { issueLines } from './changes-issues.js';
import { cqdLines } from './changes-cqd.js';
import { reportLines } from './changes-insights.js';
import { messageLines } from './changes-messages.js';

/** One thing that became different, in words for the thread. */
export interface ChangeLine {
  readonly kind: TimelineKind;
  readonly by: 'microsoft' | 'tocsin';
  readonly text: string;
}

/**
 * What a person should read about a change of a fact; nothing for the rest (a moved `lastModified`, a counter). The first
 * sight of a subject makes no line: the incident's opening says it.
 */
export function describeChange({ before, now }: Pick<Change, 'before' | 'now'>): readonly ChangeLine[] {
  if (before === undefined || now === undefined) return [];
  if (now.values['type'] === 'issue') return issueLines(before.values, now.values);
  if (now.values['type'] === 'message') return messageLines(before.values, now.values);
  if (now.values['type'] === 'cqd') return cqdLines(before.values, now.values);
  if (now.values['type'] === 'report') return reportLines(before.values, now.values);
  if (now.values['type'] === 'service')
    return changed(
      'Status',
      before.values['statusText'] ?? before.values['status'],
      now.values['statusText'] ?? now.values['status'],
    );
  if (now.values['type'] === 'source')
    return changed('Source', before.values['message'], now.values['message']);
  return [];
}

function changed(what: string, before: Json | undefined, now: Json | undefined): ChangeLine[] {
  if (text(before) === text(now) || text(now) === '') return [];
  return [
    line(
      'changed',
      text(before) === '' ? `${what}: ${text(now)}` : `${what}: ${text(before)} → ${text(now)}`,
    ),
  ];
}

function line(kind: TimelineKind, words: string): ChangeLine {
  return { kind, by: 'microsoft', text: words };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
