import { Worker } from 'node:worker_threads';
import { Fault } from '../lib/fault.js';
import { messageOf } from '../lib/thrown.js';
import type { Engine, Rows } from './pglite-engine.js';
import type { ThreadError, ThreadReply, ThreadRequest } from './pglite-thread.js';

interface Waiter {
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: Error) => void;
}

/**
 * PGlite on a thread of its own: a long statement does not stop this one's timers and sockets. When the thread dies, all
 * that waits for it, and all that asks later, is rejected with `store.unreachable`.
 */
export async function threadEngine(dataDir: string): Promise<Engine> {
  const thread = new Worker(new URL('./pglite-thread.js', import.meta.url), {
    workerData: { dataDir },
    // Flags for the program itself (`--input-type`, `--eval`) are not for its threads.
    execArgv: [],
  });
  const waiters = new Map<number, Waiter>();
  const hearers: ((channel: string, payload: string) => void)[] = [];
  let lastId = 0;
  let end: Error | undefined;
  let closing = false;

  let lose: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => (lose = resolve));
  const finish = (error: Error): void => {
    if (end !== undefined) return;
    end = error;
    for (const waiter of waiters.values()) waiter.reject(error);
    waiters.clear();
    if (!closing) lose(error);
  };

  await new Promise<void>((ready, failed) => {
    const die = (error: Error): void => {
      failed(error);
      finish(error);
    };
    thread.once('error', (error) => die(gone(error)));
    thread.once('exit', () => die(gone()));
    thread.on('message', (reply: ThreadReply) => {
      if (reply.kind === 'ready') ready();
      else if (reply.kind === 'notification') for (const hear of hearers) hear(reply.channel, reply.payload);
      else settle(waiters, reply);
    });
  });

  const ask = (text: string | null, params?: readonly unknown[]): Promise<Rows> =>
    new Promise((resolve, reject) => {
      if (end !== undefined) {
        reject(end);
        return;
      }
      const id = ++lastId;
      const request: ThreadRequest = {
        id,
        text,
        ...(params === undefined ? {} : { params: params.map((value) => value ?? null) }),
      };
      thread.postMessage(request);
      waiters.set(id, { resolve, reject });
    });
  return {
    query: ask,
    onNotification: (hear) => void hearers.push(hear),
    lost,
    async close() {
      if (end !== undefined) return;
      closing = true;
      const exited = new Promise((resolve) => thread.once('exit', resolve));
      await ask(null);
      await exited;
    },
  };
}

function gone(cause?: unknown): Fault {
  const message = messageOf(cause);
  const why = message === '' ? '' : `: ${message}`;
  return new Fault('store.unreachable', `The embedded database stopped${why}.`, {
    ...(cause === undefined ? {} : { cause }),
    advice: 'Start Tocsin again; the log has the reason.',
  });
}

function settle(waiters: Map<number, Waiter>, reply: Extract<ThreadReply, { readonly id: number }>): void {
  const waiter = waiters.get(reply.id);
  waiters.delete(reply.id);
  if (reply.kind === 'result') waiter?.resolve(reply.result);
  else waiter?.reject(rebuilt(reply.error));
}

function rebuilt({ message, ...parts }: ThreadError): Error {
  return Object.assign(new Error(message), parts);
}
