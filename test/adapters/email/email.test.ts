import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressObject, ParsedMail } from 'mailparser';
import { email } from '../../../adapters/email/index.js';
import type { Fault } from '../../../src/lib/fault.js';
import { silentLog } from '../../../src/lib/log.js';
import type { MessageRef } from '../../../src/model/telling.js';
import type { Channel } from '../../../src/notify/adapter.js';
import { makeTls, type SandboxTls } from '../../../src/sandbox/tls.js';
import { NOW, URL_BASE } from '../../cards/samples.js';
import {
  startMailServer,
  type MailFate,
  type MailServer,
  type MailServerOptions,
} from '../../support/mail-server.js';
import { mailMessage, MESSAGES } from './mails.js';

const ACCOUNT = { user: 'tocsin', password: 'p@ss w0rd' };
let tls: SandboxTls;
const servers: MailServer[] = [];

beforeAll(async () => {
  tls = await makeTls(Date.now());
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function server(options: MailServerOptions = {}): Promise<MailServer> {
  const started = await startMailServer(options);
  servers.push(started);
  return started;
}

async function channel(
  port: number,
  settings: object = {},
  to: string[] = ['noc@contoso.com'],
): Promise<Channel> {
  const adapter = await email.open(
    { url: `smtp://127.0.0.1:${port}`, from: 'Tocsin <tocsin@contoso.com>', timeout: '2s', ...settings },
    { log: silentLog, now: () => NOW, publicUrl: URL_BASE },
  );
  return adapter.channel('mail', { to, timeZone: 'UTC' });
}

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  return attempt.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error as Fault,
  );
}

function only(far: MailServer): ParsedMail {
  const [first, ...more] = far.arrived();
  if (first === undefined || more.length > 0) throw new Error(`${far.arrived().length} mails arrived`);
  return first.mail;
}

const idOf = (ref: MessageRef): unknown => (ref as { messageId?: unknown }).messageId;

describe('a mail that arrives', () => {
  it('has both parts, its subject, its people and its date', async () => {
    const far = await server();
    await (
      await channel(far.port, { replyTo: 'oncall@contoso.com' }, ['noc@contoso.com', 'Bob <bob@contoso.com>'])
    ).post(mailMessage());
    const mail = only(far);
    expect(mail.subject).toBe(
      "[CRITICAL] Exchange Online: Users can't reach their mailboxes (EX123456) (INC-1042, contoso)",
    );
    expect([mail.from?.text, (mail.to as AddressObject).text, mail.replyTo?.text]).toEqual([
      '"Tocsin" <tocsin@contoso.com>',
      'noc@contoso.com, "Bob" <bob@contoso.com>',
      'oncall@contoso.com',
    ]);
    expect(far.arrived()[0]).toMatchObject({
      from: 'tocsin@contoso.com',
      to: ['noc@contoso.com', 'bob@contoso.com'],
    });
    expect(mail.date?.getTime()).toBe(NOW);
    expect(mail.text).toContain('Affects      Exchange Online: E-mail and calendar access');
    expect(mail.html).toContain('<b>directory</b>');
    expect(mail.headers.get('priority')).toBe('high');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.headers.get('x-tocsin-severity')).toBe('critical');
  });

  it('carries its chart within itself', async () => {
    const far = await server();
    await (await channel(far.port)).post(MESSAGES['charted'] ?? mailMessage());
    const [picture, ...more] = only(far).attachments;
    expect(more).toEqual([]);
    expect(picture).toMatchObject({
      cid: 'chart-1@tocsin',
      contentType: 'image/png',
      contentDisposition: 'inline',
      related: true,
    });
    expect(picture?.content.subarray(1, 4).toString()).toBe('PNG');
    expect(far.arrived()[0]?.raw).toContain('cid:chart-1@tocsin');
  });

  it('stands in the thread of its incident, whoever sends it', async () => {
    const far = await server();
    const first = await (await channel(far.port)).post(mailMessage());
    const restarted = await channel(far.port);
    const second = await restarted.post(MESSAGES['acknowledged'] ?? mailMessage(), first);
    await restarted.post(MESSAGES['resolved'] ?? mailMessage(), second);
    const mails = far.arrived().map(({ mail }) => mail);
    const [root = '', ...none] = [mails[0]?.references ?? []].flat();
    expect(none).toEqual([]);
    expect(mails.map(({ inReplyTo }) => inReplyTo)).toEqual([undefined, idOf(first), idOf(second)]);
    expect(mails.slice(1).map(({ references }) => references)).toEqual([
      [root, idOf(first)],
      [root, idOf(second)],
    ]);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(3);
    expect(new Set(mails.map(({ headers }) => headers.get('thread-index'))).size).toBe(1);
    expect(mails.map(({ subject }) => subject?.replace(/^\[\w+\] /, ''))).toEqual(
      Array(3).fill("Exchange Online: Users can't reach their mailboxes (EX123456) (INC-1042, contoso)"),
    );
  });

  it('is known again when it is sent again because no answer came', async () => {
    const far = await server();
    far.next('lost');
    const mailbox = await channel(far.port);
    expect((await faultOf(mailbox.post(mailMessage()))).code).toBe('channel.unknown-outcome');
    await (await channel(far.port)).post(mailMessage());
    expect(new Set(far.arrived().map(({ mail }) => mail.messageId)).size).toBe(1);
    expect(far.arrived()).toHaveLength(2);
  });

  it('has no header that somebody else put into it', async () => {
    const far = await server();
    const evil = 'contoso\r\nBcc: everybody@contoso.com\r\n\r\n<script>';
    const message = mailMessage({ tenant: evil });
    await (
      await channel(far.port)
    ).post({ ...message, topic: `incident:1${evil}`, card: { ...message.card, title: evil } });
    const mail = only(far);
    expect(mail.bcc).toBeUndefined();
    expect(far.arrived()[0]?.to).toEqual(['noc@contoso.com']);
    expect(mail.subject).toBe(
      '[CRITICAL] contoso Bcc: everybody@contoso.com <script> (INC-1042, contoso Bcc: everybody@contoso.com <script>)',
    );
    expect(mail.html).not.toContain('<script>');
  });
});

describe('a person', () => {
  it('is written to at their own address', async () => {
    const far = await server();
    const adapter = await email.open(
      { url: `smtp://127.0.0.1:${far.port}`, from: 'tocsin@contoso.com' },
      { log: silentLog, now: () => NOW, publicUrl: URL_BASE },
    );
    await adapter.person?.('@alice/email', 'alice@contoso.com').post(mailMessage());
    expect(far.arrived()[0]?.to).toEqual(['alice@contoso.com']);
    expect(only(far).headers.get('list')).toMatchObject({ id: { name: 'alice-email.tocsin.example' } });
  });
});

describe('the way to the server', () => {
  it('is encrypted with STARTTLS and signed in to', async () => {
    const far = await server({ tls, account: ACCOUNT });
    const mailbox = await channel(far.port, { ...ACCOUNT, tls: 'required', ca: tls.caPem });
    await mailbox.post(mailMessage());
    expect(far.arrived()[0]).toMatchObject({ user: 'tocsin', encrypted: true });
    expect(await mailbox.check()).toBe(
      `127.0.0.1:${far.port} answers, signed in as tocsin, encrypted. Nothing was sent.`,
    );
  });

  it('is encrypted from the first byte with smtps', async () => {
    const far = await server({ tls, account: ACCOUNT, implicit: true });
    const url = `smtps://tocsin:${encodeURIComponent(ACCOUNT.password)}@127.0.0.1:${far.port}`;
    await (await channel(far.port, { url, ca: tls.caPem })).post(mailMessage());
    expect(far.arrived()[0]).toMatchObject({ user: 'tocsin', encrypted: true });
  });

  it.each([
    ['does not offer what is required', {}, { tls: 'required' }],
    ['has a certificate that nobody vouches for', { encrypted: true }, { tls: 'required' }],
    ['has such a certificate where encryption is only preferred', { encrypted: true }, {}],
  ])('does not go on when it %s', async (_what, has, settings) => {
    const far = await server({ account: ACCOUNT, ...('encrypted' in has ? { tls } : {}) });
    const fault = await faultOf((await channel(far.port, { ...ACCOUNT, ...settings })).post(mailMessage()));
    expect(fault.code).toBe('channel.unreachable');
    expect(fault.advice).toContain('email.ca');
    expect(far.arrived()).toEqual([]);
  });

  it('is in the clear where the settings say so', async () => {
    const far = await server({ tls });
    const mailbox = await channel(far.port, { tls: 'none' });
    await mailbox.post(mailMessage());
    expect(far.arrived()[0]).toMatchObject({ encrypted: false });
    expect(await mailbox.check()).toContain('without signing in, not encrypted');
  });

  it('says that the password is wrong, and not which', async () => {
    const far = await server({ account: ACCOUNT });
    const fault = await faultOf(
      (await channel(far.port, { user: 'tocsin', password: 'wr0ng' })).post(mailMessage()),
    );
    expect(fault).toMatchObject({ code: 'channel.unauthorized', retry: false, status: 535 });
    expect(`${fault.message} ${fault.advice}`).not.toContain('wr0ng');
  });
});

describe('what a server may answer', () => {
  it.each<[MailFate, string, boolean]>([
    [{ at: 'connect', code: 421, words: '4.3.2 Too busy' }, 'channel.throttled', true],
    [{ at: 'connect', code: 554, words: '5.7.1 Blocked' }, 'channel.refused', false],
    [{ at: 'sign-in', code: 454, words: '4.7.0 Later' }, 'channel.throttled', true],
    [{ at: 'sign-in', code: 535, words: '5.7.3 Unsuccessful' }, 'channel.unauthorized', false],
    [
      { at: 'from', code: 432, words: '4.3.2 Concurrent connections limit exceeded' },
      'channel.throttled',
      true,
    ],
    [{ at: 'from', code: 451, words: '4.3.0 Error' }, 'channel.failed', true],
    [{ at: 'from', code: 530, words: '5.7.57 Client not authenticated' }, 'channel.unauthorized', false],
    [
      { at: 'from', code: 550, words: '5.7.60 Not permitted to send as this sender' },
      'channel.refused',
      false,
    ],
    [{ at: 'to', code: 450, words: '4.2.0 Greylisted' }, 'channel.failed', true],
    [{ at: 'to', code: 550, words: '5.1.1 No such user' }, 'channel.refused', false],
    [{ at: 'data', code: 452, words: '4.3.1 Disk full' }, 'channel.failed', true],
    [{ at: 'data', code: 552, words: '5.3.4 Too large' }, 'channel.too-large', false],
    [{ at: 'data', code: 554, words: '5.6.0 Spam' }, 'channel.refused', false],
    ['lost', 'channel.unknown-outcome', true],
    ['held', 'channel.unknown-outcome', true],
  ])('%j is %s (retry %s)', async (fate, code, retry) => {
    const far = await server({ account: ACCOUNT });
    far.next(fate);
    const fault = await faultOf((await channel(far.port, ACCOUNT)).post(mailMessage()));
    expect(fault).toMatchObject({ name: 'Fault', code, retry });
    if (typeof fate === 'object') expect(fault.status).toBe(fate.code);
    if (typeof fate === 'object' && fate.at !== 'sign-in') expect(fault.message).toContain(fate.words);
  });

  it('too large is known before it is sent where the server says how much it takes', async () => {
    const far = await server({ size: 2_000 });
    expect((await faultOf((await channel(far.port)).post(mailMessage()))).code).toBe('channel.too-large');
  });

  it('unreachable: nothing listens, or no such host', async () => {
    const far = await server();
    await far.close();
    expect((await faultOf((await channel(far.port)).post(mailMessage()))).message).toContain('ECONNREFUSED');
    const nowhere = await channel(25, { url: 'smtp://no-such-host.invalid' });
    expect((await faultOf(nowhere.post(mailMessage()))).code).toBe('channel.unreachable');
  });
});

describe('several recipients', () => {
  const everybody = ['alice@contoso.com', 'bob@contoso.com', 'carol@contoso.com'];

  it('one that is refused for now is tried again alone, and the others are not bothered twice', async () => {
    const far = await server();
    far.next({ at: 'to', only: 'bob@contoso.com', code: 450, words: '4.7.1 Greylisted' });
    const mailbox = await channel(far.port, {}, everybody);
    const fault = await faultOf(mailbox.post(mailMessage()));
    expect(fault).toMatchObject({ code: 'channel.failed', retry: true, status: 450 });
    expect(fault.message).toContain('bob@contoso.com');
    await mailbox.post(mailMessage());
    expect(far.arrived().map(({ to }) => to)).toEqual([
      ['alice@contoso.com', 'carol@contoso.com'],
      ['bob@contoso.com'],
    ]);
    expect(new Set(far.arrived().map(({ mail }) => mail.messageId)).size).toBe(1);
  });

  it('one that is refused for good does not keep the others from their mail', async () => {
    const far = await server();
    far.next({ at: 'to', only: 'bob@contoso.com', code: 550, words: '5.1.1 No such user' });
    await (await channel(far.port, {}, everybody)).post(mailMessage());
    expect(far.arrived().map(({ to }) => to)).toEqual([['alice@contoso.com', 'carol@contoso.com']]);
  });
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});
