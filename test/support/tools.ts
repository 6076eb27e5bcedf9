import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** The path of a program on PATH or among Debian's Postgres binaries, which are not on it. */
export function findTool(name: string): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...postgresFolders()]
    .map((folder) => join(folder, name))
    .find(runs);
}

/** `describe`, or `describe.skip` after one line that says so, when the tool is not installed. */
export function needs(tool: string | undefined, name: string): typeof describe {
  if (tool !== undefined) return describe;
  process.stderr.write(`skipped: ${name} is not installed\n`);
  return describe.skip as typeof describe;
}

function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root).map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
