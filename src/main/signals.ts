import type { Log } from '../lib/log.js';
import { EXIT } from './exit.js';
import type { Program } from './program.js';

/** Ctrl-C reaches us twice when npm started us: from the terminal, and passed on by npm. Both are one wish. */
const SAME_WISH_MS = 500;

/** Listens from now on; resolves with the exit code at SIGTERM or Ctrl-C. A second wish ends the process at once. */
export function stopWished(log: Log): Promise<number> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      if (askedAt !== undefined) {
        if (performance.now() - askedAt > SAME_WISH_MS) process.exit(EXIT.failed);
        return;
      }
      askedAt = performance.now();
      log.info({ signal }, 'stopping');
      resolve(EXIT.ok);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

/** Resolves with the exit code: that of the wish to stop, or 69 when the database died. */
export async function untilStopped(program: Program, wished: Promise<number>, log: Log): Promise<number> {
  const lost = program.lost.then((error) => {
    log.error({ err: error }, 'the database is gone');
    return EXIT.unavailable;
  });
  return Promise.race([wished, lost]);
}
