import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { email } from '../../adapters/email/index.js';
import { drainChannel } from '../../src/engine/announce.js';
import { silentLog } from '../../src/lib/log.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { Channel } from '../../src/notify/adapter.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { anIssue, aRoute, aService, aWorld, post, type World } from '../support/world.js';

let far: MailServer;
let world: World;
let mailbox: Channel;

beforeAll(async () => {
  far = await startMailServer();
  world = await aWorld();
  world.set.root = aRoute({ channel: 'mail', groupInterval: 5 * MINUTE });
  const adapter = await email.open(
    { url: `smtp://127.0.0.1:${far.port}`, from: 'tocsin@contoso.com', timeout: '2s' },
    { log: silentLog, now: () => world.now(), publicUrl: 'https://tocsin.example' },
  );
  mailbox = adapter.channel('mail', { to: ['noc@contoso.com'] });
});
afterAll(async () => {
  await world.close();
  await far.close();
});

async function turn(minutes: number, issue: Parameters<typeof anIssue>[1] = {}): Promise<void> {
  world.wait(minutes * MINUTE);
  world.answers([aService('Exchange', { openIssues: ['EX1'] }), anIssue('EX1', issue)]);
  await world.poll();
  await drainChannel(mailbox, world.announceDeps);
}

it('a mailbox hears of an incident what somebody has to know, in one thread, and each mail tells what came before it', async () => {
  world.answers([aService('Exchange')]);
  await world.poll();
  await turn(1);
  await turn(10, post('Traffic is being moved.', world.now()));
  await turn(10, post('Half of it is moved.', world.now()));
  const [incident] = await world.store.incidents({ subject: 'issue:EX1' });
  await world.act(incident?.id ?? 0, { do: 'ack' });
  // Nobody knows whether this one arrived: it is sent again.
  far.next('lost');
  await turn(0);
  await turn(1);
  await turn(10, post('All of it is moved.', world.now()));
  await turn(HOUR / MINUTE, {
    active: false,
    level: 'ok',
    status: 'serviceRestored',
    statusText: 'Service restored',
  });
  const mails = far.arrived().map(({ mail }) => mail);
  expect(mails.map(({ subject }) => subject?.split(' ')[0])).toEqual([
    '[MAJOR]',
    '[ACKNOWLEDGED]',
    '[ACKNOWLEDGED]',
    '[RESOLVED]',
  ]);
  expect(mails[1]?.messageId).toBe(mails[2]?.messageId);
  expect(mails[1]?.text).toMatch(
    /Since the last mail[\s\S]*Traffic is being moved[\s\S]*Half of it[\s\S]*Acknowledged/i,
  );
  expect(mails[3]?.text).toMatch(/Since the last mail[\s\S]*All of it is moved/);
  expect(mails[3]?.text).not.toContain('Half of it is moved');
  expect(mails[3]?.inReplyTo).toBe(mails[1]?.messageId);
  expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId);
});
