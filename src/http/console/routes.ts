import express, { Router, type Request, type Response } from 'express';
import { responseCard } from '../../cards/index.js';
import { incidentName, parseIncidentName } from '../../model/incident.js';
import type { Guard } from '../auth.js';
import type { HttpDeps, HttpReply } from '../deps.js';
import { sendPostmortem, sendReport } from '../report.js';
import { HttpError } from '../errors.js';
import { entraRoutes } from './entra.js';
import { assets, FILES } from './files.js';
import { region, renderFragment, renderRegions } from './fragment.js';
import { html, type Html } from './html.js';
import { nextOf, textOf } from './next.js';
import { consolePage, incidentPage, schedulesPage, loginPage, type Shell } from './page.js';
import { renderCard } from './render.js';

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
  loginRoutes(routes, deps.auth, guard);
  if (deps.auth.kind === 'entra') entraRoutes(routes, deps.auth, deps, guard);

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
  routes.get('/schedules', async (req, res) => {
    if (!welcome(guard, req, res)) return;
    res.type('html').send(schedulesPage(await schedulesRegion(deps), shellFor(deps, guard, req)));
  });
  routes.get('/incidents/:id/report', async (req, res) => {
    if (welcome(guard, req, res)) await sendReport(deps.data, req.params.id, res);
  });
  routes.get('/incidents/:id/postmortem', async (req, res) => {
    if (welcome(guard, req, res)) await sendPostmortem(deps.data, req.params.id, res);
  });
  routes.get('/console/fragment', guard.demand, async (_req, res) => {
    const regions = Object.values<Html>({ ...renderRegions(await deps.cards()) });
    res.type('html').send(renderFragment(regions, deps.now()));
  });
  routes.get('/console/fragment/schedules', guard.demand, async (_req, res) => {
    res.type('html').send(renderFragment([await schedulesRegion(deps)], deps.now()));
  });
  routes.get('/console/fragment/incidents/:id', guard.demand, async (req, res) => {
    const { card } = await incidentRegion(deps, String(req.params['id']));
    res.type('html').send(renderFragment([card], deps.now()));
  });
  return routes;
}

function loginRoutes(routes: Router, { kind }: HttpDeps['auth'], guard: Guard): void {
  routes.get('/login', (req, res) => {
    const next = nextOf(req.query['next']);
    if (guard.caller(req) !== undefined) res.redirect(303, next);
    else res.type('html').send(loginPage({ assets, next, by: kind, problem: undefined }));
  });
  // Who can sign in by name has no use for the token that programs share.
  if (kind !== 'entra') tokenRoute(routes, kind, guard);
  routes.post('/logout', guard.demand, (_req, res) => {
    guard.endSession(res);
    res.redirect(303, '/login');
  });
}

function tokenRoute(routes: Router, by: 'none' | 'token', guard: Guard): void {
  const form = express.urlencoded({ extended: false, limit: '16kb' });
  routes.post('/login', guard.ownOrigin, form, (req, res) => {
    const fields = (req.body ?? {}) as Readonly<Record<string, unknown>>;
    const next = nextOf(fields['next']);
    if (by === 'none' || guard.isToken(textOf(fields['token']).trim())) {
      guard.startSession(res, { name: textOf(fields['name']).trim().slice(0, 64) });
      res.redirect(303, next);
      return;
    }
    const problem = 'That is not the token.';
    res.status(401).type('html').send(loginPage({ assets, next, by, problem }));
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
  return { assets, now: deps.now(), session: caller?.by === 'session' ? caller.session.name : undefined };
}

/** The card that `oncall` answers with, and where calendar programs find each schedule. */
async function schedulesRegion(deps: HttpDeps): Promise<Html> {
  const [{ card }, schedules, weeks] = await Promise.all([
    deps.ask('oncall', CONSOLE),
    deps.data.schedules(),
    deps.data.response({ weeks: 2 }),
  ]);
  const feeds = schedules.flatMap(({ schedule: { name }, feed }) =>
    feed === undefined ? [] : [{ name, feed }],
  );
  return region(
    'schedules',
    html`${renderCard(card)}
    ${
      feeds.length > 0 &&
      html`<p class="feeds">
        For your calendar: ${feeds.map(({ name, feed }) => html`<a href="${feed}">${name}</a> `)}
      </p>`
    }
    ${renderCard(responseCard({ weeks, now: deps.now() }))}`,
  );
}

const CONSOLE = { platform: 'console', id: 'console', name: 'console' } as const;

/** The card that `incident INC-1042` answers with: the page shows what every channel shows. */
async function incidentRegion(deps: HttpDeps, text: string): Promise<{ name: string; card: Html }> {
  const id = parseIncidentName(text);
  if (id === undefined) throw new HttpError(404, 'not-found', `There is no incident ${text}.`);
  const name = incidentName(id);
  const reply: HttpReply = await deps.ask(`incident ${name}`, CONSOLE);
  if (!reply.ok) throw new HttpError(404, 'not-found', `There is no incident ${name}.`);
  return { name, card: region('detail', renderCard(reply.card)) };
}
