import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pagerduty } from '../../../adapters/pagerduty/index.js';
import { incidentMessage } from '../../../src/engine/compose.js';
import { Fault } from '../../../src/lib/fault.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Incident } from '../../../src/model/incident.js';
import type { Adapter, Channel, Message } from '../../../src/notify/adapter.js';
import { anIssueIncident, NOW, URL_BASE } from '../../cards/samples.js';
import { ROUTING_KEY, startPagerDuty, type PagerDuty } from '../../support/pagerduty.js';
import { startSink, type Sink, type SinkAnswer } from '../../support/sink.js';

let pager: PagerDuty;
let sink: Sink;
let adapter: Adapter;

beforeAll(async () => {
  pager = await startPagerDuty();
  sink = await startSink();
});
beforeEach(async () => {
  pager.clear();
  sink.clear();
  adapter = await pagerduty.open(undefined, { log: silentLog, now: () => NOW, publicUrl: URL_BASE });
});
afterEach(() => adapter.close());
afterAll(async () => {
  await pager.close();
  await sink.close();
});

function channel(settings: object = {}): Channel {
  return adapter.channel(
    'pd',
    pagerduty.channel.parse({ routingKey: ROUTING_KEY, url: pager.url, ...settings }),
  );
}

function messageOf(over: Partial<Incident> = {}): Message {
  return incidentMessage({
    incident: anIssueIncident(over),
    timeline: [],
    silences: [],
    url: URL_BASE,
    now: NOW,
  });
}

async function edit(to: Channel, ref: Awaited<ReturnType<Channel['post']>>, message: Message): Promise<void> {
  await to.update?.(ref, message);
}

const actions = (): string[] => pager.events.map(({ event_action: action }) => action);
const acknowledged = { state: 'acknowledged', acknowledgedBy: 'alice', acknowledgedAt: NOW } as const;

describe('an incident in PagerDuty', () => {
  it('is one alert: triggered, acknowledged, resolved by its key', async () => {
    const pd = channel();
    const ref = await pd.post(messageOf());
    await edit(pd, ref, messageOf({ ...acknowledged, revision: 2 }));
    await edit(pd, ref, messageOf({ state: 'resolved', resolvedAt: NOW, revision: 3 }));
    expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(pager.alerts()).toMatchObject([
      { state: 'resolved', dedupKey: (ref as { dedupKey: string }).dedupKey },
    ]);
  });

  it('is not told again what PagerDuty would not see', async () => {
    const pd = channel();
    const ref = await pd.post(messageOf());
    await edit(pd, ref, messageOf({ revision: 2 }));
    await edit(pd, ref, messageOf({ ...acknowledged, revision: 3 }));
    await edit(pd, ref, messageOf({ ...acknowledged, revision: 4, severity: 'major' }));
    expect(actions()).toEqual(['trigger', 'acknowledge']);
    await edit(channel(), ref, messageOf({ ...acknowledged, revision: 5 }));
    expect(actions()).toEqual(['trigger', 'acknowledge', 'acknowledge']);
  });

  it('that somebody has pages whoever is called all the same', async () => {
    const call: Message = { ...messageOf(acknowledged), topic: 'page:1042/0/0/0/person:bob/bob/0' };
    const ref = await channel().post(call);
    await edit(channel(), ref, call);
    expect(actions()).toEqual(['trigger', 'acknowledge']);
  });

  it('that is given back is triggered again, into the same alert', async () => {
    const pd = channel();
    const ref = await pd.post(messageOf());
    await edit(pd, ref, messageOf({ ...acknowledged, revision: 2 }));
    await edit(pd, ref, messageOf({ revision: 3 }));
    expect(actions()).toEqual(['trigger', 'acknowledge', 'trigger']);
    expect(pager.pages()).toBe(1);
  });

  it('is told again after an event that may not have arrived', async () => {
    const gone = channel({ url: sink.url, timeout: '1s' });
    sink.next({ status: 202 }, { reset: true });
    const ref = await gone.post(messageOf());
    await expect(edit(gone, ref, messageOf(acknowledged))).rejects.toMatchObject({
      code: 'channel.unknown-outcome',
    });
    await edit(gone, ref, messageOf(acknowledged));
    expect(sink.bodies()).toHaveLength(3);
  });

  it('whose kept key is none of PagerDuty is posted anew', async () => {
    await expect(edit(channel(), { ts: '1.2' }, messageOf())).rejects.toMatchObject({
      code: 'channel.message-gone',
    });
  });
});

describe('what PagerDuty may answer', () => {
  it.each<[SinkAnswer, string, boolean]>([
    [{ status: 400 }, 'channel.refused', false],
    [{ status: 403 }, 'channel.refused', false],
    [{ status: 404 }, 'channel.refused', false],
    [{ status: 413 }, 'channel.too-large', false],
    [{ status: 429, retryAfter: 7 }, 'channel.throttled', true],
    [{ status: 500 }, 'channel.failed', true],
    [{ status: 503 }, 'channel.failed', true],
    [{ reset: true }, 'channel.unknown-outcome', true],
  ])('%j is %s (retry %s)', async (answer, code, retry) => {
    sink.next(answer);
    const fault = await channel({ url: sink.url })
      .post(messageOf())
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code, retry, status: answer.status ?? 0 });
  });

  it('says why it refuses, without the key', async () => {
    const fault = await channel({ routingKey: 'short-key' })
      .post(messageOf())
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'channel.refused',
      message: expect.stringContaining("(Event object is invalid; 'routing_key'") as unknown,
      advice: expect.stringContaining('32 characters') as unknown,
    });
    expect(String(fault)).not.toContain('short-key');
  });

  it('waits half a minute when it is throttled and not told for how long', async () => {
    sink.next({ status: 429 });
    await expect(channel({ url: sink.url }).post(messageOf())).rejects.toMatchObject({
      retryAfterMs: 30_000,
    });
  });
});

describe('the check', () => {
  it('shows that the key is known and pages nobody', async () => {
    expect(await channel().check()).toMatch(/takes events with this routing key\. Nobody was paged\.$/);
    expect(pager.pages()).toBe(0);
    await expect(channel({ routingKey: 'x'.repeat(32) }).check()).rejects.toMatchObject({
      code: 'channel.refused',
    });
  });
});

describe('the settings', () => {
  it.each([
    [{ routingKey: ROUTING_KEY }, true],
    [{ routingKey: ROUTING_KEY, url: 'https://events.eu.pagerduty.com' }, true],
    [{ routingKey: ROUTING_KEY, timeout: '3s' }, true],
    [{ routingKey: 'two words' }, false],
    [{ routingKey: ROUTING_KEY, url: 'http://events.pagerduty.com' }, false],
    [{ routingKey: ROUTING_KEY, timeout: 'soon' }, false],
    [{}, false],
  ])('%j: %s', (settings, good) => {
    expect(pagerduty.channel.safeParse(settings).success).toBe(good);
  });

  it('take the whole address of the API too', async () => {
    await channel({ url: `${pager.url}/v2/enqueue` }).post(messageOf());
    expect(pager.pages()).toBe(1);
  });
});
