import { faultLine, isFault } from '../lib/fault.js';
import type { CheckLine } from './source.js';

/** One line of `doctor` from one real call. */
export async function tried(name: string, call: () => Promise<string>): Promise<CheckLine> {
  try {
    return { name, ok: true, detail: await call(), advice: '' };
  } catch (error) {
    if (!isFault(error)) return { name, ok: false, detail: faultLine(error), advice: '' };
    const id = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
    return { name, ok: false, detail: `${error.message}${id}`, advice: error.advice };
  }
}
