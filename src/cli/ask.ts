import type { Command } from 'commander';
import { quote } from '../commands/support/tokens.js';
import type { Card } from '../model/card.js';
import { openRunning } from '../main/running.js';
import { configOption } from './options.js';
import { EXIT, finishAlone } from './run.js';
import { renderTerminal } from '../lib/terminal/render.js';

export interface AskOptions {
  readonly config: string;
  readonly json: boolean;
}

export function addAsk(program: Command): void {
  program
    .command('ask')
    .description('run a chat command, for example: ask "status teams"')
    .argument('<command...>', 'the words as typed in chat')
    .addOption(configOption())
    .option('--json', 'machine output alone on standard output', false)
    // `ask status --tenant contoso`: what is not ours belongs to the chat command.
    .allowUnknownOption()
    // One argument is a whole command; several were taken apart by the shell.
    .action(([only = '', ...others]: readonly string[], options: AskOptions) =>
      finishAlone(() => ask(others.length === 0 ? only : [only, ...others].map(quote).join(' '), options)),
    );
}

/** Asks the running instance, or the record, and prints the answer. */
export async function ask(command: string, { config, json }: AskOptions): Promise<number> {
  const desk = (await openRunning(config)) ?? (await (await import('../main/ask.js')).openRecord(config));
  try {
    const answer = await desk.ask(command);
    // `tocsin ask … | head` closes early: that is the reader's right and no failure.
    process.stdout.once('error', () => undefined);
    process.stdout.write(
      json ? `${JSON.stringify(answer, null, 2)}\n` : (answer.file?.text ?? cardText(answer.card)),
    );
    return answer.ok ? EXIT.ok : EXIT.failed;
  } finally {
    await desk.close();
  }
}

/** For the terminal that reads it, or for a file. */
export function cardText(card: Card): string {
  return renderTerminal(card, {
    colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
    width: process.stdout.isTTY ? Math.min(process.stdout.columns, 120) : 100,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
}
