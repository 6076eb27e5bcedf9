import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Compiled files lie one level deeper than the sources. */
const ROOTS = ['../../', '../../../'];

/** A file of the package, such as `docs/runbooks/cqd-stale.md`; undefined when there is none. */
export function shipped(path: string): Buffer | undefined {
  for (const root of ROOTS) {
    try {
      return readFileSync(fileURLToPath(new URL(`${root}${path}`, import.meta.url)));
    } catch {
      // The next place.
    }
  }
  return undefined;
}
