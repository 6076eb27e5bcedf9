import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { COMMANDS } from '../../../src/commands/index.js';
import { pixels } from '../../support/png.js';

const folder = new URL('../../../manifests/teams/', import.meta.url);
const text = readFileSync(new URL('manifest.json', folder), 'utf8');

interface Manifest {
  readonly icons: { readonly color: string; readonly outline: string };
  readonly bots: readonly {
    readonly scopes: readonly string[];
    readonly commandLists: readonly {
      readonly scopes: readonly string[];
      readonly commands: readonly { readonly title: string; readonly description: string }[];
    }[];
  }[];
}

const manifest = JSON.parse(text) as Manifest;
const lists = manifest.bots[0]?.commandLists ?? [];

it('the Teams manifest asks for these values and no others', () => {
  const names = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual([
    'appId',
    'developerName',
    'name',
    'privacyUrl',
    'publicHost',
    'publicUrl',
    'termsUrl',
    'version',
  ]);
});

it('each place where the bot can be asked has a list of commands of its own', () => {
  expect(lists.map(({ scopes }) => scopes)).toEqual([['team'], ['groupChat'], ['personal']]);
  expect(new Set(manifest.bots[0]?.scopes)).toEqual(new Set(lists.flatMap(({ scopes }) => scopes)));
});

it('what the lists offer can be done, each once, and help comes last', () => {
  const known = COMMANDS.map(({ name }) => name);
  for (const { commands } of lists) {
    const titles = commands.map(({ title }) => title);
    expect(titles.filter((title) => !known.includes(title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.at(-1)).toBe('help');
  }
});

it('the color icon is a square of 192 pixels without holes', () => {
  const { width, height, rgba } = pixels(readFileSync(new URL(manifest.icons.color, folder)));
  expect([width, height]).toEqual([192, 192]);
  expect(rgba.every(([, , , alpha]) => alpha === 255)).toBe(true);
});

it('the outline icon is 32 pixels of white on nothing', () => {
  const { width, height, rgba } = pixels(readFileSync(new URL(manifest.icons.outline, folder)));
  expect([width, height]).toEqual([32, 32]);
  const seen = rgba.filter(([, , , alpha]) => alpha > 0);
  expect(seen.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255)).toBe(true);
  expect(seen.length).toBeGreaterThan(100);
  expect(seen.length).toBeLessThan(600);
});
