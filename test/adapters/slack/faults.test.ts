import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openChannel } from '../../../adapters/slack/channel.js';
import { slackLogger } from '../../../adapters/slack/log.js';
import { openTransport, openWire, type Transport, type Wire } from '../../../adapters/slack/transport.js';
import { Fault } from '../../../src/lib/fault.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Channel } from '../../../src/notify/adapter.js';
import { freePort } from '../../support/servers.js';
import { startSink, type Sink, type SinkAnswer } from '../../support/sink.js';
import { critical, messageOf } from './cards.js';

const REF = { channel: 'C1', ts: '1.2' };
let sink: Sink;
let wire: Wire;
let transport: Transport;
let noc: Channel;

beforeEach(async () => {
  sink = await startSink();
  connect(`${sink.url}/api/`);
});

afterEach(async () => {
  await wire.close();
  await sink.close();
});

describe('what Slack answers, as a fault', () => {
  it.each<[string, SinkAnswer, string, string]>([
    ['a throttled call', { status: 429, retryAfter: 7 }, 'channel.throttled', 'channel.throttled'],
    ['a throttled call without a time', { status: 429 }, 'channel.throttled', 'channel.throttled'],
    ['the platform’s ratelimited', said('ratelimited'), 'channel.throttled', 'channel.throttled'],
    ['a revoked token', said('token_revoked'), 'channel.unauthorized', 'channel.unauthorized'],
    ['an archived channel', said('is_archived'), 'channel.refused', 'channel.refused'],
    ['a word nobody has heard of', said('constructor'), 'channel.refused', 'channel.refused'],
    ['a message that is gone', said('message_not_found'), 'channel.message-gone', 'channel.message-gone'],
    ['a window that has closed', said('edit_window_closed'), 'channel.message-gone', 'channel.message-gone'],
    ['an error of its own', said('internal_error'), 'channel.unknown-outcome', 'channel.failed'],
    ['a 503', { status: 503, body: 'later' }, 'channel.unknown-outcome', 'channel.failed'],
    [
      'a proxy’s page',
      { status: 200, body: '<html>Sign in</html>' },
      'channel.unknown-outcome',
      'channel.failed',
    ],
    ['a 403 of a proxy', { status: 403, body: 'no' }, 'channel.refused', 'channel.refused'],
    ['a broken connection', { reset: true }, 'channel.unknown-outcome', 'channel.failed'],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'channel.unknown-outcome', 'channel.failed'],
  ])('%s', async (_, answer, posting, editing) => {
    sink.answer(answer);
    expect(await codeOf(noc.post(messageOf(critical)))).toBe(posting);
    expect(await codeOf(noc.update?.(REF, messageOf(critical)))).toBe(editing);
    // One attempt each: repeating is the engine's.
    expect(sink.requests).toHaveLength(2);
  });

  it('waits as long as Slack asks', async () => {
    sink.next({ status: 429, retryAfter: 7 }, { status: 429 });
    expect(await faultOf(noc.post(messageOf(critical)))).toMatchObject({ retryAfterMs: 7_000, retry: true });
    expect(await faultOf(noc.post(messageOf(critical)))).toMatchObject({ retryAfterMs: 30_000, retry: true });
  });

  it('names the scope that is missing', async () => {
    sink.answer({ body: JSON.stringify({ ok: false, error: 'missing_scope', needed: 'chat:write' }) });
    const fault = await faultOf(noc.post(messageOf(critical)));
    expect(fault.message).toContain('missing_scope');
    expect(fault.advice).toContain('chat:write');
  });

  it('does not know the outcome of a post that was never answered', async () => {
    await wire.close();
    connect(`${sink.url}/api/`, 150);
    sink.answer({ hang: true });
    expect(await codeOf(noc.post(messageOf(critical)))).toBe('channel.unknown-outcome');
    expect(await codeOf(noc.update?.(REF, messageOf(critical)))).toBe('channel.failed');
  });

  it.each(['http', 'https'])('knows that nothing left when nobody listens (%s)', async (scheme) => {
    await wire.close();
    connect(`${scheme}://127.0.0.1:${await freePort()}/api/`);
    expect(await faultOf(noc.post(messageOf(critical)))).toMatchObject({ code: 'channel.unreachable' });
  });

  it('knows that nothing left when the certificate or the name is wrong', async () => {
    await wire.close();
    connect(`${sink.url.replace('http:', 'https:')}/api/`);
    expect(await codeOf(noc.post(messageOf(critical)))).toBe('channel.unreachable');
    await wire.close();
    connect('https://no-such-host.invalid/api/');
    expect(await codeOf(noc.post(messageOf(critical)))).toBe('channel.unreachable');
  });

  it.each(['msg_blocks_too_long', 'invalid_blocks'])(
    'tells an alarm in plain words when the card gets %s',
    async (word) => {
      sink.next(said(word), { body: JSON.stringify({ ok: true, channel: 'C1', ts: '9.9' }) });
      expect(await noc.post(messageOf(critical))).toEqual({ channel: 'C1', ts: '9.9' });
      const form = new URLSearchParams(sink.requests[1]?.text);
      expect([form.get('text'), form.get('blocks'), form.get('attachments')]).toEqual([
        critical.fallback,
        '[]',
        '[]',
      ]);
      sink.answer(said(word));
      expect(await codeOf(noc.post(messageOf(critical)))).toBe('channel.too-large');
    },
  );

  it('tells doctor that the token is no good', async () => {
    sink.answer(said('invalid_auth'));
    await expect(noc.check()).rejects.toMatchObject({ code: 'channel.unauthorized' });
  });

  it('never shows the token', async () => {
    sink.answer({ status: 500, body: 'xoxb-secret' });
    const fault = await faultOf(noc.post(messageOf(critical)));
    expect(`${fault.message} ${fault.advice}`).not.toContain('xoxb-secret');
  });
});

function connect(apiUrl: string, timeoutMs?: number): void {
  wire = openWire(apiUrl, timeoutMs);
  const grant = async () => ({ token: 'xoxb-secret' });
  transport = openTransport({ wire, logger: slackLogger(silentLog), grant });
  noc = openChannel('noc', 'C1', transport, silentLog);
}

function said(error: string): SinkAnswer {
  return { body: JSON.stringify({ ok: false, error }) };
}

async function faultOf(work: Promise<unknown> | undefined): Promise<Fault> {
  const error = await work?.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw new Error(`no fault: ${String(error)}`);
}

async function codeOf(work: Promise<unknown> | undefined): Promise<string> {
  return (await faultOf(work)).code;
}
