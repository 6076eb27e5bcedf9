import { toJson } from './values.js';

// A backslash and what follows it, in JSON: U+0000, or half a surrogate pair (a whole pair is never escaped).
const UNSTORABLE = /\0|\p{Surrogate}|\\u(?:0000|d[89a-f])/u;

/**
 * Parameters as Postgres can hold them: in texts, and inside the strings of a JSON text, U+0000 and lone surrogates
 * become U+FFFD. The queue hands its payloads over as JSON text, where U+0000 is an escape that jsonb refuses.
 */
export function storableParams(params: readonly unknown[]): unknown[] {
  return params.map(storableParam);
}

function storableParam(param: unknown): unknown {
  if (Array.isArray(param)) return param.map(storableParam);
  if (typeof param !== 'string' || !UNSTORABLE.test(param)) return param;
  return storableJson(param) ?? param.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}

function storableJson(text: string): string | undefined {
  if (!/^\s*["[{]/.test(text)) return undefined;
  try {
    return toJson(JSON.parse(text)) ?? undefined;
  } catch {
    return undefined;
  }
}
