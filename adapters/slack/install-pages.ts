import type { Installation } from '@slack/bolt';
import type { ServerResponse } from 'node:http';
import { INSTALL_PATH } from './paths.js';

/** What the browser shows once it is installed. */
export function installedPage(res: ServerResponse, { team, enterprise }: Installation): void {
  const name = team?.name ?? enterprise?.name ?? 'the workspace';
  page(
    res,
    200,
    'Tocsin is installed',
    `It hears /tocsin in ${name} now. Name its channels in the settings to be told there.`,
  );
}

/** Why it is not, and where to begin again. */
export function refusedPage(res: ServerResponse, status: number, reason: string, publicUrl: string): void {
  const why = reason === '' ? 'Slack did not say why.' : reason;
  page(res, status, 'Tocsin was not installed', `${why} To try again, open ${publicUrl}${INSTALL_PATH}`);
}

function page(res: ServerResponse, status: number, title: string, text: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  res.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>` +
      `<body style="font:16px system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem"><h1>${escaped(title)}</h1>` +
      `<p>${escaped(text)}</p></body></html>`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
