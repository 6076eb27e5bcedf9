import type { ServerResponse } from 'node:http';

/** The one shape of an error, whatever part of the server it comes from: `{ "error": { "code", "message" } }`. */
export function refuse(
  res: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  res.end(JSON.stringify({ error: { code, message } }));
}
