import type { Command } from 'commander';
import { configOption } from './options.js';
import { finish } from './run.js';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('every problem of the settings and rules at once, without the network')
    .addOption(configOption())
    .action(({ config }: { config: string }) =>
      finish(async (main) => main.runCheck({ configPath: config })),
    );
}
