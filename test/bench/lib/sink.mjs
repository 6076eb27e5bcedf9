import { createServer } from 'node:http';
import { closing } from './children.mjs';

/** Milliseconds since 1970 with their fraction; comparable between the processes of one machine. */
export function now() {
  return performance.timeOrigin + performance.now();
}

/** A webhook receiver on loopback that accepts everything and notes when each post's last byte had arrived. */
export async function openSink() {
  /** @type {{at: number, text: string, sent: string | undefined}[]} */
  const posts = [];
  let waiter;
  const server = createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const at = now();
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      posts.push({ at, text: Buffer.concat(chunks).toString('utf8'), sent: req.headers['x-sent'] });
      waiter?.();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = closing(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    posts,
    clear: () => void (posts.length = 0),
    /** Rejects when they have not arrived in time. */
    arrived: (count, withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${posts.length} of ${count} posts arrived within ${withinMs / 1_000} s`)),
          withinMs,
        );
        waiter = () => {
          if (posts.length < count) return;
          clearTimeout(timer);
          waiter = undefined;
          resolve(posts);
        };
        waiter();
      }),
    close,
  };
}
