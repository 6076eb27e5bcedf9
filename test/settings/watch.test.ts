import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchSettings } from '../../src/settings/index.js';
import { until } from '../support/until.js';

let folder: string;
let file: string;
let changes: number;
let watcher: { close(): void };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-watch-'));
  file = join(folder, 'tocsin.yaml');
  writeFileSync(file, 'dataDir: ./a\n');
  changes = 0;
});

afterEach(() => {
  watcher.close();
  rmSync(folder, { recursive: true, force: true });
});

function watching(path = file): void {
  watcher = watchSettings(path, () => {
    changes += 1;
  });
}

describe('a watched settings file', () => {
  it('is heard when it is written', async () => {
    watching();
    writeFileSync(file, 'dataDir: ./b\n');
    await until(() => changes > 0);
  });

  it('is heard each time an editor replaces it', async () => {
    watching();
    for (const round of [1, 2]) {
      writeFileSync(join(folder, '.tocsin.yaml.swp'), `dataDir: ./${round}\n`);
      renameSync(join(folder, '.tocsin.yaml.swp'), file);
      await until(() => changes === round);
    }
  });

  it('is heard when a mounted volume turns to its next version', async () => {
    writeFileSync(join(folder, '..1'), 'dataDir: ./1\n');
    writeFileSync(join(folder, '..2'), 'dataDir: ./2\n');
    symlinkSync('..1', join(folder, '..data'));
    rmSync(file);
    symlinkSync('..data', file);
    watching();
    symlinkSync('..2', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    await until(() => changes > 0);
  });

  it('is one change however many writes it takes', async () => {
    watching();
    for (let i = 0; i < 20; i += 1) writeFileSync(file, `dataDir: ./${i}\n`);
    await until(() => changes > 0);
    process.emit('SIGHUP');
    await until(() => changes > 1);
    expect(changes).toBe(2);
  });

  it('is read again on SIGHUP', async () => {
    watching();
    process.emit('SIGHUP');
    await until(() => changes === 1);
  });

  it('is left alone once closed, and so is SIGHUP', () => {
    const before = process.listenerCount('SIGHUP');
    watching();
    expect(process.listenerCount('SIGHUP')).toBe(before + 1);
    watcher.close();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});
