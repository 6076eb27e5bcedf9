import type { Mount } from '../http/deps.js';
import { refuse } from '../http/refuse.js';
import { shipped } from './shipped.js';

/** Pages of the docs that others link to: alerts to runbooks, the Teams app to what it keeps and whose it is. */
export const PAGES: readonly Mount[] = [
  page('/runbooks/', (path) => {
    const name = /^\/runbooks\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
    return name === undefined ? undefined : `docs/runbooks/${name}.md`;
  }),
  page('/privacy', () => 'docs/privacy.md'),
  page('/terms', () => 'docs/terms.md'),
];

function page(path: string, fileOf: (path: string) => string | undefined): Mount {
  return {
    method: 'GET',
    path,
    handler: (req, res) => {
      const file = fileOf((req.url ?? '').split('?')[0] ?? '');
      const text = file === undefined ? undefined : shipped(file);
      if (text === undefined) {
        refuse(res, 404, 'not-found', 'There is no such page.');
        return;
      }
      res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      res.end(text);
    },
  };
}
