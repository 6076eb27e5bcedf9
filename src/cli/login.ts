import { Argument, type Command } from 'commander';
import { configOption, wholeNumber } from './options.js';
import { finish } from './run.js';

interface LoginOptions {
  readonly config: string;
  readonly tenant: string;
  readonly port: number;
}

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in as a person, with a second factor, for an API that wants one')
    .addArgument(new Argument('<service>', 'what to sign in to').choices(['partner-center']))
    .requiredOption('--tenant <name>', 'the tenant, as the settings name it')
    .option(
      '--port <number>',
      'where the browser comes back to; a free port by default',
      wholeNumber(0, 65_535),
      0,
    )
    .addOption(configOption())
    .action((_service: string, { config, tenant, port }: LoginOptions) =>
      finish((main) =>
        main.runLogin({
          configPath: config,
          tenant,
          port,
          say: (text) => void process.stdout.write(text),
        }),
      ),
    );
}
