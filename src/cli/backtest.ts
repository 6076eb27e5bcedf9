import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { backtestCard } from '../cards/index.js';
import { parseDuration } from '../lib/duration.js';
import { Fault } from '../lib/fault.js';
import { codeOf } from '../lib/thrown.js';
import { DAY } from '../model/time.js';
import { openRunning } from '../main/running.js';
import { cardText } from './ask.js';
import { configOption } from './options.js';
import { openProgress } from './progress.js';
import { EXIT, finishAlone } from './run.js';

interface BacktestOptions {
  readonly rules: string;
  /** How long before the end, or when. */
  readonly since: Since;
  readonly until?: number;
  readonly config: string;
  readonly json: boolean;
}

type Since = { readonly ms: number } | { readonly at: number };

export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .description('what rules would have sent over the stored history, beside those in force')
    .requiredOption('--rules <file>', 'the rules to try')
    .addOption(
      new Option('--since <time>', 'how far back (30d), or since when (2026-11-01)')
        .argParser(readSince)
        .default({ ms: 30 * DAY }, '30d'),
    )
    .option('--until <time>', 'until when (2026-11-21T03:10Z); now when left out', readInstant)
    .addOption(configOption())
    .option('--json', 'machine output alone on standard output', false)
    .action((options: BacktestOptions) => finishAlone(() => runBacktest(options)));
}

/** On the running instance, or on the stored record where none runs. */
async function runBacktest({ rules, since, until: end, config, json }: BacktestOptions): Promise<number> {
  const text = readRuleFile(rules);
  const until = Math.min(end ?? Date.now(), Date.now());
  const from = 'at' in since ? since.at : until - since.ms;
  if (from >= until) throw new Fault('command.usage', '--since is not before --until.', { advice: '' });
  const door = (await openRunning(config)) ?? (await (await import('../main/ask.js')).openRecord(config));
  const bar = openProgress(process.stderr);
  try {
    const backtest = await door.backtest({ rules: text, from, until, progress: bar.show });
    bar.done();
    process.stdout.once('error', () => undefined);
    const card = backtestCard({ backtest, inForce: false, now: Date.now(), url: '' });
    process.stdout.write(json ? `${JSON.stringify(backtest, null, 2)}\n` : cardText(card));
    return EXIT.ok;
  } finally {
    bar.done();
    await door.close();
  }
}

function readRuleFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : codeOf(error);
    throw new Fault('settings.invalid', `${path}: ${why}.`, { advice: 'Say which one with --rules FILE.' });
  }
}

function readSince(text: string): Since {
  const ms = parseDuration(text);
  return ms === undefined ? { at: readInstant(text) } : { ms };
}

function readInstant(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It is an instant such as 2026-11-21T03:10Z.');
  return at;
}
