import type { TimelineKind } from '../model/incident.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Change } from '../model/source.js';
import { cqdLines } from './changes-cqd.js';
import { reportLines } from './changes-insights.js';
import { messageLines } from './changes-messages.js';

/** One thing that became different, in words for the thread. */
export interface ChangeLine {
  readonly kind: TimelineKind;
  readonly by: 'microsoft' | 'tocsin';
  readonly text: string;
}

const POST_LIMIT = 1_500;

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

function issueLines(before: JsonObject, now: JsonObject): ChangeLine[] {
  const lines: ChangeLine[] = [];
  if (before['classification'] !== now['classification'])
    lines.push(
      line(
        'changed',
        `Classification changed from ${text(before['classification'])} to ${text(now['classification'])}.`,
      ),
    );
  lines.push(...changed('Status', before['statusText'], now['statusText']));
  lines.push(...changed('Title', before['title'], now['title']));
  if (now['pir'] === true && before['pir'] !== true)
    lines.push(line('pir', 'Microsoft published the post-incident report.'));
  else if (
    now['latestPostAt'] !== before['latestPostAt'] &&
    text(now['latestPost']) !== text(before['latestPost'])
  )
    lines.push(line('post', postText(now)));
  return lines;
}

/** Microsoft repeats title and impact at the head of every post; the card says both. */
function postText(now: JsonObject): string {
  const said = [text(now['title']), text(now['impact'])];
  const words = text(now['latestPost'])
    .split('\n')
    .filter(
      (row) =>
        !said.includes(row.replace(/^(Title|User impact):\s*/i, '')) || !/^(Title|User impact):/i.test(row),
    )
    .join('\n')
    .trim();
  return (words === '' ? text(now['latestPost']) : words).slice(0, POST_LIMIT);
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
