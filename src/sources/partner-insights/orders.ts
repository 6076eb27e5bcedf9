import { Fault, isFault } from '../../lib/fault.js';
import type { Order } from '../../model/question.js';
import type { Fact } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { Insights, ReportRequest } from './client.js';
import { reportFact, queryFact } from './facts.js';
import { checkInterval, checkName, checkQuery, datasetOf, isId, stamp, startOf } from './limits.js';
import { findReport } from './questions.js';
import { remember } from './runs.js';
import type { Report } from './schema.js';

export interface OrderDeps {
  readonly insights: Insights;
  /** Where the service may call back; undefined when we have no https address. */
  readonly callback: () => Promise<string | undefined>;
  readonly isOurCallback: (url: string) => boolean;
  readonly graceMs: number;
  readonly now: Instant;
}

/** Twice a day would be too often for nearly every dataset, once a month too rare. */
const DAILY = 24;

/** Does it, and answers with what it then is: the report's fact (without `id` when it was deleted), or the query's. */
export async function carryOut(order: Order, deps: OrderDeps): Promise<readonly Fact[]> {
  const { insights } = deps;
  switch (order.do) {
    case 'report-create':
      return [factOf(await insights.createReport(await scheduled(order, deps)), deps)];
    case 'report-run':
      return [factOf(await insights.createReport(await atOnce(order, deps)), deps)];
    case 'query-create': {
      checkName(order.name);
      checkQuery(order.query);
      const query = await insights.createQuery({ Name: order.name, Query: order.query });
      return [queryFact(query, query.user)];
    }
    default:
      return [await changed(order, deps)];
  }
}

async function scheduled(
  order: Extract<Order, { do: 'report-create' }>,
  deps: OrderDeps,
): Promise<ReportRequest> {
  checkName(order.name);
  const minimum = await minimumOf(order.queryId, deps.insights);
  const hours = order.everyHours ?? Math.max(DAILY, minimum ?? 0);
  checkInterval(hours, minimum);
  if (order.count !== undefined && (!Number.isInteger(order.count) || order.count < 1))
    throw new Fault('command.usage', 'A report runs at least once.');
  return {
    ReportName: order.name,
    QueryId: order.queryId,
    StartTime: stamp(startOf(order.startAt, deps.now)),
    ExecuteNow: false,
    RecurrenceInterval: hours,
    ...(order.count === undefined ? {} : { RecurrenceCount: order.count }),
    Format: order.format === 'tsv' ? 'TSV' : 'CSV',
    ...(await callbackOf(deps)),
  };
}

/** Start, interval and count are ignored by the service here, so they are not sent. */
async function atOnce(order: Extract<Order, { do: 'report-run' }>, deps: OrderDeps): Promise<ReportRequest> {
  const { from, to } = order;
  checkName(order.name);
  checkQueryId(order.queryId);
  if ((from === undefined) !== (to === undefined) || (from !== undefined && to !== undefined && from >= to))
    throw new Fault(
      'command.usage',
      'A window needs both ends, the first before the second: from <time> to <time>.',
    );
  return {
    ReportName: order.name,
    QueryId: order.queryId,
    ExecuteNow: true,
    ...(from === undefined || to === undefined
      ? {}
      : { QueryStartTime: stamp(from), QueryEndTime: stamp(to) }),
    ...(await callbackOf(deps)),
  };
}

async function callbackOf({
  callback,
}: OrderDeps): Promise<Pick<ReportRequest, 'CallbackUrl' | 'CallbackMethod'>> {
  const url = await callback();
  return url === undefined ? {} : { CallbackUrl: url, CallbackMethod: 'POST' };
}

function checkQueryId(id: string): void {
  if (!isId(id))
    throw new Fault(
      'command.usage',
      `“${id.slice(0, 40)}” is not the id of a query: \`queries\` lists them.`,
    );
}

/** The least hours between two runs of the dataset that the query reads; null when the service does not say. */
async function minimumOf(queryId: string, insights: Insights): Promise<number | null> {
  checkQueryId(queryId);
  try {
    const query = (await insights.queries({ queryId })).find(
      ({ id }) => id.toLowerCase() === queryId.toLowerCase(),
    );
    if (query === undefined)
      throw new Fault('api.not-found', `Partner Center has no query ${queryId}.`, {
        advice: '`queries` lists those there are.',
      });
    const dataset = datasetOf(query.query);
    if (dataset === undefined) return null;
    const found = await insights.datasets(dataset);
    return found.find(({ name }) => name.toLowerCase() === dataset.toLowerCase())?.minimumInterval ?? null;
  } catch (error) {
    // What the service would not tell beforehand it will say when it refuses.
    if (isFault(error, 'api.failed') || isFault(error, 'api.rejected')) return null;
    throw error;
  }
}

async function changed(
  order: Extract<Order, { do: 'report-pause' | 'report-resume' | 'report-delete' }>,
  deps: OrderDeps,
): Promise<Fact> {
  const { insights } = deps;
  const report = await findReport(order.id, insights);
  if (order.do === 'report-pause') await insights.pauseReport(report.id);
  else if (order.do === 'report-resume') await insights.resumeReport(report.id);
  else await insights.deleteReport(report.id);
  const [now] = order.do === 'report-delete' ? [] : await insights.reports({ reportId: report.id });
  const fact = factOf(now ?? report, deps);
  return order.do === 'report-delete'
    ? { ...fact, values: { ...fact.values, status: 'Deleted', expectedAt: null } }
    : fact;
}

function factOf(report: Report, { isOurCallback, graceMs, now }: OrderDeps): Fact {
  return reportFact({
    report,
    executions: [],
    memory: remember(undefined, report, [], now),
    graceMs,
    now,
    callback: isOurCallback(report.callbackUrl),
  });
}
