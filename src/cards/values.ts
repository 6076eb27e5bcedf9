import type { Json, JsonObject } from '../model/json.js';
import type { Inline, Rich, RichBlock } from '../model/rich.js';
import type { Instant } from '../model/time.js';

/** Readers of a fact's values: what is absent, null or of another shape is simply not there. */

export function textOf(values: JsonObject, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = values[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

/** A word of a fixed list; the sources say `unknown` for a word that was added since, and that tells nobody anything. */
export function knownOf(values: JsonObject, key: string): string | undefined {
  const value = textOf(values, key);
  return value === 'unknown' ? undefined : value;
}

export function numberOf(values: JsonObject, key: string): number | undefined {
  const value = values[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function isTrue(values: JsonObject, key: string): boolean {
  return values[key] === true;
}

/** ISO string or milliseconds. A year below 2 is how some APIs write "never". */
export function instantOf(values: JsonObject, ...keys: readonly string[]): Instant | undefined {
  for (const key of keys) {
    const value = values[key];
    const instant = typeof value === 'string' ? Date.parse(value) : value;
    if (typeof instant === 'number' && Number.isFinite(instant) && instant > 0) return instant;
  }
  return undefined;
}

/** Rich text that went through JSON; undefined when there is none or it is not rich text. */
export function richOf(values: JsonObject, key: string): Rich | undefined {
  const value = values[key];
  if (!Array.isArray(value)) return undefined;
  const blocks = (value as readonly Json[]).flatMap(blockOf);
  return blocks.length === 0 ? undefined : blocks;
}

function blockOf(json: Json): readonly RichBlock[] {
  if (!isObject(json)) return [];
  if (json['kind'] === 'list' && Array.isArray(json['items'])) {
    const items = (json['items'] as readonly Json[]).map(inlinesOf).filter((item) => item.length > 0);
    return items.length === 0 ? [] : [{ kind: 'list', ordered: json['ordered'] === true, items }];
  }
  const inlines = inlinesOf(json['inlines'] ?? null);
  if (inlines.length === 0) return [];
  return [{ kind: json['kind'] === 'heading' ? 'heading' : 'paragraph', inlines }];
}

function inlinesOf(json: Json): readonly Inline[] {
  if (!Array.isArray(json)) return [];
  return (json as readonly Json[]).flatMap((inline): readonly Inline[] => {
    if (!isObject(inline)) return [];
    const time = inline['time'];
    if (typeof time === 'number') return [{ time }];
    const text = inline['text'];
    return typeof text === 'string' ? [styled(text, inline)] : [];
  });
}

function styled(text: string, json: JsonObject): Inline {
  const command = json['command'];
  if (typeof command === 'string') return { command, text };
  const href = json['href'];
  return {
    text,
    ...(json['bold'] === true ? { bold: true } : {}),
    ...(json['italic'] === true ? { italic: true } : {}),
    ...(json['code'] === true ? { code: true } : {}),
    ...(typeof href === 'string' && /^(?:https?:|mailto:)/i.test(href) ? { href } : {}),
  };
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
