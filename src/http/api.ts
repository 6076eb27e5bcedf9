import express, { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { parseIncidentName, type IncidentState } from '../model/incident.js';
import { mayAct } from '../model/person.js';
import { SOURCE_KINDS } from '../model/source.js';
import { sendBacktest } from './backtest.js';
import { callerOf, type Caller, type Guard } from './auth.js';
import { cardToHtml } from './console/render.js';
import type { HttpDeps, HttpSpeaker } from './deps.js';
import { HttpError } from './errors.js';
import { BODY_LIMIT } from './mounts.js';
import { openApi } from './openapi.js';
import { sendPostmortem, sendReport } from './report.js';
import type { Streams } from './stream.js';
import { cardToText } from './text.js';
import {
  auditView,
  deliveryView,
  explanationView,
  incidentDetailView,
  incidentView,
  noiseView,
  responseView,
  ruleView,
  scheduleView,
  silenceView,
  subjectView,
} from './views.js';

const MAX_COMMAND = 4_000;

const STATES: Readonly<Record<string, readonly IncidentState[] | undefined>> = {
  all: undefined,
  unresolved: ['open', 'acknowledged'],
  open: ['open'],
  acknowledged: ['acknowledged'],
  resolved: ['resolved'],
};

const when = z.coerce.date({ error: 'must be an instant such as 2026-11-21T03:10:00Z' });

const listFilter = z.object({
  state: z.enum(['all', 'unresolved', 'open', 'acknowledged', 'resolved']).default('all'),
  tenant: z.string().min(1).optional(),
  channel: z.string().min(1).optional(),
  topic: z.string().min(1).optional(),
  kind: z.enum(SOURCE_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const noiseFilter = z.object({
  weeks: z.coerce.number().int().min(1).max(52).default(4),
  rule: z.string().min(1).optional(),
  tenant: z.string().min(1).optional(),
});

const auditFilter = z.object({
  text: z.string().min(1).max(200).optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  since: when.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const backtestBody = z.object({ rules: z.string().min(1), since: when, until: when });

const commandBody = z.object({
  command: z.string().trim().min(1).max(MAX_COMMAND),
  /** What a session already knows: how the one who asks wants to be called. */
  as: z.string().trim().min(1).max(64).optional(),
  via: z.enum(['console', 'cli']).default('console'),
  render: z.enum(['html']).optional(),
});

/** `/api/v1`: the same data and commands as everywhere else, as JSON. */
export function apiRoutes(deps: HttpDeps, guard: Guard, streams: Streams): Router {
  const { data } = deps;
  const api = Router();
  api.use(guard.ownHost, guard.demand);

  api.get('/incidents', async (req, res) => {
    const { state, tenant, limit } = filterOf(req);
    const states = STATES[state];
    const found = await data.incidents({ limit, ...some({ states, tenant }) });
    res.json({ incidents: found.map(incidentView) });
  });
  api.get('/incidents/:id', async (req, res) => {
    const id = parseIncidentName(req.params.id);
    const found = id === undefined ? undefined : await data.incident(id);
    if (found === undefined) throw new HttpError(404, 'not-found', `There is no incident ${req.params.id}.`);
    res.json(incidentDetailView(found));
  });
  api.get('/incidents/:id/report', (req, res) => sendReport(data, req.params.id, res));
  api.get('/incidents/:id/postmortem', (req, res) => sendPostmortem(data, req.params.id, res));
  api.get('/subjects', async (req, res) => {
    const { tenant, kind, limit } = filterOf(req);
    const found = await data.subjects({ limit, ...some({ tenant, kind }) });
    res.json({ subjects: found.map(subjectView) });
  });
  api.get('/deliveries', async (req, res) => {
    const { channel, topic, limit } = filterOf(req);
    const found = await data.deliveries({ limit, ...some({ channel, topic }) });
    res.json({ deliveries: found.map(deliveryView) });
  });
  api.get('/explain/:id', async (req, res) => {
    const { tenant } = filterOf(req);
    const found = await data.explain(req.params.id, tenant);
    if (found === undefined)
      throw new HttpError(404, 'not-found', `Nothing on record is called ${req.params.id}.`);
    res.json(explanationView(found));
  });
  api.get('/rules', async (_req, res) => {
    res.json({ rules: (await data.rules()).map(ruleView) });
  });
  api.get('/schedules', async (_req, res) => {
    res.json({ schedules: (await data.schedules()).map(scheduleView) });
  });
  api.get('/silences', async (_req, res) => {
    res.json({ silences: (await data.silences()).map(silenceView) });
  });
  api.get('/noise', async (req, res) => {
    const { weeks, rule, tenant } = parsed(noiseFilter, req.query, 'query');
    const [noise, response] = await Promise.all([
      data.noise({ weeks, ...some({ rule, tenant }) }),
      data.response({ weeks, ...some({ tenant }) }),
    ]);
    res.json({ noise: noise.map(noiseView), response: response.map(responseView) });
  });
  api.get('/audit', async (req, res) => {
    const { since, ...filter } = parsed(auditFilter, req.query, 'query');
    const role = await deps.role(speaker(callerOf(res), 'console', undefined));
    if (!mayAct(role, 'admin'))
      throw new HttpError(403, 'forbidden', `The audit log needs the role admin; you are a ${role}.`);
    const found = await data.audit({
      ...some(filter),
      limit: filter.limit,
      ...some({ since: since?.getTime() }),
    });
    res.json({ audit: found.map(auditView) });
  });
  api.get('/stream', (req, res) => streams.serve(req, res));
  api.get('/openapi.json', (_req, res) => {
    res.json(openApi(deps.publicUrl));
  });
  api.post('/command', jsonOnly, express.json({ limit: BODY_LIMIT }), async (req, res) => {
    const { command, as, via, render } = parsed(commandBody, req.body, 'body');
    const reply = await deps.ask(command, speaker(callerOf(res), via, as));
    res.json({
      ok: reply.ok,
      text: cardToText(reply.card),
      card: reply.card,
      ...some({ file: reply.file }),
      ...(render === 'html' ? { html: cardToHtml(reply.card), replaces: reply.replaces } : {}),
    });
  });
  api.post('/backtest', jsonOnly, express.json({ limit: BODY_LIMIT }), async (req, res) => {
    const { rules, since, until } = parsed(backtestBody, req.body, 'body');
    const role = await deps.role(speaker(callerOf(res), 'cli', undefined));
    if (!mayAct(role, 'responder'))
      throw new HttpError(403, 'forbidden', `A backtest needs the role responder; you are a ${role}.`);
    if (since >= until) throw new HttpError(400, 'bad-request', 'since: must be before until');
    const span = { from: since.getTime(), until: Math.min(until.getTime(), deps.now()) };
    await sendBacktest((request) => data.backtest(request), { rules, ...span }, res);
  });
  return api;
}

function speaker(caller: Caller, via: 'console' | 'cli', as: string | undefined): HttpSpeaker {
  if (caller.by !== 'session') return { platform: via, id: via, name: as ?? via };
  const { name, entra } = caller.session;
  if (entra === undefined) return { platform: via, id: via, name: name === '' ? (as ?? via) : name };
  const addresses = entra.address === undefined ? [] : [entra.address];
  return { platform: 'console', id: entra.id, name, emails: () => Promise.resolve(addresses) };
}

const jsonOnly: RequestHandler = (req, _res, next) => {
  if (req.is('application/json') === false)
    throw new HttpError(415, 'unsupported-media-type', 'Send `Content-Type: application/json`.');
  next();
};

function filterOf(req: Request): z.output<typeof listFilter> {
  return parsed(listFilter, req.query, 'query');
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || where}: ${message}`);
  throw new HttpError(400, 'bad-request', problems.join('; '));
}

/** The same object without the keys that are undefined. */
function some<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
