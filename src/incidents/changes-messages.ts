import type { Json, JsonObject } from '../model/json.js';

interface Line {
  readonly kind: 'changed';
  readonly by: 'microsoft';
  readonly text: string;
}

const LIMIT = 1_500;

/** A new version of a Message center post, in the words that compare it with the one before. Days that pass are no news. */
export function messageLines(before: JsonObject, now: JsonObject): readonly Line[] {
  if (before['lastModified'] === now['lastModified']) return [];
  const changed = text(now['changed']);
  return [
    {
      kind: 'changed',
      by: 'microsoft',
      text:
        changed === ''
          ? 'Microsoft updated the post.'
          : `Microsoft updated the post.\n${changed}`.slice(0, LIMIT),
    },
  ];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
