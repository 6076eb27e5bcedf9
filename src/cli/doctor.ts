import type { Command } from 'commander';
import { configOption } from './options.js';
import { finish } from './run.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check, then one real call to each source and channel')
    .addOption(configOption())
    .option('--json', 'machine output alone on standard output', false)
    .action(({ config, json }: { config: string; json: boolean }) =>
      finish(async (main) => main.runDoctor({ configPath: config, json })),
    );
}
