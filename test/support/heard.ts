import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests (`globalSetup` of jest.config): a folder for what the programs under test say. */
export default function beforeAllTests(): void {
  process.env['TOCSIN_HEARD'] = mkdtempSync(join(tmpdir(), 'tocsin-heard-'));
}

/** Keeps what a program printed or posted: once all tests are over, leaks.ts reads all of it. */
export function heard(where: string, text: string): void {
  const folder = process.env['TOCSIN_HEARD'];
  if (folder === undefined || text === '') return;
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ where, text })}\n`);
}
