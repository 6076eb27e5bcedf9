import { createHash } from 'node:crypto';
import type { SourceKey } from '../model/source.js';

let prints = new Map<string, Map<string, string>>();
let printed = 0;
const MOST_PRINTS = 50_000;

/** The same over restarts and processes. Each poll asks for the same ones: they are made once. */
export function fingerprintOf(rule: string, source: SourceKey, subject: string): string {
  const own = printsOf(`${rule}\n${source}`);
  const known = own.get(subject);
  if (known !== undefined) return known;
  const named = `${rule}\n${source}\n${subject}`;
  const print = createHash('sha256').update(named).digest('hex').slice(0, 16);
  own.set(subject, print);
  printed += 1;
  return print;
}

function printsOf(key: string): Map<string, string> {
  if (printed >= MOST_PRINTS) [prints, printed] = [new Map<string, Map<string, string>>(), 0];
  const known = prints.get(key) ?? new Map<string, string>();
  prints.set(key, known);
  return known;
}
