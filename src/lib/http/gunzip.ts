import { createGunzip } from 'node:zlib';
import type { Receiver } from './exchange.js';

/** Unpacks what it takes for `take`, no faster than that can take it. `bad` makes the fault of a body that is no gzip. */
export function gunzipped(take: Receiver['take'], bad: (error: unknown) => Error): Receiver {
  const unpack = createGunzip();
  const done = drain();
  // Whoever waits for the end is told; until then nobody may be listening.
  done.catch(() => undefined);

  async function drain(): Promise<void> {
    try {
      for await (const chunk of unpack) await take(chunk as Buffer);
    } catch (error) {
      throw isPackingError(error) ? bad(error) : error;
    }
  }

  /** Until there is room again, or nothing more is wanted: then `done` says why. */
  async function room(): Promise<void> {
    await Promise.race([new Promise((resolve) => unpack.once('drain', resolve)), done]);
  }

  return {
    take: (chunk) => (unpack.destroyed ? done : unpack.write(chunk) ? undefined : room()),
    end() {
      unpack.end();
      return done;
    },
    broken: () => unpack.destroy(),
  };
}

function isPackingError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_')
  );
}
