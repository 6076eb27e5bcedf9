import { DAY, HOUR, type Instant } from '../../model/time.js';
import { idOf, type SandboxQuery, type SandboxReport, type Table } from '../partner/state.js';
import type { World, Step } from '../state/world.js';
import { day } from './story.js';

const USER = 'analyst@contoso.example';

/** Scheduled reports: one that works, one that stops coming, one that is paused, one that turns empty, one that changes. */
export function insights(start: Instant): readonly Step[] {
  return [...brought(start), ...happens(start)];
}

interface Cast {
  readonly name: string;
  readonly query: string;
  /** Of each day. */
  readonly hour: number;
  readonly minute: number;
  readonly table: Table;
}

const CAST = {
  nightly: cast(
    'Nightly Teams calls',
    'SELECT CustomerId, CustomerTenantId, DateKey, SubWorkload, MeetingCount, MeetingDuration FROM TeamsUsageMeetingsAndCalls TIMESPAN LAST_MONTH',
    [0, 40],
    412,
  ),
  overdue: cast(
    'Customers and revenue',
    'SELECT CustomerName, Product, BilledRevenueUSD FROM CustomersAndTenants ORDER BY BilledRevenueUSD TIMESPAN LAST_MONTH',
    [1, 10],
    96,
  ),
  paused: cast(
    'Seats for finance',
    'SELECT CustomerName, Product, AvailableSeats, AssignedSeats FROM SeatsSubscriptionsAndRevenue TIMESPAN LAST_MONTH',
    [2, 20],
    188,
  ),
  empty: cast(
    'Office usage by workload',
    "SELECT CustomerName, MonthKey, Workload, ActiveUsers FROM OfficeUsage WHERE IsDuplicateRowForPGA = '0' TIMESPAN LAST_3_MONTHS",
    [3, 5],
    274,
  ),
  changed: cast(
    'Teams apps of customers',
    'SELECT CustomerName, CustomerCountry, AppName, UserCount FROM TeamsUsage3PApps TIMESPAN LAST_6_MONTHS',
    [4, 30],
    530,
  ),
} as const;

function cast(name: string, query: string, [hour, minute]: readonly [number, number], rows: number): Cast {
  const columns = /SELECT (.+?) FROM/.exec(query)?.[1]?.split(', ') ?? [];
  return { name, query, hour, minute, table: { columns, rows } };
}

/** What the tenant has had for three weeks. The hours count from the week's start, whatever time of the day that is. */
function brought(start: Instant): readonly Step[] {
  return Object.values(CAST).map((one) => {
    const begins = start - 21 * DAY + one.hour * HOUR + one.minute * 60_000;
    return step(begins - DAY, `the report “${one.name}” is scheduled`, (world, at) => {
      const query = queryOf(one, at);
      world.insights.putQuery(query);
      world.insights.putReport(reportOf(one, query, begins, at), at);
      world.insights.setTable(reportId(one), one.table, at);
    });
  });
}

function happens(start: Instant): readonly Step[] {
  const { overdue, paused, empty, changed } = CAST;
  return [
    step(
      start + day(1, 0, 30),
      `“${overdue.name}” is lost by the service and does not come`,
      ({ insights: state }, at) => state.stall(reportId(overdue), true, at),
    ),
    step(start + day(2, 15), `“${overdue.name}” is repaired`, ({ insights: state }, at) =>
      state.stall(reportId(overdue), false, at),
    ),
    step(start + day(1, 6, 15), `“${paused.name}” is paused`, ({ insights: state }, at) =>
      state.patchReport(reportId(paused), { reportStatus: 'Paused', modifiedTime: stampOf(at) }, at),
    ),
    step(start + day(3, 9), `“${paused.name}” is resumed`, ({ insights: state }, at) =>
      state.patchReport(reportId(paused), { reportStatus: 'Active', modifiedTime: stampOf(at) }, at),
    ),
    step(start + day(1, 2), `“${empty.name}” finds nothing`, ({ insights: state }, at) =>
      state.setTable(reportId(empty), { ...empty.table, rows: 0 }, at),
    ),
    step(start + day(2, 2), `“${empty.name}” finds rows again`, ({ insights: state }, at) =>
      state.setTable(reportId(empty), empty.table, at),
    ),
    step(start + day(1, 3), `“${changed.name}” loses a column and gains another`, ({ insights: state }, at) =>
      state.setTable(
        reportId(changed),
        { columns: ['CustomerName', 'AppName', 'AppVersion', 'UserCount'], rows: 541 },
        at,
      ),
    ),
  ];
}

function step(at: Instant, what: string, apply: (world: World, at: Instant) => void): Step {
  return { at, what, apply: (world) => apply(world, at) };
}

function reportId({ name }: Cast): string {
  return idOf(`report ${name}`);
}

function queryOf({ name, query }: Cast, at: Instant): SandboxQuery {
  return {
    queryId: idOf(`query ${name}`),
    name: `${name} query`,
    description: '',
    query,
    type: 'userDefined',
    user: USER,
    createdTime: stampOf(at),
  };
}

function reportOf(one: Cast, query: SandboxQuery, begins: Instant, at: Instant): SandboxReport {
  return {
    reportId: reportId(one),
    reportName: one.name,
    description: '',
    queryId: query.queryId,
    query: query.query,
    user: USER,
    createdTime: stampOf(at),
    modifiedTime: null,
    executeNow: false,
    startTime: stampOf(begins),
    reportStatus: 'Active',
    recurrenceInterval: 24,
    recurrenceCount: null,
    callbackUrl: null,
    callbackMethod: null,
    format: 'csv',
  };
}

function stampOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
