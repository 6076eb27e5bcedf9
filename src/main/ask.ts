import type { Answer } from '../commands/command.js';
import { Fault } from '../lib/fault.js';
import { wallClock } from '../lib/clock.js';
import { silentLog } from '../lib/log.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import { renderTerminal } from '../lib/terminal/render.js';
import { configure } from './configure.js';
import { EXIT } from './exit.js';
import { openOffline } from './offline.js';
import { openRunning, type AskDoor } from './running.js';

/** The record itself, where no instance runs. Throws `settings.invalid` with the first problem. */
export async function openRecord(configPath: string): Promise<AskDoor> {
  const { settings, rules, problems } = await configure(configPath);
  if (settings === undefined)
    throw new Fault(
      'settings.invalid',
      `${problems[0] ?? configPath}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`,
    );
  const offline = await openOffline({ settings, rules, clock: wallClock, log: silentLog });
  return {
    ask: (text) => offline.ears.answer(text, { platform: 'cli', id: 'cli', name: 'cli' }),
    backtest: (request) => offline.backtest(request),
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
  const running = await openRunning(configPath);
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

async function examine(settings: Settings, rules: readonly Rule[]): Promise<Answer> {
  const offline = await openOffline({ settings, rules, clock: wallClock, log: silentLog });
  try {
    return await offline.ears.answer('doctor', { platform: 'cli', id: 'cli', name: 'cli' });
  } finally {
    await offline.close();
  }
}
