import type { Installation } from '@slack/bolt';
import type { ServerResponse } from 'node:http';
import { INSTALL_PATH } from './paths.js';

/** Where an installation begins: `url` is Slack's page. */
export function invitation(url: string): string {
  const link = `<p><a class="go" href="${escaped(url)}">Add to Slack</a></p>`;
  return html(
    'Install Tocsin',
    'Slack shows next what the app may do, and asks which workspace it is for. Tocsin keeps its token encrypted.',
    link,
  );
}

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

const REASONS: Readonly<Record<string, string>> = {
  slack_oauth_invalid_state: 'It did not begin in this browser, or took longer than ten minutes.',
  slack_oauth_missing_state: 'It did not begin at this Tocsin.',
  slack_oauth_missing_code: 'Slack gave no code.',
  slack_oauth_installer_authorization_error: 'It was cancelled.',
};

/** Why it is not, by the library's code or in words, and where to begin again. */
export function refusedPage(res: ServerResponse, status: number, reason: string, publicUrl: string): void {
  const code = /^[a-z_]+$/.test(reason);
  const why = REASONS[reason] ?? (code ? `Slack refused it (${reason}).` : reason);
  page(res, status, 'Tocsin was not installed', `${why} To try again, open ${publicUrl}${INSTALL_PATH}`);
}

function page(res: ServerResponse, status: number, title: string, text: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  res.end(html(title, text));
}

function html(title: string, text: string, more = ''): string {
  const style =
    'body{font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}' +
    '.go{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#8b1e1e;color:#fff;text-decoration:none}' +
    '@media (prefers-color-scheme:dark){body{background:#161b22;color:#e6edf3}}';
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escaped(title)}</title><style>${style}</style>` +
    `<h1>${escaped(title)}</h1><p>${escaped(text)}</p>${more}</html>`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
