import type { Page } from 'playwright-core';
import { chromiumPath, launchChromium } from './chromium.js';
import { startConnector } from './connector.js';
import { openChannel, startPlayground, type Playground } from './playground.js';

/** One post in the team's channel as it is now: the card's words, and the lines under it in order. */
export interface TeamsPost {
  readonly card: string;
  readonly thread: string;
}

/** Teams as the program meets it, and as people see it. */
export interface TeamsEnd {
  readonly conversation: string;
  readonly serviceUrl: string;
  /** Somebody opens the channel, once the bot runs: the Playground waits for its bot before it shows anything. */
  look(): Promise<void>;
  posts(): Promise<readonly TeamsPost[]>;
  close(): Promise<void>;
}

export interface PlaygroundEnd extends TeamsEnd {
  readonly playground: Playground;
  /** The page of a person who looks at the channel. */
  readonly page: Page;
}

/** Microsoft's Agents Playground where there is a browser to look at it with, else the double of the connector service. */
export function openTeamsEnd(botUrl: string): Promise<TeamsEnd> {
  return chromiumPath === undefined ? openConnectorEnd() : openPlaygroundEnd(botUrl);
}

async function openConnectorEnd(): Promise<TeamsEnd> {
  const connector = await startConnector();
  return {
    conversation: connector.conversation,
    serviceUrl: connector.url,
    look: async () => undefined,
    posts: async () =>
      connector.posts().map(({ activity, thread }) => ({
        card: JSON.stringify(activity),
        thread: thread.map((line) => String(line['text'])).join('\n'),
      })),
    close: () => connector.close(),
  };
}

export async function openPlaygroundEnd(botUrl: string): Promise<PlaygroundEnd> {
  const [playground, browser] = await Promise.all([startPlayground({ botUrl }), launchChromium()]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, deviceScaleFactor: 2 });
  page.setDefaultTimeout(60_000);
  return {
    playground,
    page,
    conversation: playground.conversation,
    serviceUrl: playground.connectorUrl,
    look: () => openChannel(page, playground),
    posts: () => postsOn(page),
    async close() {
      await browser.close();
      await playground.close();
    },
  };
}

/** Each post is a group; its first card is the post itself, what comes after it is the thread. The newest stands on top. */
async function postsOn(page: Page): Promise<readonly TeamsPost[]> {
  const shown = await page.evaluate<readonly { card: string; whole: string }[]>(POSTS);
  return shown.map(({ card, whole }) => ({ card, thread: whole.replace(card, '') })).reverse();
}

// Runs in the page, whose types ours are not.
const POSTS = `[...document.querySelectorAll('[role=group]')]
  .filter((group) => group.querySelector('.ac-adaptiveCard') !== null)
  .map((group) => ({ card: group.querySelector('.ac-adaptiveCard').innerText, whole: group.innerText }))`;
