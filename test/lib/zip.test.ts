import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, expect, it } from '@jest/globals';
import { zip } from '../../src/lib/zip.js';
import { findTool, needs } from '../support/tools.js';
import { unzip } from '../support/unzip.js';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = [
  { name: 'manifest.json', data: Buffer.from('{"a":"é"}'.repeat(500)) },
  { name: 'empty.txt', data: Buffer.alloc(0) },
  { name: 'ünder/colör.png', data: Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256)) },
];

it('a zip holds its files as they were, with the sums that readers check', () => {
  const found = unzip(zip(FILES));
  expect(found.map(({ name, data }) => [name, data.toString('hex')])).toEqual(
    FILES.map(({ name, data }) => [name, data.toString('hex')]),
  );
  expect(found.map(({ crc }) => crc)).toEqual(FILES.map(({ data }) => crc32(data)));
});

it('the same files are the same bytes', () => {
  expect(zip(FILES).equals(zip(FILES))).toBe(true);
});

const tool = findTool('unzip');

needs(tool, 'unzip')('another program', () => {
  it('finds nothing wrong with it', () => {
    const path = join(folder, 'a.zip');
    writeFileSync(path, zip(FILES));
    const { status, stdout } = spawnSync(tool ?? '', ['-t', path], { encoding: 'utf8' });
    expect(stdout).toContain('No errors detected');
    expect(status).toBe(0);
  });
});
