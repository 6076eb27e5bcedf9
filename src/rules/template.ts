import type { Json, JsonObject } from '../model/json.js';

const PLACEHOLDER = /\{\{\s*(?:now\.)?([\w.]+)\s*\}\}/g;

/**
 * `{{title}}`, `{{now.title}}`, `{{latest.text}}`: a value of the fact, or an empty string when there is none; `own` come before
 * those. At the end that leaves nothing behind: no `stands still: `.
 */
export function fillTemplate(template: string, values: JsonObject, own: JsonObject = {}): string {
  const filled = template.replace(PLACEHOLDER, (_, path: string) => {
    const [name = ''] = path.split('.', 1);
    return show(lookUp(Object.hasOwn(own, name) ? own : values, path));
  });
  return filled.endsWith(' ') ? filled.replace(/[\s:;,]+$/, '') : filled;
}

/** The names that a template puts in: `title`, `latest`. */
export function namesIn(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, path = '']) => path.split('.')[0] ?? '');
}

function lookUp(values: JsonObject, path: string): Json | undefined {
  let found: Json | undefined = values;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    found = Object.hasOwn(found, name) ? (found as JsonObject)[name] : undefined;
  }
  return found;
}

function show(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object')
    return Array.isArray(value) ? value.map((item) => show(item as Json)).join(', ') : JSON.stringify(value);
  return String(value);
}
