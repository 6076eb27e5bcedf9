import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { SourceKey } from '../model/source.js';
import { SECOND, type Instant } from '../model/time.js';
import type { Mount } from './deps.js';

/** Somebody who may be called back: a source, and the secret part of the address that its service was given. */
export interface Callee {
  readonly key: SourceKey;
  readonly tenant: string;
  token(): Promise<string>;
  /** The id names something of this source's that is known. */
  knows(id: string): Promise<boolean>;
}

export interface CallbackDeps {
  readonly path: string;
  readonly callees: () => readonly Callee[];
  /** Has the source asked soon; several wishes at once are one. */
  readonly poll: (source: SourceKey, delayMs: number) => Promise<void>;
  readonly measure: { called(call: { tenant: string; outcome: CallOutcome }): void };
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** `refused`: wrong token. `unknown`: the right one, and nothing of ours. `late`: told already, moments ago. */
export type CallOutcome = 'polled' | 'late' | 'unknown' | 'refused';

/** One poll for each source in this time, however often it is called: the last call is not lost, it only waits. */
const APART = 10 * SECOND;
/** Ids that are looked up in this time; more are a flood, and are counted. */
const LOOKUPS = 20;
const TOKENS_FOR = 60 * SECOND;

/**
 * Calls from outside that nobody has signed. They are hints and nothing else: a call says that one may look, and never what
 * is there. 202 for the right token and whatever id, 404 for all else.
 */
export function callbackMounts(deps: CallbackDeps): readonly Mount[] {
  const hear = openHearing(deps);
  const handler = (req: IncomingMessage, res: ServerResponse): void => {
    req.resume();
    const { token, id } = readAddress(req, deps.path);
    hear(token, id)
      .then((accepted) => answer(res, accepted))
      .catch((error: unknown) => {
        deps.log.error({ err: error }, 'a callback could not be heard');
        // The caller learns nothing of our troubles; the next poll finds what it would have told.
        answer(res, false);
      });
  };
  return [
    { method: 'POST', path: deps.path, handler },
    { method: 'GET', path: deps.path, handler },
  ];
}

/** `POST <path><token>/<id>`, `GET <path><token>?reportId=<id>`; whichever form comes with either method. */
function readAddress(req: IncomingMessage, path: string): { token: string; id: string } {
  const [address = '', query = ''] = (req.url ?? '').split('?', 2);
  const [token = '', id = '', ...more] = address.slice(path.length).split('/');
  if (more.length > 0) return { token: '', id: '' };
  return { token, id: id === '' ? (new URLSearchParams(query).get('reportId') ?? '') : id };
}

function openHearing(deps: CallbackDeps): (token: string, id: string) => Promise<boolean> {
  const tokens = openTokens(deps);
  const polls = new Map<SourceKey, Instant>();
  const lookups = new Map<SourceKey, { since: Instant; count: number }>();

  /** False while it has been asked often enough; a flood of made-up ids must not reach the record. */
  const mayLookUp = (key: SourceKey, now: Instant): boolean => {
    const known = lookups.get(key);
    const current =
      known !== undefined && now - known.since < APART && now >= known.since
        ? known
        : { since: now, count: 0 };
    lookups.set(key, { ...current, count: current.count + 1 });
    return current.count < LOOKUPS;
  };

  const hearFor = async (callee: Callee, id: string): Promise<CallOutcome> => {
    const now = deps.clock.now();
    if (!isId(id)) return 'unknown';
    if (!mayLookUp(callee.key, now)) return 'late';
    if (!(await callee.knows(id))) return 'unknown';
    const waits = (polls.get(callee.key) ?? 0) + APART - now;
    if (waits > APART || waits <= 0) {
      polls.set(callee.key, now);
      await deps.poll(callee.key, 0);
      return 'polled';
    }
    await deps.poll(callee.key, waits);
    return 'late';
  };

  return async (token, id) => {
    const called = await tokens.whose(token);
    if (called.length === 0) deps.measure.called({ tenant: '', outcome: 'refused' });
    for (const callee of called)
      deps.measure.called({ tenant: callee.tenant, outcome: await hearFor(callee, id) });
    return called.length > 0;
  };
}

/** Tokens are read from the vault now and then, and compared in a time that tells nothing about them. */
function openTokens({ callees, clock }: CallbackDeps): { whose(token: string): Promise<readonly Callee[]> } {
  const cached = new Map<string, { readonly at: Instant; readonly digest: Promise<Buffer> }>();
  const digestOf = (callee: Callee): Promise<Buffer> => {
    const now = clock.now();
    const known = cached.get(callee.key);
    if (known !== undefined && Math.abs(now - known.at) < TOKENS_FOR) return known.digest;
    const digest = callee.token().then(hash);
    cached.set(callee.key, { at: now, digest });
    // A failure is not kept.
    digest.catch(() => cached.delete(callee.key));
    return digest;
  };
  return {
    async whose(token) {
      const given = hash(token);
      const all = callees();
      const digests = await Promise.all(all.map(digestOf));
      const right = digests.map((digest) => timingSafeEqual(digest, given));
      return token === '' ? [] : all.filter((_, at) => right[at] === true);
    },
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isId(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

function answer(res: ServerResponse, accepted: boolean): void {
  if (res.headersSent || res.destroyed) return;
  const body = accepted
    ? { accepted: true }
    : { error: { code: 'not-found', message: 'There is nothing here.' } };
  res.writeHead(accepted ? 202 : 404, { 'content-type': 'application/json; charset=utf-8' });
  res.end(JSON.stringify(body));
}
