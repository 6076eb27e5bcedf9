import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Relay {
  readonly url: string;
  /** The next request reaches the server behind, and its answer is lost on the way back. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

/** Stands in front of a server and can lose an answer. */
export async function startRelay(target: string): Promise<Relay> {
  let lose = false;
  const server = createServer((req, res) => {
    const losing = lose;
    lose = false;
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const headers = new Headers();
      for (const name of ['authorization', 'content-type']) {
        const value = req.headers[name];
        if (typeof value === 'string') headers.set(name, value);
      }
      const address = new URL((req.url ?? '').replace(/^\/api\//, ''), target);
      fetch(address, { method: 'POST', headers, body: Buffer.concat(chunks) })
        .then(async (answer) => ({ status: answer.status, body: await answer.text() }))
        .then(({ status, body }) => {
          if (losing) res.socket?.resetAndDestroy();
          else res.writeHead(status, { 'content-type': 'application/json' }).end(body);
        })
        .catch(() => res.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    loseNextAnswer() {
      lose = true;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
