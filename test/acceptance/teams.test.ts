import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { chromiumPath } from '../support/chromium.js';
import { openChannel, type Playground } from '../support/playground.js';
import { openStage, type Stage } from '../support/stage.js';
import { openPlaygroundEnd, type PlaygroundEnd } from '../support/teams-end.js';
import { needs } from '../support/tools.js';
import { until } from '../support/until.js';

const ALEX = '29:1aBcDeFgHiJkLmNoPqRsTuVwXyZ-alex';

/** Whatever happens is told everywhere; what is critical calls whoever is on, in Teams. */
const NIGHT = {
  people: [{ name: 'alex', role: 'responder', teams: ALEX, notify: [{ via: 'teams' }] }],
  schedules: [
    {
      name: 'voice',
      timeZone: 'UTC',
      layers: [{ rotate: 'weekly', handover: 'mon 09:00', people: ['alex'], from: '2026-01-05' }],
    },
  ],
  escalations: [{ name: 'night', steps: [{ notify: ['schedule:voice'] }] }],
  route: {
    channel: 'noc-slack',
    groupWait: '0s',
    groupInterval: '0s',
    routes: [
      { channel: 'noc-slack', continue: true },
      { channel: 'noc-teams', matchers: ['severity="critical"'], escalation: 'night' },
      { channel: 'noc-teams' },
    ],
  },
};

needs(chromiumPath, 'chromium')('a team in Teams', () => {
  let stage: Stage<PlaygroundEnd>;
  let page: Page;
  let playground: Playground;
  let issues = 0;

  beforeAll(async () => {
    stage = await openStage(openPlaygroundEnd, NIGHT);
    ({ page, playground } = stage.teams);
  });
  afterAll(() => stage.close());

  it('finds the card that was posted while nobody looked', async () => {
    await page.goto('about:blank');
    const { id } = await openIssue();
    await openChannel(page, playground);
    await post(page, id).waitFor();
  });

  it('Acknowledge pressed by one changes the card for all', async () => {
    const other = await another();
    await openChannel(other, playground);
    const { id } = await openIssue();
    await post(other, id).getByText('Acknowledge', { exact: true }).waitFor();
    await button(page, id, 'Acknowledge').click();
    for (const seen of [page, other]) await post(seen, id).getByText('ACKNOWLEDGED').first().waitFor();
    await picture(post(other, id), 'acknowledged');
    await other.close();
  });

  it('the form of a silence says at the field what is wrong with it, and silences when it is right', async () => {
    const { id, incident } = await openIssue();
    await button(page, id, 'Silence').click();
    const form = post(page, id);
    const length = form.getByLabel('For how long');
    await length.fill('a while');
    await form.getByLabel('Why').fill('a change is under way');
    await button(page, id, 'Silence').click();
    await form.getByText('a while', { exact: false }).waitFor();
    expect(await form.getByLabel('Why').inputValue()).toBe('a change is under way');
    await picture(form, 'silence');

    await length.fill('2h');
    await button(page, id, 'Silence').click();
    await button(page, id, 'Unsilence').waitFor();
    expect(await stage.program.api('silences')).toMatchObject({
      silences: [expect.objectContaining({ comment: 'a change is under way' })],
    });
    expect((await detail(incident)).timeline.map(({ kind }) => kind)).toContain('silenced');
  });

  it('a form that is closed leaves everything as it was', async () => {
    const { id } = await openIssue();
    await button(page, id, 'Note').click();
    await post(page, id).locator('textarea').fill('never mind');
    await button(page, id, 'Cancel').click();
    await button(page, id, 'Acknowledge').waitFor();
  });

  it('whoever is on call is called in their own chat, and what they do there is seen in the channel', async () => {
    const { id, incident } = await openIssue('serviceInterruption');
    await post(page, id).getByText('CRITICAL').first().waitFor();
    await page.getByText('Personal Chat', { exact: true }).first().click();
    const paged = page.locator('.ac-adaptiveCard', { hasText: id }).last();
    await paged.waitFor();
    await picture(paged, 'page');
    await paged.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await paged.getByText('ACKNOWLEDGED').first().waitFor();
    await page.getByText(playground.channelName, { exact: true }).first().click();
    await post(page, id).getByText('ACKNOWLEDGED').first().waitFor();
    expect(await detail(incident)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'alex' });
    await picture(post(page, id), 'paged');
  });

  it('the app is removed: nothing more is sent there, and it is said elsewhere', async () => {
    await happens('Uninstall application');
    await slackCard('Channel noc-teams refuses messages');
    const { id } = await openIssue('serviceDegradation', 'slack');
    expect((await stage.teams.posts()).some(({ card }) => card.includes(id))).toBe(false);
    await happens('Install application');
    await post(page, id).waitFor();
  });

  /** Resolves when its card is there. */
  async function openIssue(
    status = 'serviceDegradation',
    where: 'both' | 'slack' = 'both',
  ): Promise<{ readonly id: string; readonly incident: string }> {
    issues += 1;
    const id = `EX93000${issues}`;
    const { health } = stage.sandbox;
    health.putIssue({
      id,
      title: `Some users may be unable to send mail from site ${issues}`,
      service: 'Exchange Online',
      status,
      classification: 'incident',
      feature: 'E-mail delivery',
      featureGroup: 'E-mail',
    });
    health.post(id, { at: stage.now(), html: '<p>We are looking at the queues.</p>' });
    const { words } = await slackCard(id);
    if (where === 'both' && page.url() !== 'about:blank') await post(page, id).waitFor();
    return { id, incident: /INC-\d+/.exec(words)?.[0] ?? '' };
  }

  /** Somebody else's window. */
  async function another(): Promise<Page> {
    const opened = await page.context().browser()?.newPage();
    if (opened === undefined) throw new Error('the browser is gone');
    opened.setDefaultTimeout(60_000);
    return opened;
  }

  function slackCard(words: string) {
    return until(async () => (await stage.slackCards()).find((card) => card.words.includes(words)));
  }

  async function detail(incident: string): Promise<Detail> {
    return (await stage.program.api(`incidents/${incident}`)) as Detail;
  }

  /** Something that Teams tells of the channel, from the Playground's menu. */
  async function happens(name: 'Install application' | 'Uninstall application'): Promise<void> {
    await page.getByRole('button', { name: /mock an activity/i }).click();
    await page
      .getByRole('menuitem')
      .filter({ hasText: new RegExp(`^${name}`) })
      .click();
    await page.getByRole('button', { name: 'Send activity' }).click();
  }
});

interface Detail {
  readonly state: string;
  readonly acknowledgedBy?: string;
  readonly timeline: readonly { readonly kind: string; readonly text: string }[];
}

function post(page: Page, id: string): Locator {
  return page.locator('[role=group]', { hasText: id }).first();
}

function button(page: Page, id: string, name: string): Locator {
  return post(page, id).getByRole('button', { name, exact: true });
}

async function picture(what: Locator, name: string): Promise<void> {
  await what.screenshot({ path: join(tmpdir(), `tocsin-teams-${name}.png`), scale: 'css' });
}
