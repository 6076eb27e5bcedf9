import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Ask, Reply } from '../../../src/notify/adapter.js';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { mention, openChannel, press, startPlayground, type Playground } from '../../support/playground.js';
import { needs } from '../../support/tools.js';
import { acknowledged, AT, incident, messageOf, openInbox, statusCard, type FakeInbox } from './fixtures.js';

function answer(ask: Ask): Reply {
  if (ask.text === 'ack INC-1042') return { card: acknowledged(), audience: 'everyone', replaces: true };
  return { card: statusCard(), audience: 'asker', replaces: false };
}

needs(chromiumPath, 'chromium')('in Microsoft’s Agents Playground', () => {
  let inbox: FakeInbox;
  let adapter: Adapter;
  let playground: Playground;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    inbox = await openInbox(answer);
    adapter = await teams.open(teams.settings?.parse({ insecureLocal: true }), {
      log: silentLog,
      now: () => AT,
      publicUrl: 'http://127.0.0.1',
    });
    await adapter.listen?.(inbox);
    [playground, browser] = await Promise.all([
      startPlayground({ botUrl: `${inbox.url}/api/messages` }),
      launchChromium(),
    ]);
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(15_000);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await playground.close();
    await adapter.close();
    await inbox.close();
  });

  it('shows a posted card, edits it when Acknowledge is pressed, and answers a mention in the thread', async () => {
    const { conversation, connectorUrl: serviceUrl } = playground;
    const channel = adapter.channel('noc-teams', teams.channel.parse({ conversation, serviceUrl }));
    await openChannel(page, playground);

    const ref = await channel.post(messageOf(incident()));
    await page.getByText('31 of 40 outbound calls failed').first().waitFor();
    expect(ref).toMatchObject({ conversation: expect.stringContaining(`${conversation};messageid=`) });

    await press(page, 'Acknowledge');
    await page.getByText('Acknowledged by Alex Wilber').first().waitFor();
    expect(await page.getByText('31 of 40 outbound calls failed').count()).toBe(1);
    expect(inbox.asked).toMatchObject([
      {
        text: 'ack INC-1042',
        button: true,
        channel: 'noc-teams',
        speaker: { platform: 'teams', ...playground.user },
      },
    ]);

    await channel.update?.(
      ref,
      messageOf({ ...acknowledged(), title: 'sbc1.contoso.com recovered', revision: 3 }),
    );
    await page.getByText('sbc1.contoso.com recovered').first().waitFor();
    await channel.thread?.(ref, {
      at: AT,
      who: 'alice',
      text: [{ kind: 'paragraph', inlines: [{ text: 'on it' }] }],
    });
    await page.getByText('alice: on it').first().waitFor();

    await mention(page, 'status');
    await page
      .getByText('Teams is degraded')
      .first()
      .waitFor()
      .catch(async (e) => {
        await page.screenshot({ path: '/tmp/teams-debug.png' });
        console.log(inbox.asked, (await playground.log()).slice(-3000));
        throw e;
      });
    expect(inbox.asked.at(-1)).toMatchObject({ text: 'status', button: false });
    await page.screenshot({ path: join(tmpdir(), 'tocsin-teams.png'), fullPage: true });
  }, 60_000);
});
