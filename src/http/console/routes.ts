import { createHash } from 'node:crypto';
import express, { Router, type Request, type Response } from 'express';
import { incidentName, parseIncidentName } from '../../model/incident.js';
import type { Guard } from '../auth.js';
import type { HttpDeps, HttpReply } from '../deps.js';
import { sendReport } from '../report.js';
import { HttpError } from '../errors.js';
import { region, renderFragment, renderRegions } from './fragment.js';
import { safeHref, type Html } from './html.js';
import { icon } from './icon.js';
import { consolePage, incidentPage, loginPage, type Assets, type Shell } from './page.js';
import { renderCard } from './render.js';
import { script } from './script.js';
import { style } from './style.js';

const FILES = {
  script: { path: '/console/app.js', type: 'text/javascript', body: script },
  style: { path: '/console/style.css', type: 'text/css', body: style },
  icon: { path: '/console/icon.svg', type: 'image/svg+xml', body: icon },
} as const;

const assets: Assets = {
  script: versioned(FILES.script),
  style: versioned(FILES.style),
  icon: versioned(FILES.icon),
};

/** `/` and what belongs to it. The page is whole without its script; the script keeps it alive. */
export function consoleRoutes(deps: HttpDeps, guard: Guard): Router {
  const routes = Router();
  for (const { path, type, body } of Object.values(FILES))
    routes.get(path, (_req, res) => {
      res
        .set('cache-control', 'public, max-age=31536000, immutable')
        .type(`${type}; charset=utf-8`)
        .send(body);
    });
  routes.use(guard.ownHost);
  loginRoutes(routes, guard);

  routes.get('/', async (req, res) => {
    if (!welcome(guard, req, res)) return;
    const regions = renderRegions(await deps.cards());
    res.type('html').send(consolePage(regions, shellFor(deps, guard, req)));
  });
  routes.get('/incidents/:id', async (req, res) => {
    if (!welcome(guard, req, res)) return;
    const { name, card } = await incidentRegion(deps, req.params.id);
    res.type('html').send(incidentPage(name, card, shellFor(deps, guard, req)));
  });
  routes.get('/incidents/:id/report', async (req, res) => {
    if (welcome(guard, req, res)) await sendReport(deps.data, req.params.id, res);
  });
  routes.get('/console/fragment', guard.demand, async (_req, res) => {
    const regions = Object.values<Html>({ ...renderRegions(await deps.cards()) });
    res.type('html').send(renderFragment(regions, deps.now()));
  });
  routes.get('/console/fragment/incidents/:id', guard.demand, async (req, res) => {
    const { card } = await incidentRegion(deps, String(req.params['id']));
    res.type('html').send(renderFragment([card], deps.now()));
  });
  return routes;
}

function loginRoutes(routes: Router, guard: Guard): void {
  const form = express.urlencoded({ extended: false, limit: '16kb' });
  routes.get('/login', (req, res) => {
    const next = nextOf(req.query['next']);
    if (guard.caller(req) !== undefined) res.redirect(303, next);
    else res.type('html').send(loginPage({ assets, next, problem: undefined }));
  });
  routes.post('/login', guard.ownOrigin, form, (req, res) => {
    const fields = (req.body ?? {}) as Readonly<Record<string, unknown>>;
    const next = nextOf(fields['next']);
    if (!guard.asksToken || guard.isToken(textOf(fields['token']).trim())) {
      guard.startSession(res, textOf(fields['name']).trim().slice(0, 64));
      res.redirect(303, next);
      return;
    }
    res
      .status(401)
      .type('html')
      .send(loginPage({ assets, next, problem: 'That is not the token.' }));
  });
  routes.post('/logout', guard.demand, (_req, res) => {
    guard.endSession(res);
    res.redirect(303, '/login');
  });
}

/** True when the person may see the page; otherwise they are on their way to the login, and back here afterwards. */
function welcome(guard: Guard, req: Request, res: Response): boolean {
  if (guard.caller(req) !== undefined) return true;
  res.redirect(303, `/login?next=${encodeURIComponent(req.originalUrl)}`);
  return false;
}

function shellFor(deps: HttpDeps, guard: Guard, req: Request): Shell {
  const caller = guard.caller(req);
  return { assets, now: deps.now(), session: caller?.by === 'session' ? caller.name : undefined };
}

/** The card that `incident INC-1042` answers with: the page shows what every channel shows. */
async function incidentRegion(deps: HttpDeps, text: string): Promise<{ name: string; card: Html }> {
  const id = parseIncidentName(text);
  if (id === undefined) throw new HttpError(404, 'not-found', `There is no incident ${text}.`);
  const name = incidentName(id);
  const reply: HttpReply = await deps.ask(`incident ${name}`, {
    platform: 'console',
    id: 'console',
    name: 'console',
  });
  if (!reply.ok) throw new HttpError(404, 'not-found', `There is no incident ${name}.`);
  return { name, card: region('detail', renderCard(reply.card)) };
}

/** Only a path of our own: a login page must not send people elsewhere. */
function nextOf(value: unknown): string {
  const path = textOf(value);
  return path.startsWith('/') ? (safeHref(path) ?? '/') : '/';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function versioned({ path, body }: { path: string; body: string }): string {
  return `${path}?v=${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
}
