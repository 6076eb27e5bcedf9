import { askerOf } from '../engine/asker.js';
import type { Engine } from '../engine/engine.js';
import type { Metrics } from '../engine/metrics.js';
import { callbackMounts } from '../http/callbacks.js';
import type { HttpAuth, Mount } from '../http/deps.js';
import { consoleView, recordData, type RecordDeps } from '../http/record.js';
import { openHttp, openProbes } from '../http/server.js';
import { openEntraSignIn } from '../lib/entra.js';
import type { Log } from '../lib/log.js';
import type { Settings } from '../settings/index.js';
import { CALLBACK_PATH } from '../sources/partner-insights/callback.js';
import { backtestText } from './backtester.js';
import type { Base } from './base.js';
import { calleesOf } from './callees.js';
import { openClosers } from './closers.js';
import { framesOf } from './frames.js';
import { PAGES } from './pages.js';
import type { Talk } from './talk.js';
import type { Watchers } from './watchers.js';

export interface Web {
  /** Where the console answers. */
  readonly url: string;
  close(): Promise<void>;
}

export interface WebDeps extends Talk {
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly subscribe: Watchers['subscribe'];
  /** Routes beside the console, the API and those of the adapters. */
  readonly mounts: readonly Mount[];
  readonly ping: () => Promise<void>;
}

/** The console, the API, the adapters' routes and the services that call back, at the one port. Throws `settings.invalid`. */
export async function openWeb(base: Base, deps: WebDeps): Promise<Web> {
  const { store, clock, log, parts, settings } = base;
  const { host, port, publicUrl } = settings().http;
  const { ears, engine, metrics } = deps;
  const closers = openClosers(log);
  const auth = authOf(settings(), log);
  if (auth.kind === 'entra') closers.add(() => auth.signIn.close());
  const record = recordDeps(base, deps);
  const callbacks = callbackMounts({
    path: CALLBACK_PATH,
    callees: () => calleesOf(parts().sources, base.keep.vault, store),
    poll: (source, delayMs) => engine.pollNow(source, clock.real(delayMs)),
    measure: metrics,
    clock,
    log,
  });
  try {
    const http = await openHttp({
      host,
      port,
      publicUrl,
      auth,
      framedBy: framesOf(settings()),
      now: () => clock.now(),
      ask: async (text, speaker) => {
        const { card, replaces, ok, file } = await ears.answer(text, speaker);
        return { card, replaces, ok, ...(file === undefined ? {} : { file }) };
      },
      role: async (speaker) => (await askerOf(speaker, settings().people)).role,
      data: recordData(record),
      cards: () => consoleView(record),
      ready: async () => readiness(store.ping(), deps.ping()),
      metrics: () => metrics.text(),
      subscribe: deps.subscribe,
      get mounts() {
        return [...parts().mounts, ...callbacks, ...deps.mounts, ...PAGES];
      },
      log,
    });
    closers.add(() => http.close());
    return { url: http.url, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

export interface ProbeDeps {
  readonly metrics: Metrics;
  readonly ping: () => Promise<void>;
}

/** What watches a process without a console, where the settings name a port for it. Throws `settings.invalid`. */
export async function openProbe(
  { store, log, settings }: Base,
  { metrics, ping }: ProbeDeps,
): Promise<Web | undefined> {
  const { host, probePort } = settings().http;
  if (probePort === undefined) return undefined;
  const probes = await openProbes({
    host,
    port: probePort,
    ready: () => readiness(store.ping(), ping()),
    metrics: () => metrics.text(),
    log,
  });
  log.info({ url: probes.url }, 'health and metrics are told here');
  return probes;
}

function recordDeps({ store, keep, clock, parts, settings }: Base, { desk, backtest }: Talk): RecordDeps {
  const url = settings().http.publicUrl;
  return {
    store,
    documents: keep.documents,
    now: () => clock.now(),
    url,
    rules: () => parts().rules.map((rule) => rule.definition),
    desk,
    backtest: (request) => backtestText(request, backtest, url),
  };
}

function authOf({ console: { auth } }: Settings, log: Log): HttpAuth {
  if (auth.kind !== 'entra') return auth;
  const { app, token } = auth;
  return { kind: 'entra', signIn: openEntraSignIn(app, log), secret: app.clientSecret, token };
}

async function readiness(
  store: Promise<void>,
  queue: Promise<void>,
): Promise<{ store: boolean; queue: boolean; detail?: string }> {
  const [record, jobs] = await Promise.allSettled([store, queue]);
  const failed = [record, jobs].find((result) => result.status === 'rejected');
  return {
    store: record.status === 'fulfilled',
    queue: jobs.status === 'fulfilled',
    ...(failed === undefined
      ? {}
      : { detail: failed.reason instanceof Error ? failed.reason.message : String(failed.reason) }),
  };
}
