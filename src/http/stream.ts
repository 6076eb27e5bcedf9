import type { Request, Response } from 'express';
import type { HttpDeps } from './deps.js';

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off: it reconnects and reads everything afresh. */
const BACKLOG_LIMIT = 256 * 1024;

export interface Streams {
  serve(req: Request, res: Response): void;
  close(): void;
}

/**
 * Server-sent events: one `change` with its topic per change. Nothing is replayed: a client that was away reads the state
 * again when it hears `hello`, whatever Last-Event-ID it sends.
 */
export function openStreams(subscribe: HttpDeps['subscribe']): Streams {
  const readers = new Set<Response>();
  let id = 0;
  const send = (res: Response, text: string): void => {
    if (res.writableLength > BACKLOG_LIMIT) res.destroy();
    else res.write(text);
  };
  const stop = subscribe(({ topic }) => {
    id += 1;
    for (const res of readers) send(res, `id: ${id}\nevent: change\ndata: ${JSON.stringify({ topic })}\n\n`);
  });
  const heart = setInterval(() => {
    for (const res of readers) send(res, ': still here\n\n');
  }, HEARTBEAT_MS);
  heart.unref();

  return {
    serve(_req, res) {
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would hold the events back otherwise.
        'x-accel-buffering': 'no',
      });
      send(res, 'retry: 2000\nevent: hello\ndata: {}\n\n');
      readers.add(res);
      res.on('close', () => readers.delete(res));
    },
    close() {
      stop();
      clearInterval(heart);
      for (const res of readers) res.end();
    },
  };
}
