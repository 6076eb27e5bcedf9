import { Option, type Command } from 'commander';
import { wholeNumber } from './options.js';
import { finish } from './run.js';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('run on a sandbox tenant that plays a scripted week in fast time')
    .addOption(
      new Option('--port <port>', "the console's port, 0 for any free one")
        .argParser(wholeNumber(0, 65_535))
        .default(3978),
    )
    .addOption(
      new Option('--speed <times>', 'how many times faster than life')
        .argParser(wholeNumber(1, 100_000))
        .default(300),
    )
    .option('--keep', 'keep the data of the last run', false)
    .action(({ port, speed, keep }: { port: number; speed: number; keep: boolean }) =>
      finish(async (main) => main.runDemo({ port, speed, keep })),
    );
}
