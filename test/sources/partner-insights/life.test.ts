import '../../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import { addQuery, aReport, openRig, REPORT, type Rig } from './rig.js';

let rigs: Rig[] = [];
afterEach(async () => {
  for (const one of rigs) await one.close();
  rigs = [];
});

async function rig(...options: Parameters<typeof openRig>): Promise<Rig> {
  const one = await openRig(...options);
  rigs.push(one);
  return one;
}

describe('the life of a report', () => {
  it.each(['camel', 'pascal'] as const)(
    'is followed from its first run on, with keys in %s case',
    async (casing) => {
      const { sandbox, source, clock, poll, after } = await rig({ sandbox: { casing } });
      sandbox.insights.putReport(aReport());
      // Before the first run the service answers 404.
      expect((await poll()).map(({ subject }) => subject)).toEqual([`report:${REPORT}`]);
      expect(await after(MINUTE)).toMatchObject({
        name: 'Nightly',
        executionStatus: '',
        lastExecutionId: '',
        rows: null,
        overdue: false,
        runs: 0,
      });
      expect(await after(2 * HOUR)).toMatchObject({ executionStatus: 'Pending', lastExecutionId: '' });
      expect(await after(4 * MINUTE)).toMatchObject({ executionStatus: 'Running' });
      const done = await after(20 * MINUTE);
      expect(done).toMatchObject({
        executionStatus: 'Completed',
        rows: 120,
        columns: 3,
        rowsBefore: null,
        shapeChanged: false,
        empty: false,
        runs: 1,
        columnNames: ['CustomerName', 'Product', 'BilledRevenueUSD'],
        expectedAt: '2026-11-03T10:00:00.000Z',
        lastCompletedAt: '2026-11-02T10:12:00.000Z',
        problem: '',
      });
      expect(await after(MINUTE)).toEqual(done);
      // The file was fetched once, without a token.
      const files = sandbox.requests.filter(({ host }) => host === 'files');
      expect(files).toHaveLength(1);

      sandbox.insights.setTable(REPORT, { columns: ['CustomerName', 'Amount'], rows: 10 });
      const changed = await after(DAY);
      expect(changed).toMatchObject({
        rows: 10,
        rowsBefore: 120,
        columns: 2,
        columnsBefore: 3,
        shapeChanged: true,
        rowsDropped: true,
        changeText: 'new column Amount; missing columns Product, BilledRevenueUSD; 120 rows → 10',
      });
      sandbox.insights.setTable(REPORT, { columns: ['CustomerName', 'Amount'], rows: 0 });
      expect(await after(DAY)).toMatchObject({
        rows: 0,
        empty: true,
        shapeChanged: false,
        rowsDropped: false,
      });

      const [live] = await source.look({ about: 'report', id: 'nightly' }, clock.now());
      expect(live?.values).toMatchObject({
        rows: 0,
        executions: [{ status: 'Completed' }, {}, {}],
        firstRows: [],
      });
    },
  );

  it('is overdue when a run does not come, and stays so until one does', async () => {
    const { sandbox, poll, after } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    await after(3 * HOUR);
    sandbox.insights.stall(REPORT, true);
    expect(await after(DAY)).toMatchObject({ overdue: false, executionStatus: 'Pending' });
    expect(await after(2 * HOUR)).toMatchObject({
      overdue: true,
      overdueHours: 3,
      expectedAt: '2026-11-03T10:00:00.000Z',
    });
    expect(await after(DAY)).toMatchObject({ overdue: true, overdueHours: 27 });
    sandbox.insights.stall(REPORT, false);
    expect(await after(DAY)).toMatchObject({ overdue: false, overdueHours: 0 });
  });

  it('owes nothing while it is paused, nor for the time it was', async () => {
    const { sandbox, poll, after } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    await after(3 * HOUR);
    sandbox.insights.patchReport(REPORT, { reportStatus: 'Paused' });
    expect(await after(3 * DAY)).toMatchObject({ paused: true, overdue: false, expectedAt: null });
    sandbox.insights.patchReport(REPORT, { reportStatus: 'Active' });
    expect(await after(MINUTE)).toMatchObject({
      paused: false,
      overdue: false,
      expectedAt: '2026-11-06T10:00:00.000Z',
    });
  });

  it('ends by itself when its count is reached', async () => {
    const { sandbox, poll, after } = await rig();
    sandbox.insights.putReport(aReport({ recurrenceCount: 2 }));
    await poll();
    await after(3 * HOUR);
    await after(DAY);
    expect(await after(3 * DAY)).toMatchObject({
      status: 'Inactive',
      ended: true,
      stopped: false,
      overdue: false,
      expectedAt: null,
      runs: 2,
    });
  });

  it('tells a report that was stopped before its time', async () => {
    const { sandbox, poll } = await rig();
    sandbox.insights.putReport(aReport({ reportStatus: 'Inactive' }));
    expect((await poll())[0]?.values).toMatchObject({ stopped: true, ended: false, paused: false });
  });

  it('tries the file again, then tells of the run without it', async () => {
    const { sandbox, poll, after } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    sandbox.faults.add({ host: 'files', match: /./, kind: { kind: 'status', status: 403 } });
    expect(await after(3 * HOUR)).toMatchObject({
      lastExecutionId: '',
      executionStatus: 'Completed',
      overdue: false,
    });
    expect(await after(MINUTE)).toMatchObject({ lastExecutionId: '' });
    const told = await after(MINUTE);
    expect(told).toMatchObject({ rows: null, problem: expect.stringContaining('403'), empty: false });
    expect(told['lastExecutionId']).not.toBe('');
    expect(JSON.stringify(told)).not.toMatch(/sig=|https?:/);
  });

  it('believes that every report is gone when it is said twice', async () => {
    const { sandbox, source, clock, poll } = await rig();
    sandbox.insights.putReport(aReport());
    const first = await source.poll(undefined, clock.now());
    sandbox.insights.removeReport(REPORT);
    const second = await source.poll(first.memory, clock.now());
    expect(second.observation).toMatchObject({ coverage: 'partial', facts: [] });
    const third = await source.poll(second.memory, clock.now());
    expect(third.observation).toMatchObject({ coverage: 'full', facts: [] });
    await poll();
  });
});

describe('orders', () => {
  it('schedule a report as the service wants it, with a callback to us', async () => {
    const { sandbox, source, clock, vault } = await rig();
    addQuery(sandbox);
    const [fact] =
      (await source.order?.(
        { do: 'report-create', name: 'Mine', queryId: aReport().queryId },
        clock.now(),
      )) ?? [];
    expect(fact?.values).toMatchObject({
      name: 'Mine',
      everyHours: 24,
      startAt: '2026-11-02T12:15:00.000Z',
      callback: true,
      status: 'Active',
    });
    const [made] = sandbox.insights.reports();
    expect(made?.callbackUrl).toBe(
      `https://tocsin.example/callbacks/partner-insights/${vault.kept['partner-insights/callback/contoso'] ?? '-'}`,
    );
    expect(await source.hint?.(made?.reportId ?? '')).toBe(true);
    expect(await source.hint?.(REPORT)).toBe(false);
    expect(JSON.stringify(fact)).not.toContain(vault.kept['partner-insights/callback/contoso'] ?? '-');
  });

  it.each([
    [{ everyHours: 3 }, /4 to 2160/],
    [{ everyHours: 2161 }, /4 to 2160/],
    [{ everyHours: 12 }, /every 24 hours/],
    [{ startAt: Date.UTC(2026, 10, 2, 11, 59) }, /4 hours ahead/],
    [{ queryId: 'x' }, /not the id of a query/],
    [{ name: "O'Neil" }, /no name/],
  ])('are refused before the service would: %j', async (over, words) => {
    const { sandbox, source, clock } = await rig();
    addQuery(sandbox);
    const order = { do: 'report-create', name: 'Mine', queryId: aReport().queryId, ...over } as const;
    await expect(source.order?.(order, clock.now())).rejects.toThrow(words);
    expect(sandbox.insights.reports()).toEqual([]);
  });

  it('run a report at once, over a window', async () => {
    const { sandbox, source, clock, poll, after } = await rig();
    addQuery(sandbox);
    await poll();
    const order = {
      do: 'report-run',
      name: 'Now',
      queryId: aReport().queryId,
      from: Date.UTC(2026, 8, 1),
      to: Date.UTC(2026, 9, 1),
    } as const;
    const [fact] = (await source.order?.(order, clock.now())) ?? [];
    expect(fact?.values).toMatchObject({ executeNow: true, ended: false });
    expect(await after(15 * MINUTE)).toMatchObject({ rows: 120, ended: true, overdue: false });
    await expect(source.order?.({ ...order, to: order.from }, clock.now())).rejects.toThrow(/both ends/);
  });

  it('pause, resume and delete, by id or name', async () => {
    const { sandbox, source, clock } = await rig();
    sandbox.insights.putReport(aReport());
    const does = async (what: 'report-pause' | 'report-resume' | 'report-delete', id: string) =>
      (await source.order?.({ do: what, id }, clock.now()))?.[0]?.values['status'];
    expect(await does('report-pause', REPORT)).toBe('Paused');
    expect(await does('report-resume', 'NIGHTLY')).toBe('Active');
    expect(await does('report-delete', REPORT)).toBe('Deleted');
    await expect(does('report-delete', REPORT)).rejects.toMatchObject({ code: 'api.not-found' });
  });

  it('make and test queries', async () => {
    const { sandbox, source, clock } = await rig();
    const query = "SELECT CustomerName FROM CustomersAndTenants WHERE CustomerCountry = 'FR'";
    const [made] = (await source.order?.({ do: 'query-create', name: 'French', query }, clock.now())) ?? [];
    expect(made?.values).toMatchObject({ type: 'query', name: 'French', kind: 'userDefined' });
    await expect(
      source.order?.(
        { do: 'query-create', name: 'x', query: "SELECT a FROM b WHERE c = 'O'Neil'" },
        clock.now(),
      ),
    ).rejects.toThrow(/quotes/);
    await expect(
      source.order?.(
        { do: 'query-create', name: 'x', query: 'SELECT CustomerName FROM Nowhere' },
        clock.now(),
      ),
    ).rejects.toMatchObject({
      code: 'api.rejected',
      message: expect.stringContaining("Invalid table name 'Nowhere'"),
    });
    const [tested] = await source.look({ about: 'query-test', query }, clock.now());
    expect(tested?.values).toMatchObject({ answered: true, rows: 100, columnNames: ['CustomerName'] });
    expect(await source.look({ about: 'queries' }, clock.now())).toHaveLength(1);
    expect(sandbox.insights.queries()).toHaveLength(1);
  });
});

describe('the sign-in', () => {
  it('rotates the refresh token and keeps the newest in the vault', async () => {
    const { sandbox, source, vault, clock, poll } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    const first = vault.kept['partner-insights/refresh/contoso'];
    expect(first).toBeDefined();
    clock.move(2 * HOUR);
    await poll();
    expect(vault.kept['partner-insights/refresh/contoso']).not.toBe(first);
    expect((await source.check(clock.now())).map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('needs a person once every token is dead, and says which command', async () => {
    const { sandbox, source, clock, vault, poll } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    sandbox.revokeSignIns();
    clock.move(2 * HOUR);
    await expect(poll()).rejects.toMatchObject({
      code: 'api.sign-in',
      retry: false,
      advice: expect.stringContaining('tocsin login partner-center --tenant contoso'),
    });
    expect((await source.check(clock.now()))[0]?.ok).toBe(false);
    // Another process, or the login command, has put a new one into the vault.
    vault.kept['partner-insights/refresh/contoso'] = sandbox.refreshToken();
    await poll();
  });

  it('takes a newer token of the settings when the kept one is dead', async () => {
    const { sandbox, vault, poll } = await rig();
    sandbox.insights.putReport(aReport());
    vault.kept['partner-insights/refresh/contoso'] = 'long-dead';
    await poll();
    expect(vault.kept['partner-insights/refresh/contoso']).not.toBe('long-dead');
  });

  it('tells a missing second factor from an expired token', async () => {
    const { sandbox, poll } = await rig({ mfa: false });
    sandbox.insights.putReport(aReport());
    await expect(poll()).rejects.toMatchObject({
      code: 'api.sign-in',
      message: expect.stringContaining('MFA required'),
    });
  });

  it('renews a token that expired early, once', async () => {
    const { sandbox, poll } = await rig();
    sandbox.insights.putReport(aReport());
    await poll();
    sandbox.faults.add({
      host: 'partner',
      match: /ScheduledReport$/,
      kind: { kind: 'status', status: 401 },
      times: 1,
    });
    expect(await poll()).toHaveLength(1);
    sandbox.faults.add({ host: 'partner', match: /ScheduledReport$/, kind: { kind: 'status', status: 401 } });
    await expect(poll()).rejects.toMatchObject({ code: 'api.unauthorized' });
  });

  it('says that an app alone is not enough', async () => {
    const { poll } = await rig({ settings: { auth: { kind: 'client-credentials' } } });
    await expect(poll()).rejects.toMatchObject({
      code: 'api.sign-in',
      advice: expect.stringContaining('login partner-center'),
    });
  });
});
