import { verifySlackRequest } from '@slack/bolt';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const BODY_LIMIT = 1024 * 1024;
const SKEW_SECONDS = 5 * 60;

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Stands before Bolt's listener: caps the body, and refuses what is not signed or not of this time. Bolt lets a signed
 * request from the future pass; here time counts in both directions. Reads the wall clock, as Slack does.
 */
export function gate(signingSecret: string, onward: Handler): Handler {
  return (req, res) => {
    readBody(req).then(
      (body) => {
        if (body === undefined) {
          refuse(res, 413, 'too-large', 'The body is larger than 1 MiB.');
          return;
        }
        const fault = isSslCheck(req, body) ? undefined : distrust(req, body, signingSecret);
        if (fault !== undefined) {
          refuse(res, 401, 'unauthorized', fault);
          return;
        }
        // Where Bolt looks for a body that has been read before it (its BufferedIncomingMessage).
        onward(Object.assign(req, { rawBody: body }), res);
      },
      () => res.destroy(),
    );
  };
}

/** Why it is not believed to come from Slack, now. */
function distrust(req: IncomingMessage, body: Buffer, signingSecret: string): string | undefined {
  const sent = req.headers['x-slack-request-timestamp'];
  const signature = req.headers['x-slack-signature'];
  if (typeof sent !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(sent)) {
    return 'The request is not signed by Slack.';
  }
  if (Math.abs(Date.now() / 1_000 - Number(sent)) > SKEW_SECONDS) {
    return "The request's time is more than five minutes from ours.";
  }
  try {
    verifySlackRequest({
      signingSecret,
      body: body.toString(),
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(sent) },
    });
    return undefined;
  } catch {
    return 'The signature does not match.';
  }
}

/** Slack's unsigned question whether the address speaks TLS: Bolt answers it and acts on nothing in it. */
function isSslCheck(req: IncomingMessage, body: Buffer): boolean {
  if (req.headers['content-type'] !== 'application/x-www-form-urlencoded') return false;
  const form = new URLSearchParams(body.toString());
  return form.getAll('ssl_check').join() === '1';
}

/** Undefined when it is larger than allowed; the rest is then thrown away unread. */
async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) {
      req.resume();
      return undefined;
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function refuse(res: ServerResponse, status: number, code: string, message: string): void {
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  res.end(JSON.stringify({ error: { code, message } }));
}
