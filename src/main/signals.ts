import type { Log } from '../lib/log.js';
import { EXIT } from './exit.js';
import type { Program } from './program.js';

/** Ctrl-C reaches us twice when npm started us: from the terminal, and passed on by npm. Both are one wish. */
const SAME_WISH_MS = 500;

/** Resolves with the exit code: 0 after SIGTERM or Ctrl-C, 69 when the database died. A second wish ends it at once. */
export async function untilStopped(program: Program, log: Log): Promise<number> {
  const stopped = new Promise<number>((resolve) => {
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
  const lost = program.lost.then((error) => {
    log.error({ err: error }, 'the database is gone');
    return EXIT.unavailable;
  });
  return Promise.race([stopped, lost]);
}
