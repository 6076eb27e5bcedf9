import { Fault, type FaultCode } from '../../lib/fault.js';
import type { CallsAsk } from '../../model/ask.js';
import type { Json } from '../../model/json.js';
import type { SourceKey } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { Keep } from '../../sources/keep.js';
import { SOURCES } from '../../sources/index.js';
import { silentLog } from '../../lib/log.js';
import type { Settings } from '../../settings/index.js';
import type { Poll, Rehearsal } from '../../sources/source.js';
import type { Answers } from './answers.js';
import { rowsOfCalls, type TimedRow } from './calls.js';
import { issuesBody, messagesBody, overviewsBody } from './posts.js';
import { reportAnswers } from './reports.js';
import { statusBody, type SiteRuns } from './runs.js';
import type { Step } from './schema.js';
import { TENANT } from './settings.js';

/** One source of a test, which answers as its steps say. */
export interface TestSource {
  readonly key: SourceKey;
  readonly tenant: string;
  readonly kind: Rehearsal['kind'];
  readonly everyMs: number;
  /** It answers so from now on. `id` tells the step from every other. */
  take(step: Step, answers: Answers | undefined, at: Instant, id: string): void;
  /** What a poll brings now; rejects where it is said to fail. */
  poll(memory: Json | undefined, now: Instant, asks: readonly CallsAsk[]): Promise<Poll>;
  newest(): Instant | undefined;
  /** The process ends and begins anew: what it knew beside the record is lost. */
  restart(): void;
}

export function sourceKeyOf({ source, tenant = TENANT, name }: Step): SourceKey {
  return `${tenant}/${source ?? 'tocsin'}${name === undefined ? '' : `/${name}`}`;
}

/** Every source that the settings name, by its key. */
export function openSources(settings: Settings, keep: Keep): ReadonlyMap<SourceKey, TestSource> {
  const all = settings.tenants.flatMap(({ connection, sources }) =>
    sources.map(({ kind, name, everyMs, settings: own }) => {
      const plug = SOURCES.find((known) => known.kind === kind);
      if (plug === undefined) throw new Error(`no source of kind ${kind}`);
      const common = { everyMs, ...(name === undefined ? {} : { name }) };
      const deps = { log: silentLog, keep, privacy: settings.privacy };
      return openSource(() => plug.rehearse(own, common, connection, deps), zoneOf(own));
    }),
  );
  return new Map(all.map((source) => [source.key, source]));
}

function zoneOf(settings: unknown): string {
  const zone: unknown =
    typeof settings === 'object' && settings !== null ? Reflect.get(settings, 'timeZone') : undefined;
  return typeof zone === 'string' ? zone : 'UTC';
}

function openSource(open: () => Rehearsal, timeZone: string): TestSource {
  let rehearsal = open();
  let given: Answers[] = [];
  let coming: TimedRow[] = [];
  const runs: SiteRuns[] = [];
  let failure: Fault | undefined;

  function give(answers: Answers): void {
    given.push(answers);
    rehearsal.give(answers);
  }

  /** What the passing of time has brought. */
  function catchUp(now: Instant): void {
    const shown = coming.filter(({ at }) => at <= now);
    coming = coming.filter(({ at }) => at > now);
    if (shown.length > 0) give(bodiesOf(JSON.stringify(shown.map(({ row }) => row))));
    if (runs.length > 0) rehearsal.give(bodiesOf(statusBody(runs, timeZone, now)));
  }

  return {
    key: rehearsal.key,
    tenant: rehearsal.tenant,
    kind: rehearsal.kind,
    everyMs: rehearsal.everyMs,
    take(step, answers, at, id) {
      failure = step.fails === undefined ? undefined : faultOf(step.fails);
      if (answers !== undefined) {
        runs.length = 0;
        give(answers);
      }
      const { services, issues, messages, reports } = step;
      const bodies = [
        ...(services === undefined ? [] : [overviewsBody(services)]),
        ...(issues === undefined ? [] : [issuesBody(issues, at)]),
        ...(messages === undefined ? [] : [messagesBody(messages, at)]),
      ];
      if (bodies.length > 0) give(bodiesOf(...bodies));
      if (reports !== undefined) give(reportAnswers(reports, at));
      if (step.runs !== undefined) runs.push({ given: step.runs, at });
      (step.calls ?? []).forEach((calls, i) => coming.push(...rowsOfCalls(calls, at, `${id}/${i}`)));
    },
    async poll(memory, now, asks) {
      if (failure !== undefined) throw failure;
      catchUp(now);
      return rehearsal.poll(memory, now, asks);
    },
    newest: () => rehearsal.newest(),
    restart() {
      rehearsal = open();
      const before = given;
      given = [];
      for (const answers of before) give(answers);
    },
  };
}

function bodiesOf(...bodies: readonly string[]): Answers {
  return { bodies, files: new Map() };
}

const WORDS: Readonly<
  Record<Exclude<Step['fails'], number | undefined>, readonly [FaultCode, string, number]>
> = {
  denied: ['api.denied', 'The API answered 403: the permission is missing.', 403],
  unauthorized: ['api.unauthorized', 'The API answered 401.', 401],
  throttled: ['api.throttled', 'The API answered 429: too many requests.', 429],
  failed: ['api.failed', 'The API answered 500.', 500],
  unreachable: ['api.unreachable', 'The API did not answer.', 0],
  unreadable: ['api.unreadable', 'The API answered with something that cannot be read.', 200],
  'sign-in': ['api.sign-in', 'A person has to sign in again.', 401],
};

function faultOf(fails: NonNullable<Step['fails']>): Fault {
  const [code, message, status] = WORDS[typeof fails === 'number' ? wordOf(fails) : fails];
  const told = typeof fails === 'number' ? message.replace(String(status), String(fails)) : message;
  return new Fault(code, told, { status: typeof fails === 'number' ? fails : status });
}

function wordOf(status: number): keyof typeof WORDS {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'denied';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'failed' : 'unreadable';
}
