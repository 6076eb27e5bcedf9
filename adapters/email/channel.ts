import MailComposer from 'nodemailer/lib/mail-composer';
import { openDrawing } from '../../src/lib/charts/draw.js';
import { Fault } from '../../src/lib/fault.js';
import type { MessageRef } from '../../src/model/telling.js';
import type { AdapterDeps, Channel } from '../../src/notify/adapter.js';
import { faultOf } from './faults.js';
import { renderMail, type Mail } from './render.js';
import type { ChannelSettings, EmailSettings, Mailbox } from './settings.js';
import { deliver, tryOut, type Delivered } from './smtp.js';
import { readRef, threadIds, type ThreadIds } from './thread.js';

/** Mails that some recipients have and others do not: so many are remembered. */
const PARTLY_MAX = 200;

export function openChannel(
  name: string,
  settings: EmailSettings,
  { to, timeZone }: ChannelSettings,
  deps: AdapterDeps,
): Channel {
  const { server, from } = settings;
  const partly = new Map<string, readonly string[]>();
  return {
    name,
    kind: 'email',
    sparing: true,
    async post(message, ref) {
      const before = readRef(ref);
      const mail = renderMail({
        message,
        channel: name,
        publicUrl: deps.publicUrl,
        timeZone,
        core: before?.subject,
      });
      const ids = threadIds({
        message,
        channel: name,
        publicUrl: deps.publicUrl,
        domain: from.address.slice(from.address.lastIndexOf('@') + 1),
        before,
      });
      const raw = await compose(mail, ids, settings, to, deps.now());
      const has = partly.get(ids.messageId) ?? [];
      const missing = to.map(({ address }) => address).filter((address) => !has.includes(address));
      const delivered = await deliver(server, { from: from.address, to: missing }, raw).catch(
        (error: unknown) => {
          throw faultOf(error, server);
        },
      );
      settle(ids.messageId, has, delivered);
      return { messageId: ids.messageId, subject: mail.core } satisfies MessageRef;
    },
    async check() {
      const encrypted = await tryOut(server).catch((error: unknown) => {
        throw faultOf(error, server);
      });
      const who = server.user === undefined ? 'without signing in' : `signed in as ${server.user}`;
      return `${server.host}:${server.port} answers, ${who}, ${encrypted ? 'encrypted' : 'not encrypted'}. Nothing was sent.`;
    },
  };

  /** Whoever is refused for now is written to again, alone; whoever is refused for good is named in the log. */
  function settle(messageId: string, has: readonly string[], { accepted, rejected }: Delivered): void {
    const later = rejected.filter(({ code }) => code < 500);
    const never = rejected.filter(({ code }) => code >= 500);
    for (const { address, code } of never)
      deps.log.error(
        { channel: name, address, code },
        `The mail server refuses ${address} for good; the others have the mail.`,
      );
    partly.delete(messageId);
    if (later.length === 0) return;
    partly.set(messageId, [...has, ...accepted, ...never.map(({ address }) => address)]);
    const [oldest] = partly.keys();
    if (partly.size > PARTLY_MAX && oldest !== undefined) partly.delete(oldest);
    const addresses = later.map(({ address }) => address).join(', ');
    throw new Fault(
      'channel.failed',
      `${server.host}:${server.port} does not take mail for ${addresses} now.`,
      {
        status: later[0]?.code ?? 0,
        advice: 'The others have the mail; these are tried again.',
      },
    );
  }
}

async function compose(
  mail: Mail,
  ids: ThreadIds,
  { from, replyTo }: EmailSettings,
  to: readonly Mailbox[],
  now: number,
): Promise<Buffer> {
  const drawing = mail.pictures.length === 0 ? undefined : await openDrawing();
  return new MailComposer({
    from: { ...from, name: from.name === '' ? 'Tocsin' : from.name },
    to: [...to],
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.pictures.map(({ cid, chart }, index) => ({
      cid,
      filename: `chart-${index + 1}.png`,
      contentType: 'image/png',
      contentDisposition: 'inline',
      content: Buffer.from(drawing?.png(chart) ?? []),
    })),
    date: new Date(now),
    messageId: ids.messageId,
    ...(ids.inReplyTo === undefined ? {} : { inReplyTo: ids.inReplyTo }),
    references: [...ids.references],
    headers: { ...mail.headers, 'Thread-Index': ids.threadIndex },
    // Nothing in a mail of ours is read from a disk or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}
