import type { Json, JsonObject } from '../model/json.js';

interface Line {
  readonly kind: 'changed';
  readonly by: 'tocsin';
  readonly text: string;
}

/** A stage in one of these is no news: it works, and shows another side of it every quarter of an hour. */
const WELL = new Set(['healthy', 'flapping', 'running']);

/**
 * One trouble that turned into another (a dead job that runs again and fails). What begins and what ends a trouble is said by
 * the alert's own opening and end; further failures of the same kind change a number on the card.
 */
export function cqdLines(before: JsonObject, now: JsonObject): readonly Line[] {
  const [was, is] = [text(before['state']), text(now['state'])];
  if (was === is || WELL.has(was) || WELL.has(is)) return [];
  const note = text(now['note']);
  return [
    {
      kind: 'changed',
      by: 'tocsin',
      text: `${text(now['stageText'])}: ${text(before['stateText'])} → ${text(now['stateText'])}.${note === '' ? '' : ` ${note}`}`,
    },
  ];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
