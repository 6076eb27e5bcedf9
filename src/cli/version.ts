import { readFileSync } from 'node:fs';

/** Of the package; the compiled file lies three levels below it, the source two. */
export function version(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version?: string };
      if (parsed.version !== undefined) return parsed.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
