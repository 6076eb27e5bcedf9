import { isFault } from '../lib/fault.js';

const TRIES = 6;

/**
 * What is refused because the record moved meanwhile (`store.conflict`) is decided anew on what stands there then; the sixth
 * refusal is thrown. `decide` reads what it decides on each time it is called; `lost` hears which attempt, from 1, came late.
 */
export async function decideAgain<T>(
  decide: (attempt: number) => Promise<T>,
  lost?: (attempt: number) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decide(attempt);
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
      lost?.(attempt);
    }
  }
}
