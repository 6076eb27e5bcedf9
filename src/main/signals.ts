import type { Log } from '../lib/log.js';
import { EXIT } from './exit.js';
import type { Program } from './program.js';

/** Resolves with the exit code: 0 after SIGTERM or Ctrl-C, 69 when the database died. A second signal ends it at once. */
export async function untilStopped(program: Program, log: Log): Promise<number> {
  const stopped = new Promise<number>((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(EXIT.failed);
      asked = true;
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
