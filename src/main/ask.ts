import type { Answer } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import { wallClock } from '../lib/clock.js';
import { openLog, silentLog } from '../lib/log.js';
import type { Card } from '../model/card.js';
import type { Settings } from '../settings/index.js';
import { renderTerminal } from '../lib/terminal/render.js';
import { configure } from './configure.js';
import { EXIT } from './exit.js';
import { openOffline } from './offline.js';

export interface AskDoor {
  ask(text: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The running instance when one answers, else the record itself. Throws `settings.invalid` with the first problem. */
export async function openAsk({ configPath }: { readonly configPath: string }): Promise<AskDoor> {
  const { settings, rules, problems } = await configure(configPath);
  if (settings === undefined)
    throw new Fault(
      'settings.invalid',
      `${problems[0] ?? configPath}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`,
    );
  const running = await runningAt(settings);
  if (running !== undefined) return running;
  const offline = await openOffline(settings, rules, wallClock, silentLog);
  return {
    ask: (text) => offline.ears.answer(text, { platform: 'cli', id: 'cli', name: 'cli' }, false),
    close: () => offline.close(),
  };
}

/** `tocsin doctor`: check, then one real call to everything. */
export async function runDoctor({
  configPath,
  json,
}: {
  readonly configPath: string;
  readonly json: boolean;
}): Promise<number> {
  const { settings, rules, problems, warnings } = await configure(configPath);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (settings === undefined) {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    return EXIT.config;
  }
  const running = await runningAt(settings);
  const answer = running === undefined ? await examine(settings, rules) : await running.ask('doctor');
  process.stdout.write(
    json
      ? `${JSON.stringify(answer, null, 2)}\n`
      : renderTerminal(answer.card, {
          colour: process.stdout.isTTY,
          width: process.stdout.isTTY ? process.stdout.columns : 100,
          timeZone: 'UTC',
        }),
  );
  return answer.ok && answer.card.tone === 'ok' ? EXIT.ok : EXIT.unavailable;
}

async function examine(settings: Settings, rules: Parameters<typeof openOffline>[1]): Promise<Answer> {
  const offline = await openOffline(settings, rules, wallClock, openLog('silent'));
  try {
    return await offline.ears.answer('doctor', { platform: 'cli', id: 'cli', name: 'cli' }, false);
  } finally {
    await offline.close();
  }
}

const PROBE_MS = 1_500;
/** A command may ask an API that takes its time. */
const ANSWER_MS = 60_000;

async function runningAt({ http, console: { auth } }: Settings): Promise<AskDoor | undefined> {
  const host = http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host;
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
  try {
    const alive = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) });
    if (!alive.ok) return undefined;
  } catch {
    return undefined;
  }
  const headers = {
    'content-type': 'application/json',
    ...(auth.kind === 'token' ? { authorization: `Bearer ${auth.token}` } : {}),
  };
  return {
    async ask(text) {
      const response = await fetch(`${base}/api/v1/command`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ command: text, via: 'cli' }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = (await response.json()) as { card?: Card; ok?: boolean; error?: { message: string } };
      if (body.card === undefined)
        throw new Fault(
          'api.rejected',
          body.error?.message ?? `The running Tocsin answered ${response.status}.`,
        );
      return { card: body.card, ok: body.ok === true, audience: 'asker', replaces: false };
    },
    close: async () => undefined,
  };
}
