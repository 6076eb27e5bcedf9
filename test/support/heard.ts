import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests (`globalSetup` of jest.config): a folder for what the programs under test say, and for what tests share. */
export default function beforeAllTests(): void {
  process.env['TOCSIN_TESTS'] = mkdtempSync(join(tmpdir(), 'tocsin-tests-'));
  mkdirSync(join(folderOfRun(), 'heard'));
}

/** The folder of this run of the tests; gone after the last. */
export function folderOfRun(): string {
  const folder = process.env['TOCSIN_TESTS'];
  if (folder === undefined) throw new Error('the setup of the tests did not run');
  return folder;
}

/** Keeps what a program printed or posted: once all tests are over, leaks.ts reads all of it. */
export function heard(where: string, text: string): void {
  if (text === '') return;
  const file = join(folderOfRun(), 'heard', `${process.pid}.jsonl`);
  appendFileSync(file, `${JSON.stringify({ where, text })}\n`);
}
