import type { JsonObject } from '../model/json.js';

interface Line {
  readonly kind: 'changed';
  readonly by: 'microsoft';
  readonly text: string;
}

/** What became different about a scheduled report. Hours that pass and counters that move make no line. */
export function reportLines(before: JsonObject, now: JsonObject): readonly Line[] {
  const lines: string[] = [];
  if (before['status'] !== now['status'] && text(now['status']) !== '')
    lines.push(`Report: ${text(before['status'])} → ${text(now['status'])}.`);
  if (before['lastExecutionId'] !== now['lastExecutionId'] && text(now['lastExecutionId']) !== '')
    lines.push(`A run was completed: ${text(now['resultText'])}.`);
  if (text(now['changeText']) !== '' && before['changeText'] !== now['changeText'])
    lines.push(`Shape: ${text(now['changeText'])}.`);
  if (before['name'] !== now['name'])
    lines.push(`Renamed from “${text(before['name'])}” to “${text(now['name'])}”.`);
  return lines.map((line) => ({ kind: 'changed', by: 'microsoft', text: line }));
}

function text(value: JsonObject[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}
