import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const folder = new URL('../../../manifests/teams/', import.meta.url);
const text = readFileSync(new URL('manifest.json', folder), 'utf8');

interface Manifest {
  readonly manifestVersion: string;
  readonly name: { readonly short: string; readonly full: string };
  readonly description: { readonly short: string; readonly full: string };
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

it('the Teams manifest asks for these values and no others', () => {
  const names = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual(['appId', 'developerName', 'publicHost', 'publicUrl', 'version']);
});

it('the Teams manifest keeps the limits of schema 1.25', () => {
  expect(manifest.manifestVersion).toBe('1.25');
  expect(manifest.name.short.length).toBeLessThanOrEqual(30);
  expect(manifest.name.full.length).toBeLessThanOrEqual(100);
  expect(manifest.description.short.length).toBeLessThanOrEqual(80);
  expect(manifest.bots[0]?.scopes).toEqual(['team', 'personal', 'groupChat']);
  for (const { commands } of manifest.bots[0]?.commandLists ?? []) {
    expect(commands.length).toBeLessThanOrEqual(12);
    for (const { title, description } of commands) {
      expect(title.length).toBeLessThanOrEqual(128);
      expect(description.length).toBeLessThanOrEqual(4_000);
    }
  }
});

it.each([
  ['color', 192],
  ['outline', 32],
] as const)('the %s icon is a PNG of %i pixels', (name, side) => {
  const png = readFileSync(new URL(manifest.icons[name], folder));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([side, side]);
});
