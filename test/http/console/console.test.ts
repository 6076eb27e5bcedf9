import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findTool, needs } from '../../support/tools.js';
import { card, openWorld, TOKEN, type World } from '../world.js';
import { onCallCard } from '../../../src/cards/index.js';
import { badNight } from './fixture.js';

const tool = findTool('chromium');
const PHONE = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1280, height: 900 } };

needs(tool, 'chromium')('the console in a browser', () => {
  let browser: Browser;
  let world: World;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: tool ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    world = await openWorld({ now: Date.now });
    world.view = badNight(Date.now());
  });
  afterEach(async () => {
    await page.context().close();
    await world.close();
    expect(complaints).toEqual([]);
  });

  async function open(path = '/', options: BrowserContextOptions = DESK): Promise<void> {
    const context = await browser.newContext(options);
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('Failed to load resource'))
        complaints.push(line.text());
    });
    await page.goto(`${world.url}${path}`);
    if (world.url === new URL(page.url()).origin && !page.url().includes('/login'))
      await page.locator('#live[data-state="live"]').waitFor();
  }

  const focusedText = (): Promise<string> =>
    page.evaluate<string>('document.activeElement.textContent.trim()');

  const shot = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(tmpdir(), `tocsin-console-${name}.png`), fullPage: true });

  it.each([
    ['dark', 'desk', DESK],
    ['light', 'desk', DESK],
    ['dark', 'phone', PHONE],
    ['light', 'phone', PHONE],
  ] as const)('fits in %s on a %s', async (colorScheme, name, size) => {
    await open('/', { ...size, colorScheme });
    await shot(`${colorScheme}-${name}`);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
    expect(await page.title()).toBe('(3) Tocsin');
    expect(await page.locator('[data-region="open"] article').count()).toBe(3);
  });

  it('shows a new incident by itself, says so, and keeps the focus where it was', async () => {
    await open();
    const focused = page.getByRole('button', { name: 'Silence 1 h' });
    await focused.focus();
    const { open: cards } = world.view;
    const [first, ...rest] = cards;
    const fresh = card({
      topic: 'incident:1050',
      title: 'Teams: calls drop',
      fallback: 'CRITICAL Teams: calls drop',
    });
    world.view = {
      ...world.view,
      open: [fresh, { ...(first ?? fresh), title: 'Exchange Online: recovering' }, ...rest],
    };
    world.changed('incident:1050');
    await page.getByRole('heading', { name: 'Teams: calls drop' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Exchange Online: recovering' }).count()).toBe(1);
    expect(await page.locator('#news').textContent()).toBe('CRITICAL Teams: calls drop');
    expect(await focusedText()).toBe('Silence 1 h');
    expect(await page.title()).toBe('(4) Tocsin');
  });

  it('keeps what is unfolded when the region changes', async () => {
    await open();
    await page.getByText('Recently resolved').click();
    world.view = { ...world.view, resolved: world.view.resolved.slice(0, 1) };
    world.changed('incident:1028');
    await page.locator('[data-region="resolved"] li').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('details[data-key="resolved"]').getAttribute('open')).not.toBeNull();
  });

  it("runs a button's command and shows the answer under its card", async () => {
    await open();
    await page.getByRole('button', { name: 'Details' }).first().click();
    await page.locator('[data-card="incident:1042"] .answer h3').waitFor();
    expect(world.asked.map(({ text }) => text)).toEqual(['incident INC-1042']);
    await shot('answer-under-card');
    await page.getByRole('button', { name: 'Close the answer to incident INC-1042' }).click();
    expect(await page.locator('.answer').count()).toBe(0);
  });

  it('shows the changed card itself when the answer stands in its place', async () => {
    await open();
    const [first, ...rest] = world.view.open;
    const taken = { ...(first ?? card()), badge: 'ACKNOWLEDGED' };
    world.answer = () => {
      world.view = { ...world.view, open: [taken, ...rest] };
      return { card: taken, replaces: true, ok: true };
    };
    await page.getByRole('button', { name: 'Acknowledge' }).first().click();
    await page.locator('[data-card="incident:1042"] .badge', { hasText: 'ACKNOWLEDGED' }).waitFor();
    expect(await page.locator('.answer').count()).toBe(0);
    expect(await focusedText()).toBe('Acknowledge');
  });

  it('asks before what cannot be taken back, and takes no for an answer', async () => {
    await open();
    const resolve = page.getByRole('button', { name: 'Resolve' }).first();
    await resolve.click();
    await shot('confirm');
    await page.keyboard.press('Escape');
    await resolve.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(world.asked).toEqual([]);
    await resolve.click();
    await page.locator('#confirm-yes').click();
    await page.locator('.answer').waitFor();
    expect(world.asked.map(({ text }) => text)).toEqual(['resolve INC-1042']);
  });

  it('is worked by keyboard: slash, a command, history, and closing again', async () => {
    await open();
    await page.keyboard.press('/');
    await page.keyboard.type('status teams');
    await page.keyboard.press('Enter');
    await page.locator('#answers .answer').waitFor();
    await page.keyboard.type('help');
    await page.keyboard.press('Enter');
    await page.locator('#answers .answer').nth(1).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('#command').inputValue()).toBe('status teams');
    await shot('answers');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.locator('#answers .answer').count()).toBe(0);
    expect(world.asked.map(({ text }) => text)).toEqual(['status teams', 'help']);
  });

  it('reaches every control by Tab, with a ring to be seen', async () => {
    await open();
    await page.keyboard.press('Tab');
    expect(await focusedText()).toBe('Skip to the incidents');
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      const label = await focusedText();
      if (label === 'Acknowledge') break;
    }
    const ring = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect(ring).toBe('solid');
    expect(await focusedText()).toBe('Acknowledge');
  });

  it('shows who is on call, when nobody is, and where a calendar finds it', async () => {
    world.answer = () => ({ card: onCall(Date.now()), replaces: false, ok: true });
    await open();
    await page.getByRole('link', { name: 'On call' }).click();
    await page.getByRole('heading', { name: 'On call in voice: alice' }).waitFor();
    expect(await page.locator('[data-region="schedules"]').innerText()).toMatch(/Nobody is on call\s+from/);
    await page.getByText('Acknowledged after (MTTA)').waitFor();
    expect(await page.getByRole('link', { name: 'voice', exact: true }).getAttribute('href')).toBe(
      'https://tocsin.example/calendars/x/voice.ics',
    );
  });

  it('says when the connection is lost', async () => {
    await open();
    await world.close();
    await page.locator('#lost:not([hidden])').waitFor();
    expect(await page.locator('#live').getAttribute('data-state')).toBe('lost');
    expect(await page.locator('#lost').textContent()).toContain('Connection lost at');
    await shot('lost');
  });

  it('lets in with the token alone, and brings back to the page asked for', async () => {
    await world.close();
    world = await openWorld({ auth: { kind: 'token', token: TOKEN }, now: Date.now });
    world.view = badNight(Date.now());
    await open('/incidents/INC-1042');
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the token.').waitFor();
    await shot('login');
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByLabel('Your name').fill('alice');
    await page.keyboard.press('Enter');
    await page.locator('#live[data-state="live"]').waitFor();
    expect(new URL(page.url()).pathname).toBe('/incidents/INC-1042');
    await shot('incident');
    await page.keyboard.press('/');
    await page.keyboard.type('ack INC-1042');
    await page.keyboard.press('Enter');
    await page.locator('#answers .answer').waitFor();
    expect(world.asked.find(({ text }) => text === 'ack INC-1042')?.speaker).toEqual({
      platform: 'console',
      id: 'console',
      name: 'alice',
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
  });

  it('is calm when nothing is open', async () => {
    world.view = {
      ...world.view,
      open: [],
      resolved: [],
      sources: world.view.sources.slice(1),
      services: world.view.services.slice(2),
    };
    await open('/', { ...DESK, colorScheme: 'dark' });
    await shot('quiet');
    expect(await page.locator('.pulse-words').textContent()).toBe('All quiet: nothing is open');
  });
});

function onCall(now: number) {
  const next = { person: 'bob', from: now + 2 * 86_400_000, to: now + 9 * 86_400_000, reason: 'layer 1' };
  return onCallCard({
    now,
    schedules: [
      {
        name: 'voice',
        timeZone: 'Europe/Paris',
        now: { person: 'alice', from: now, to: next.from, reason: 'layer 1' },
        next: [next],
        overrides: [],
        gaps: [{ from: next.to, to: next.to + 3_600_000 }],
        overlaps: [],
      },
    ],
  });
}
