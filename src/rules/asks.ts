import { USUAL_WINDOW, type CallsAsk } from '../model/ask.js';
import type { SourceKind } from '../model/source.js';
import type { Rule } from './compile.js';

/** What the rules of a source want calls to be counted by, each once. */
export function asksOf(rules: readonly Rule[], kind: SourceKind): readonly CallsAsk[] {
  const asks = new Map<string, CallsAsk>();
  for (const { definition, numbers } of rules) {
    const { source, by = ['trunk'], windowMs = USUAL_WINDOW } = definition;
    if (source !== kind || kind !== 'direct-routing') continue;
    const key = `${by.join()} ${windowMs}`;
    const marks = new Set([...(asks.get(key)?.marks ?? []), ...numbers]);
    asks.set(key, { by, windowMs, marks: [...marks].sort((a, b) => a - b) });
  }
  return [...asks.values()];
}
