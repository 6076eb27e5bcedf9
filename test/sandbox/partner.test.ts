import '../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetch } from 'undici';
import { Agent } from 'undici';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { playWeek } from '../../src/sandbox/week/index.js';
import { until } from '../support/until.js';
import { aReport, NOW, openRig, REPORT, type Rig } from '../sources/partner-insights/rig.js';
import { tenantOf } from '../support/tenant-of.js';

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function rig(): Promise<Rig> {
  const one = await openRig();
  closing.push(() => one.close());
  return one;
}

describe('the Partner Center of the sandbox', () => {
  it('serves a file to whoever has the link, and to nobody who brings a token', async () => {
    const { sandbox, clock } = await rig();
    sandbox.insights.putReport(aReport());
    clock.move(3 * HOUR);
    const { redeem } = await import('../../src/sources/partner-insights/oauth.js');
    const { openHttp } = await import('../../src/lib/http.js');
    const { silentLog } = await import('../../src/lib/log.js');
    const http = openHttp({ ca: sandbox.caPem, userAgent: 'test', log: silentLog });
    closing.push(() => http.close());
    const tenant = tenantOf(sandbox);
    const refresh_token = sandbox.refreshToken();
    const { accessToken } = await redeem(tenant, http, { grant_type: 'refresh_token', refresh_token });
    // Spent.
    await expect(redeem(tenant, http, { grant_type: 'refresh_token', refresh_token })).rejects.toMatchObject({
      code: 'api.sign-in',
    });

    const dispatcher = new Agent({ connect: { ca: sandbox.caPem } });
    closing.push(() => dispatcher.destroy());
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(
      `${sandbox.endpoints.partner}/insights/v1/mpn/ScheduledReport/execution/${REPORT}`,
      { headers, dispatcher },
    );
    const body = (await answer.json()) as { value: { reportAccessSecureLink: string }[] };
    const link = body.value[0]?.reportAccessSecureLink ?? '';
    expect((await fetch(link, { dispatcher })).status).toBe(200);
    expect((await fetch(link, { dispatcher, headers })).status).toBe(400);
    expect((await fetch(link.replace(/sig=./, 'sig=_'), { dispatcher })).status).toBe(403);
    clock.move(2 * HOUR);
    expect((await fetch(link, { dispatcher })).status).toBe(403);
  });

  it('calls back once a run is done, without saying who it is', async () => {
    const { sandbox, clock } = await rig();
    const calls: string[] = [];
    const server = createServer((req, res) => {
      calls.push(`${req.method ?? ''} ${req.url ?? ''} ${req.headers.authorization ?? 'nobody'}`);
      res.writeHead(202).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cb/token`;
    sandbox.insights.putReport(aReport({ callbackUrl: base, callbackMethod: 'POST' }));
    clock.move(2 * HOUR + 20 * MINUTE);
    await until(() => calls.length > 0);
    sandbox.insights.patchReport(REPORT, { callbackMethod: 'GET' });
    clock.move(DAY);
    await until(() => calls.length > 1 && sandbox.insights.callbacks.length > 1);
    expect(calls).toEqual([`POST /cb/token/${REPORT} nobody`, `GET /cb/token?reportId=${REPORT} nobody`]);
    expect(sandbox.insights.callbacks.map(({ status }) => status)).toEqual([202, 202]);
  });

  it('plays a week with a report of each fate', async () => {
    const { sandbox, clock, poll } = await rig();
    playWeek(sandbox, clock);
    const told: Record<string, Set<string>> = {};
    await poll();
    for (let hour = 0; hour < 96; hour += 1) {
      clock.move(HOUR);
      for (const { values } of await poll())
        for (const fate of ['overdue', 'paused', 'empty', 'shapeChanged'])
          if (values[fate] === true)
            (told[typeof values['name'] === 'string' ? values['name'] : ''] ??= new Set()).add(
              `${fate} on day ${Math.ceil((clock.now() - NOW) / DAY)}`,
            );
    }
    expect(Object.fromEntries(Object.entries(told).map(([name, fates]) => [name, [...fates]]))).toEqual({
      'Customers and revenue': ['overdue on day 1', 'overdue on day 2', 'overdue on day 3'],
      'Seats for finance': ['paused on day 1', 'paused on day 2', 'paused on day 3'],
      'Office usage by workload': ['empty on day 1', 'empty on day 2'],
      'Teams apps of customers': ['shapeChanged on day 1', 'shapeChanged on day 2'],
    });
  }, 30_000);
});
