import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { openPglite, run, type Rows } from './pglite-engine.js';

/** To the thread: one statement, or `text: null` to close the database. */
export interface ThreadRequest {
  readonly id: number;
  readonly text: string | null;
  readonly params?: readonly unknown[];
}

/** From the thread. An `Error` would lose Postgres' code on its way, so its parts travel. */
export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'notification'; readonly channel: string; readonly payload: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: Rows }
  | { readonly kind: 'error'; readonly id: number; readonly error: ThreadError };

export interface ThreadError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly constraint?: string;
}

const NOTHING: Rows = { rows: [], rowCount: 0 };

async function serve(port: MessagePort, dataDir: string): Promise<void> {
  const tell = (reply: ThreadReply): void => port.postMessage(reply);
  const db = await openPglite(dataDir);
  db.onNotification((channel, payload) => tell({ kind: 'notification', channel, payload }));
  port.on('message', (request: ThreadRequest) => void answer(db, request, port, tell));
  tell({ kind: 'ready' });
}

async function answer(
  db: PGlite,
  { id, text, params }: ThreadRequest,
  port: MessagePort,
  tell: (reply: ThreadReply) => void,
): Promise<void> {
  try {
    if (text === null) await db.close();
    tell({ kind: 'result', id, result: text === null ? NOTHING : await run(db, text, params) });
    if (text === null) port.close();
  } catch (error) {
    tell({ kind: 'error', id, error: partsOf(error) });
    // The engine itself has failed, not a statement: nothing it says from now on can be trusted.
    if (error instanceof Error && error.name === 'RuntimeError') setImmediate(() => process.exit(1));
  }
}

function partsOf(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, detail, constraint } = error as Error & Record<string, unknown>;
  return {
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
  };
}

if (parentPort === null) throw new Error('pglite-thread runs on a worker thread only');
await serve(parentPort, (workerData as { readonly dataDir: string }).dataDir);
