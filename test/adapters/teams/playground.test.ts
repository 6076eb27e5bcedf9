import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { teams } from '../../../adapters/teams/index.js';
import { plain } from '../../../src/model/rich.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Ask, Reply } from '../../../src/notify/adapter.js';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { mention, openChannel, press, startPlayground, type Playground } from '../../support/playground.js';
import { chartCard } from '../../support/chart.js';
import { until } from '../../support/until.js';
import { needs } from '../../support/tools.js';
import { acknowledged, AT, incident, messageOf, openInbox, statusCard, type FakeInbox } from './fixtures.js';

function answer(ask: Ask): Reply {
  if (ask.text === 'ack INC-1042') return { card: acknowledged(), audience: 'everyone', replaces: true };
  if (ask.text === 'calls') return { card: chartCard(), audience: 'asker', replaces: false };
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
    page = await browser.newPage({ viewport: { width: 1280, height: 1500 } });
    page.setDefaultTimeout(15_000);
  });

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
    await page.getByText('Teams is degraded').first().waitFor();
    expect(inbox.asked.at(-1)).toMatchObject({ text: 'status', button: false });
    await page.screenshot({ path: join(tmpdir(), 'tocsin-teams.png'), fullPage: true });
  });

  it('asks before it resolves, and shows hostile words as words', async () => {
    const { conversation, connectorUrl: serviceUrl } = playground;
    const channel = adapter.channel('noc-teams', { conversation, serviceUrl });
    const words =
      '**loud** [free](https://evil.example.com) <at>everyone</at> {{DATE(2026-01-01T00:00:00Z)}} <https://evil.example.com>';
    const sections = [{ kind: 'text' as const, text: plain(words) }, ...incident().sections];
    await openChannel(page, playground);
    await channel.post(messageOf(incident({ topic: 'incident:7', title: words, sections })));
    await page.getByText('everyone').first().waitFor();
    expect(await page.locator('a[href*="evil"]').count()).toBe(0);
    expect(await page.locator('strong').getByText('loud').count()).toBe(0);
    expect(await page.getByText('**loud**').count()).toBe(2);
    expect(await page.getByRole('link', { name: 'the details' }).first().getAttribute('href')).toBe(
      'https://example.com/a_%28b%29?c=d',
    );

    await press(page, 'Resolve');
    await page.getByText('Resolve INC-1042 for everyone?').first().waitFor();
    await page.screenshot({ path: join(tmpdir(), 'tocsin-teams-resolve.png') });
    await press(page, 'Yes, resolve');
    await until(() => inbox.asked.some(({ text }) => text === 'resolve INC-1042'));
  });

  it('draws the counts and the share of an answer about calls', async () => {
    await openChannel(page, playground);
    await mention(page, 'calls');
    await page.getByText('60 of 300 calls failed, NER 80 %.').first().waitFor();
    for (const kind of ['Vertical bar chart', 'Line chart']) {
      const drawn = page.locator(`[aria-label*="${kind}" i]`).first();
      await drawn.waitFor();
      // Whole times below it: a name that has no room is cut to dots.
      await drawn.getByText('02:31').first().waitFor({ state: 'attached' });
    }
    await page.screenshot({ path: join(tmpdir(), 'tocsin-teams-chart.png'), fullPage: true });
  });
});
