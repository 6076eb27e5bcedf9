import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface SocketServer {
  readonly apiUrl: string;
  /** How often an address was asked for. */
  readonly asked: number;
  /** How often a connection was opened. */
  readonly connections: number;
  /** Envelope ids that were acknowledged. */
  readonly acks: readonly string[];
  /** Bodies of Web API calls other than apps.connections.open, by method. */
  readonly calls: readonly { readonly method: string; readonly form: URLSearchParams }[];
  /** What apps.connections.open answers instead of an address. */
  refuse(error: string | undefined): void;
  send(envelope: unknown): void;
  /** Breaks the open connection. */
  drop(): void;
  close(): Promise<void>;
}

/** As much of Socket Mode as a client meets: apps.connections.open, hello, envelopes and their acknowledgements. */
export async function startSocketServer(): Promise<SocketServer> {
  const acks: string[] = [];
  const calls: { method: string; form: URLSearchParams }[] = [];
  let refusal: string | undefined;
  let asked = 0;
  let connections = 0;
  let open: Duplex | undefined;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const method = (req.url ?? '').replace('/api/', '');
      const opening = method === 'apps.connections.open';
      if (opening) asked += 1;
      else calls.push({ method, form: new URLSearchParams(Buffer.concat(chunks).toString()) });
      const refused = opening && refusal !== undefined;
      const answer = refused
        ? { ok: false, error: refusal }
        : { ok: true, url: `ws://127.0.0.1:${port()}/link` };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const port = (): number => (server.address() as AddressInfo).port;
  server.on('upgrade', (req, socket: Duplex) => {
    const key = `${req.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    connections += 1;
    open = socket;
    socket.on('error', () => undefined);
    socket.on('data', (frame: Buffer) => {
      for (const { opcode, text } of unmasked(frame)) {
        if (opcode === 1) acks.push((JSON.parse(text) as { envelope_id: string }).envelope_id);
        if (opcode === 8) socket.end(Buffer.from([0x88, 0]));
      }
    });
    socket.write(frameOf({ type: 'hello', num_connections: 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${port()}/api/`,
    get asked() {
      return asked;
    },
    get connections() {
      return connections;
    },
    acks,
    calls,
    refuse(error) {
      refusal = error;
    },
    send: (envelope) => void open?.write(frameOf(envelope)),
    drop: () => void open?.destroy(),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      open?.destroy();
      server.closeAllConnections();
      return closed;
    },
  };
}

/** One unmasked text frame of at most 64 KiB. */
function frameOf(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** The frames of one chunk. */
function unmasked(chunk: Buffer): { opcode: number; text: string }[] {
  const frames: { opcode: number; text: string }[] = [];
  for (let at = 0; at < chunk.length;) {
    const short = chunk.readUInt8(at + 1) & 127;
    const start = at + (short === 126 ? 4 : 2);
    const end = start + 4 + (short === 126 ? chunk.readUInt16BE(at + 2) : short);
    const mask = chunk.subarray(start, start + 4);
    const body = chunk.subarray(start + 4, end).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    frames.push({ opcode: chunk.readUInt8(at) & 15, text: Buffer.from(body).toString() });
    at = end;
  }
  return frames;
}
