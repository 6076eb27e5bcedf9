import { CommanderError } from 'commander';
import { faultLine, isFault, type FaultCode } from '../lib/fault.js';

/** sysexits.h: what the contract promises to scripts. */
export const EXIT = { ok: 0, failed: 1, unavailable: 69, config: 78 } as const;

const EXITS: Partial<Readonly<Record<FaultCode, number>>> = {
  'settings.invalid': EXIT.config,
  'store.newer': EXIT.config,
  'store.locked': EXIT.unavailable,
  'store.unreachable': EXIT.unavailable,
  'queue.unreachable': EXIT.unavailable,
};

export type Main = typeof import('../main.js');

/** Runs a subcommand's work and makes its outcome the process's. The program is loaded only now: usage errors are quick. */
export async function finish(work: (main: Main) => Promise<number>): Promise<void> {
  end(await work(await import('../main.js')));
}

/** The same for work that mostly needs no program of its own. */
export async function finishAlone(work: () => Promise<number>): Promise<void> {
  end(await work());
}

/** What went wrong as one line for the person; a bug keeps its stack, because somebody has to find it. */
export function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    end(error.exitCode);
    return;
  }
  process.stderr.write(`tocsin: ${errorText(error)}\n`);
  end(exitOf(error));
}

function errorText(error: unknown): string {
  if (isFault(error) || isSystemError(error)) return faultLine(error).replace(/\s*\n\s*/g, ' ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function exitOf(error: unknown): number {
  if (isFault(error)) return EXITS[error.code] ?? EXIT.failed;
  return isSystemError(error) ? EXIT.unavailable : EXIT.failed;
}

/** A port in use, a directory that may not be written: the machine's answer, not a bug of ours. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

const LINGER_MS = 3_000;

/** A handle that somebody forgot to close must not keep a finished program alive. */
function end(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
