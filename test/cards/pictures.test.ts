import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { renderCard } from '../../adapters/slack/render.js';
import { teams } from '../../adapters/teams/index.js';
import { incidentCard } from '../../src/cards/index.js';
import { openDrawing } from '../../src/lib/charts/draw.js';
import { silentLog } from '../../src/lib/log.js';
import type { Card } from '../../src/model/card.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { openInbox } from '../adapters/teams/fixtures.js';
import { launchChromium } from '../support/chromium.js';
import { openChannel, startPlayground } from '../support/playground.js';
import { slackPage } from '../support/slack-page.js';
import { smallPng } from '../support/small-png.js';
import { openWeek, type PlayedWeek } from '../support/week.js';

const FOLDER = fileURLToPath(new URL('../../docs/cards/', import.meta.url));
const LARGEST = 60_000;
const ALL = ['service-health', 'message-center', 'direct-routing', 'cqd', 'partner-insights'] as const;

/** The views whose pictures are kept, of both platforms. */
const VIEWS = [
  'incident-open',
  'incident-acknowledged',
  'incident-resolved',
  'incident-calls',
  'incident-issue-and-calls',
  'incidents',
  'status',
  'calls',
  'cqd',
  'report',
  'explain',
  'on-call',
] as const;
type View = (typeof VIEWS)[number];

describe('docs/cards', () => {
  it('has a small picture of each view, of each platform (npm run cards draws them)', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.png'));
    expect(files.sort()).toEqual(VIEWS.flatMap((view) => [`${view}-slack.png`, `${view}-teams.png`]).sort());
    for (const name of files) expect([name, statSync(FOLDER + name).size < LARGEST]).toEqual([name, true]);
  });
});

if (process.env['UPDATE_PICTURES'] === '1')
  describe('the pictures', () => {
    it('are drawn', async () => {
      mkdirSync(FOLDER, { recursive: true });
      const browser = await launchChromium();
      try {
        const cards = await played();
        await drawSlack(browser, cards);
        await drawTeams(browser, cards);
      } finally {
        await browser.close();
      }
    }, 600_000);
  });

/** The cards as the sandbox's week makes them. */
async function played(): Promise<Readonly<Record<View, Card>>> {
  const week = await openWeek({
    people: [
      { name: 'alice', email: 'alice@contoso.com' },
      { name: 'bob', email: 'bob@contoso.com' },
    ],
    schedules: [
      {
        name: 'voice',
        timeZone: 'Europe/Paris',
        layers: [{ rotate: 'weekly', handover: 'mon 09:00', people: ['alice', 'bob'], from: '2026-11-02' }],
      },
    ],
  });
  const ask = async (text: string): Promise<Card> => (await week.ask(text)).card;
  try {
    for (const hours of [0, 1, 3]) await week.at(hours * HOUR, ...ALL);
    const open = await living(week, 'issue:EX1184213');
    const status = await ask('status');
    await week.ears.answer('ack EX1184213', { platform: 'cli', id: 'cli', name: 'alice' });
    const acknowledged = await living(week, 'issue:EX1184213');
    await week.at(4.5 * HOUR, ...ALL);
    const cqd = await ask('cqd paris');
    for (const hours of [6, 8.9, 9.2, 9.6]) await week.at(hours * HOUR, ...ALL);
    const resolved = await living(week, 'issue:EX1184213');
    const [calls, explain] = [await ask('calls sbc1 2h'), await ask('explain sbc1')];
    await week.at(29 * HOUR, ...ALL);
    const [report, onCall] = [await ask('report "Nightly Teams calls"'), await ask('oncall')];
    for (const minutes of [0, 10, 15])
      await week.at(102 * HOUR + minutes * MINUTE, 'service-health', 'direct-routing');
    const burst = await living(week, 'tenant:contoso');
    await week.at(102 * HOUR + 30 * MINUTE, 'service-health', 'direct-routing');
    return {
      'incident-open': open,
      'incident-acknowledged': acknowledged,
      'incident-resolved': resolved,
      'incident-calls': burst,
      'incident-issue-and-calls': await living(week, 'issue:TM1188342'),
      incidents: await ask('incidents'),
      status,
      calls,
      cqd,
      report,
      explain,
      'on-call': onCall,
    };
  } finally {
    await week.close();
  }
}

async function living(week: PlayedWeek, subject: string): Promise<Card> {
  const { store } = week;
  const [incident] = await store.incidents({ subject });
  if (incident === undefined) throw new Error(`nothing about ${subject}`);
  const timeline = await store.timeline(incident.id);
  return incidentCard({ incident, timeline, now: week.now(), url: 'https://tocsin.contoso.com' });
}

async function drawSlack(browser: Browser, cards: Readonly<Record<View, Card>>): Promise<void> {
  const drawing = await openDrawing();
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  for (const view of VIEWS) {
    const card = cards[view];
    const charts = card.sections.filter((section) => section.kind === 'chart');
    const shown = {
      ...card,
      sections: card.sections.map((section) =>
        section.kind === 'chart' ? { ...section, image: 'https://tocsin.contoso.com/charts/x.png' } : section,
      ),
    };
    const pictures = charts.map((chart) => {
      const png = Buffer.from(drawing.png(chart)).toString('base64');
      return `data:image/png;base64,${png}`;
    });
    await page.setContent(slackPage(renderCard(shown), pictures));
    keep(`${view}-slack`, await page.locator('#card').screenshot());
  }
  await page.close();
}

function keep(name: string, png: Buffer): void {
  writeFileSync(`${FOLDER}${name}.png`, smallPng(png));
}

/** Microsoft's own renderer of a Teams client, in the Agents Playground. */
async function drawTeams(browser: Browser, cards: Readonly<Record<View, Card>>): Promise<void> {
  const inbox = await openInbox(() => ({ card: cards.status, audience: 'asker', replaces: false }));
  const adapter = await teams.open(teams.settings?.parse({ insecureLocal: true }), {
    log: silentLog,
    now: () => 0,
    publicUrl: 'http://127.0.0.1',
  });
  await adapter.listen?.(inbox);
  const playground = await startPlayground({ botUrl: `${inbox.url}/api/messages` });
  try {
    const { conversation, connectorUrl: serviceUrl } = playground;
    const channel = adapter.channel('noc', teams.channel.parse({ conversation, serviceUrl }));
    const page = await browser.newPage({ viewport: { width: 1280, height: 2600 } });
    page.setDefaultTimeout(15_000);
    for (const view of VIEWS) await drawInTeams(page, view, cards[view], playground, channel);
  } finally {
    await playground.close();
    await adapter.close();
    await inbox.close();
  }
}

async function drawInTeams(
  page: Page,
  view: View,
  card: Card,
  playground: Awaited<ReturnType<typeof startPlayground>>,
  channel: ReturnType<Awaited<ReturnType<typeof teams.open>>['channel']>,
): Promise<void> {
  await openChannel(page, playground);
  await channel.post({
    topic: `view:${view}`,
    key: view,
    card,
    status: 'firing',
    groupKey: '',
    groupLabels: {},
    alerts: [],
    url: '',
  });
  const drawn = page.locator('.ac-adaptiveCard').last();
  await drawn.waitFor();
  await page.waitForTimeout(700);
  keep(`${view}-teams`, await drawn.screenshot());
}
