import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/servers.js';

export const BOT_TOKEN = 'xoxb-emulated';
/** The same bot without channels:history. */
export const DEAF_TOKEN = 'xoxb-emulated-deaf';
/** The same bot, which may give files. */
export const FILE_TOKEN = 'xoxb-emulated-files';
export const CHANNEL = 'C000000001';

const seedOf = ({ name = 'Contoso', redirectUris = [] }: EmulatorOver) => ({
  slack: {
    team: { name, domain: 'contoso' },
    users: [{ name: 'alice', real_name: 'Alice' }],
    oauth_apps: [
      {
        app_id: 'A0TOCSIN',
        client_id: '1.2',
        client_secret: 'x',
        name: 'Tocsin',
        redirect_uris: redirectUris,
        scopes: ['chat:write'],
        bot_id: 'B0TOCSIN',
        bot_user_id: 'U0TOCSIN',
        bot_name: 'tocsin',
      },
    ],
    tokens: [
      token(BOT_TOKEN, [
        'chat:write',
        'channels:history',
        'channels:read',
        'users:read',
        'commands',
        'im:write',
        'im:history',
      ]),
      token(DEAF_TOKEN, ['chat:write']),
      token(FILE_TOKEN, ['chat:write', 'files:write']),
    ],
    strict_scopes: true,
  },
});

interface EmulatorOver {
  readonly name?: string;
  /** Where its authorize page may send browsers. */
  readonly redirectUris?: readonly string[];
}

function token(value: string, scopes: readonly string[]) {
  return { token: value, type: 'bot', user_id: 'U0TOCSIN', bot_id: 'B0TOCSIN', app_id: 'A0TOCSIN', scopes };
}

export interface Emulator {
  /** With `/api/`. */
  readonly apiUrl: string;
  /** A raw call as the bot, for looking at what Slack holds. */
  call(method: string, args?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** vercel-labs/emulate's Slack in a process of its own. */
export async function startEmulator(over: EmulatorOver = {}): Promise<Emulator> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-slack-'));
  const seed = join(folder, 'seed.json');
  await writeFile(seed, JSON.stringify(seedOf(over)));
  const port = await freePort();
  const program = fileURLToPath(new URL('../../../node_modules/emulate/dist/index.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [program, 'start', '-p', String(port), '-s', 'slack', '--seed', seed],
    {
      stdio: 'ignore',
    },
  );
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  const call = async (method: string, args: Readonly<Record<string, string>> = {}) => {
    const headers = { authorization: `Bearer ${BOT_TOKEN}` };
    const answer = await fetch(`${apiUrl}${method}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(args),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  await untilUp(() => call('auth.test'));
  return {
    apiUrl,
    call,
    async close() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilUp(ask: () => Promise<Record<string, unknown>>): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (performance.now() < deadline) {
    const answer = await ask().catch(() => undefined);
    if (answer?.['ok'] === true) return;
    await pause(50);
  }
  throw new Error('the Slack emulator did not start within 90 s');
}
