import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ADAPTERS } from '../adapters/index.js';
import { COMMANDS } from '../src/commands/index.js';
import { parseRules } from '../src/rules/definition.js';
import { SOURCES } from '../src/sources/index.js';

const ROOT = new URL('../', import.meta.url);

function entries(folder: string) {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true });
}

function folders(folder: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function files(folder: string, ending: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => basename(entry.name, ending))
    .sort();
}

/** Names of the rules that ship. */
function packRules(): string[] {
  return files('src/rules/pack/', '.yaml').flatMap((file) => {
    const text = readFileSync(new URL(`src/rules/pack/${file}.yaml`, ROOT), 'utf8');
    return parseRules(text, file).rules.map((rule) => rule.name);
  });
}

describe('what lies on the disk is in the list', () => {
  it('sources', () => {
    expect(folders('src/sources/')).toEqual(SOURCES.map((plug) => plug.kind).sort());
  });

  it('adapters', () => {
    expect(folders('adapters/')).toEqual(ADAPTERS.map((plug) => plug.kind).sort());
  });

  it('commands', () => {
    const found = files('src/commands/', '.ts').filter((name) => name !== 'index' && name !== 'command');
    expect(found).toEqual(COMMANDS.map((command) => command.name).sort());
  });

  it('a runbook for each rule of the pack, and none for others', () => {
    expect(files('docs/runbooks/', '.md')).toEqual(packRules().sort());
  });
});

describe('names', () => {
  it.each([
    ['sources', SOURCES.map((plug) => plug.kind)],
    ['adapters', ADAPTERS.map((plug) => plug.kind)],
    ['commands', COMMANDS.map((command) => command.name)],
    ['rules of the pack', packRules()],
  ])('of %s are taken once', (_what, names) => {
    expect(new Set(names).size).toBe(names.length);
  });
});
