import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mount } from './deps.js';
import { refuse } from './refuse.js';

export const BODY_LIMIT = 1024 * 1024;

/** Hands the request to the adapter that mounted its path. False when none did. */
export function serveMount(mounts: readonly Mount[], req: IncomingMessage, res: ServerResponse): boolean {
  const path = pathOf(req);
  const here = mounts.filter((mount) => covers(mount, path));
  if (here.length === 0) return false;
  const mount = here.find(({ method }) => method === req.method);
  if (mount === undefined) {
    const allow = [...new Set(here.map(({ method }) => method))].join(', ');
    refuse(res, 405, 'method-not-allowed', `Only ${allow} is served here.`, { allow });
  } else if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) {
    refuse(res, 413, 'too-large', 'The body is larger than 1 MiB.', { connection: 'close' });
  } else {
    capBody(req);
    mount.handler(req, res);
  }
  return true;
}

function covers(mount: Mount, path: string): boolean {
  return mount.path.endsWith('/') ? path.startsWith(mount.path) : path === mount.path;
}

function pathOf(req: IncomingMessage): string {
  const [path = ''] = (req.url ?? '').split('?', 1);
  return path;
}

/**
 * A chunked body has no length to refuse beforehand. The adapters' SDKs read it themselves, so it is counted on its way
 * into the stream, and the connection is cut at the limit.
 */
function capBody(req: IncomingMessage): void {
  if (req.headers['transfer-encoding'] === undefined) return;
  const push = req.push.bind(req);
  let bytes = 0;
  req.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    bytes += chunk instanceof Uint8Array ? chunk.byteLength : 0;
    if (bytes <= BODY_LIMIT) return push(chunk, encoding);
    req.destroy(new Error('The body is larger than 1 MiB.'));
    return false;
  };
}
