import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Answer, TextFile } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import { codeOf } from '../lib/thrown.js';
import type { BacktestRequest } from '../http/backtest.js';
import type { Backtest } from '../model/backtest.js';
import type { Card } from '../model/card.js';
import { doorOf, type Door } from '../settings/door.js';

export interface AskDoor {
  ask(text: string): Promise<Answer>;
  backtest(request: BacktestRequest): Promise<Backtest>;
  close(): Promise<void>;
}

const PROBE_MS = 1_500;
/** A command may ask an API that takes its time. */
const ANSWER_MS = 60_000;

/**
 * The running instance of a settings file, or undefined when none answers. Without the file it is looked for where it listens by
 * default, as the demo does.
 */
export async function openRunning(configPath: string): Promise<AskDoor | undefined> {
  const door = readDoor(configPath);
  return door !== undefined && (await isAlive(door)) ? through(door) : undefined;
}

function readDoor(configPath: string): Door | undefined {
  const path = resolve(configPath);
  const around = { env: process.env, readFile: (file: string) => readFileSync(file, 'utf8') };
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return undefined;
  }
  return doorOf(text, path, around);
}

async function isAlive({ url }: Door): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) });
    const said: unknown = await answer.json();
    return typeof said === 'object' && said !== null && 'status' in said && said.status === 'alive';
  } catch {
    return false;
  }
}

function through({ url, token }: Door): AskDoor {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    async ask(text) {
      const response = await fetch(`${url}/api/v1/command`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ command: text, via: 'cli' }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = (await response.json()) as {
        card?: Card;
        ok?: boolean;
        file?: TextFile;
        error?: { message: string };
      };
      if (body.card === undefined)
        throw new Fault(
          'api.rejected',
          body.error?.message ?? `The running Tocsin answered ${response.status}.`,
        );
      const { card, ok = false, file } = body;
      return { card, ok, audience: 'asker', replaces: false, ...(file === undefined ? {} : { file }) };
    },
    async backtest({ rules, from, until, progress }) {
      const response = await fetch(`${url}/api/v1/backtest`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ rules, since: new Date(from), until: new Date(until) }),
      });
      for await (const line of linesOf(response)) {
        if (line.progress !== undefined) progress(line.progress);
        if (line.backtest !== undefined) return line.backtest;
        if (line.error !== undefined) throw refusalOf(line.error);
      }
      throw new Fault('api.unreachable', 'The running Tocsin went away before the backtest was done.');
    },
    close: async () => undefined,
  };
}

interface BacktestLine {
  readonly progress?: number;
  readonly backtest?: Backtest;
  readonly error?: Refusal;
}

interface Refusal {
  readonly code?: string;
  readonly message: string;
}

/** Wrong rules end the command as they do without a running instance. */
function refusalOf({ code, message }: Refusal): Fault {
  return new Fault(code === 'settings.invalid' ? code : 'api.rejected', message, { advice: '' });
}

/** Of a refusal the whole body is one line. */
async function* linesOf(response: Response): AsyncGenerator<BacktestLine> {
  let rest = '';
  const decoder = new TextDecoder();
  if (response.body === null) return;
  const body: AsyncIterable<unknown> = response.body;
  for await (const bytes of body) {
    if (!(bytes instanceof Uint8Array)) continue;
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as BacktestLine;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as BacktestLine;
}
