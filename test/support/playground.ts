import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';

/**
 * Microsoft 365 Agents Playground: Microsoft's own double of the Teams client and of its connector service. The bot must
 * run without an app id (`insecureLocal: true`) at `botUrl`, listening before the first message is sent.
 *
 *   const playground = await startPlayground({ botUrl: 'http://127.0.0.1:3978/api/messages' });
 *   const page = await browser.newPage();
 *   await openChannel(page, playground);              // the team's channel, as a person sees it
 *   await mention(page, 'status');                    // posts `@Tocsin status` there
 *   await press(page, 'Acknowledge');                 // presses a card's button
 *
 * A bot posts to it with `conversation: playground.conversation` and `serviceUrl: playground.connectorUrl`. Reloading the
 * page forgets what was shown.
 */
export interface Playground {
  /** The `serviceUrl` that a bot posts to. */
  readonly connectorUrl: string;
  /** The page that a person looks at. */
  readonly pageUrl: string;
  /** The id of the team's channel, and its name on the page. */
  readonly conversation: string;
  readonly channelName: string;
  readonly tenantId: string;
  /** The person at the page: the MRI that the bot hears. */
  readonly user: { readonly id: string; readonly name: string };
  /** What it wrote so far: for the message of a failed test. */
  log(): Promise<string>;
  close(): Promise<void>;
}

const TENANT = '5d1c0b5e-8d55-4c57-9f0c-2f3e3a0f7c11';
const CHANNEL = '19:4f6d0c9e2b7a4e8c9a1b3c5d7e9f0a2b@thread.tacv2';
const USER = '29:1aBcDeFgHiJkLmNoPqRsTuVwXyZ-alex';

export async function startPlayground({ botUrl }: { readonly botUrl: string }): Promise<Playground> {
  const home = await mkdtemp(join(tmpdir(), 'tocsin-playground-'));
  const port = await freePort();
  const config = join(home, 'config.yml');
  const logFile = join(home, 'playground.log');
  await writeFile(config, configText());
  const child = spawn(
    process.execPath,
    [cliPath(), '-e', botUrl, '-c', 'msteams', '-p', String(port), '--disable-telemetry'],
    {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        TEAMSAPPTESTER_BROWSER: 'none',
        BROWSER: 'none',
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
        M365_AGENTS_PLAYGROUND_LOGFILE: logFile,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const log = async (): Promise<string> => output + (await readFile(logFile, 'utf8').catch(() => ''));
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(home, { recursive: true, force: true });
  };
  const pageUrl = `http://127.0.0.1:${port}`;
  try {
    await untilServed(pageUrl, child);
  } catch (error) {
    const said = await log();
    await close();
    throw new Error(`the Agents Playground did not start: ${said.slice(-1_000)}`, { cause: error });
  }
  return {
    connectorUrl: `${pageUrl}/_connector`,
    pageUrl,
    conversation: CHANNEL,
    channelName: 'alerts',
    tenantId: TENANT,
    user: { id: USER, name: 'Alex Wilber' },
    log,
    close,
  };
}

/** Opens the page at the team's channel. */
export async function openChannel(page: Page, playground: Playground): Promise<void> {
  await page.goto(playground.pageUrl);
  await page.getByText(playground.channelName, { exact: true }).first().click({ timeout: 90_000 });
}

/** Writes a new post in the open channel: `@Tocsin` and the text. */
export async function mention(page: Page, text: string): Promise<void> {
  const composer = page.locator('[contenteditable=true]').first();
  if (!(await composer.isVisible())) {
    const start = page.getByRole('button', { name: /new (post|conversation)/i }).first();
    if (await start.isVisible()) await start.click();
  }
  await composer.click();
  await page.keyboard.type('@Tocsin');
  await page.locator('#typeahead-menu').getByText('Tocsin', { exact: true }).first().click();
  await page.keyboard.type(` ${text}`);
  await page.getByRole('button', { name: 'Post', exact: true }).first().click();
}

/** Presses the newest button of this name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).last().click({ timeout: 60_000 });
}

function cliPath(): string {
  const manifest = createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/package.json');
  return join(dirname(manifest), 'cli.js');
}

/** Fewer than five users are refused, and only its log says so. */
function configText(): string {
  const people = ['Megan Bowen', 'Adele Vance', 'Isaiah Langer', 'Patti Fernandez', 'Lynne Robbins'];
  const person = (id: string, name: string, number: number): object => ({
    id,
    name,
    userPrincipleName: `${name.replace(' ', '.').toLowerCase()}@contoso.com`,
    aadObjectId: `00000000-0000-4000-8000-00000000002${number}`,
    givenName: name.split(' ')[0],
    surname: name.split(' ')[1],
    email: `${name.replace(' ', '.').toLowerCase()}@contoso.com`,
  });
  // YAML reads JSON.
  return JSON.stringify({
    version: '0.1.1',
    tenantId: TENANT,
    bot: { id: '28:6a1c2f0e-7b1d-4c55-9a3e-0c6f2b8d1e44', name: 'Tocsin' },
    currentUser: person(USER, 'Alex Wilber', 0),
    users: people.map((name, index) => person(`29:1person-${index + 1}`, name, index + 1)),
    personalChat: { id: 'a:1personal-chat-of-alex' },
    groupChat: { id: '19:8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d@thread.v2', name: 'On call' },
    team: {
      id: '19:0a1b2c3d4e5f60718293a4b5c6d7e8f9@thread.tacv2',
      name: 'Voice operations',
      aadGroupId: '0f6f3c6e-33f7-4b0e-8f9d-7c2c1b5a9e02',
      channels: [{ id: CHANNEL, name: 'alerts' }],
    },
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function untilServed(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    await answer?.text();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no answer within 90 s');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(hard);
}
