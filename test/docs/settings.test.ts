import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { ADAPTERS } from '../../adapters/index.js';
import { settingsJsonSchema } from '../../src/settings/json-schema.js';
import { SOURCES } from '../../src/sources/index.js';
import { codes, page, ROOT, rows } from './tables.js';

const SCHEMA = 'docs/tocsin.schema.json';
const schema: unknown = JSON.parse(
  JSON.stringify(settingsJsonSchema({ sources: SOURCES, adapters: ADAPTERS })),
);

type Node = Readonly<Record<string, unknown>>;

function node(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Every key of the schema with its default, as the docs write it: `tenants[].sources[].kind`. Routes are followed once. */
function keysOf(at: unknown, path: string, seen: readonly string[] = []): Map<string, unknown> {
  const { $ref, properties, items, anyOf, oneOf } = node(at);
  const found = new Map<string, unknown>();
  const add = (more: ReadonlyMap<string, unknown>): void =>
    more.forEach((value, key) => found.set(key, value));
  if (typeof $ref === 'string') {
    if (seen.includes($ref)) return found;
    const target = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((here, part) => node(here)[part], schema);
    return keysOf(target, path, [...seen, $ref]);
  }
  for (const branch of [...list(anyOf), ...list(oneOf)]) add(keysOf(branch, path, seen));
  if (items !== undefined) add(keysOf(items, `${path}[]`, seen));
  for (const [name, inner] of Object.entries(node(properties))) {
    const key = path === '' ? name : `${path}.${name}`;
    const below = keysOf(inner, key, seen);
    if (below.size === 0) found.set(key, node(inner)['default']);
    else add(below);
  }
  return found;
}

const known = keysOf(schema, '');
const documented = new Map(
  rows(page('docs/settings.md')).map(([first = '', second = '']) => [codes(first)[0] ?? '', second]),
);

describe('docs/tocsin.schema.json', () => {
  it('is what the program makes (UPDATE_GOLDEN=1 writes it anew)', () => {
    const file = new URL(SCHEMA, ROOT);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(page(SCHEMA))).toEqual(schema);
  });
});

describe('docs/settings.md', () => {
  // Lists whose items are documented key by key, or that hold a tree.
  const whole = new Set([
    'muteTimes[].times',
    'route.routes',
    'route.routes[].routes',
    'people[].notify',
    'people[].quiet',
    'people[].away',
    'schedules[].layers',
    'schedules[].layers[].only',
    'escalations[].steps',
  ]);

  it('documents every key there is', () => {
    expect([...known.keys()].filter((key) => !documented.has(key))).toEqual([]);
  });

  it('documents no key that does not exist', () => {
    expect([...documented.keys()].filter((key) => !known.has(key) && !whole.has(key))).toEqual([]);
  });

  it('tells the defaults that the program has', () => {
    const told = [...known].filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
    );
    const wrong = told.filter(([key, value]) => !codes(documented.get(key) ?? '').includes(String(value)));
    // The retention and the reconciliation are told in words.
    expect(wrong.map(([key, value]) => `${key} = ${String(value)}`)).toEqual([]);
  });
});
