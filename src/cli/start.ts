import { Option, type Command } from 'commander';
import { configOption } from './options.js';
import { finish } from './run.js';

const ROLES = ['all', 'poll', 'work', 'web'] as const;

type Role = (typeof ROLES)[number];

export function addStart(program: Command): void {
  program
    .command('start')
    .description('watch, tell and answer until SIGTERM or Ctrl-C')
    .addOption(configOption())
    .addOption(
      new Option('--role <role>', 'which part this process plays when Redis and Postgres are configured')
        .choices(ROLES)
        .default('all'),
    )
    .action(({ config, role }: { config: string; role: Role }) =>
      finish(async (main) => main.runStart({ configPath: config, role })),
    );
}
