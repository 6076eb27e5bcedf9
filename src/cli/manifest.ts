import { Argument, type Command } from 'commander';
import { configOption } from './options.js';
import { finish } from './run.js';
import { version } from './version.js';

interface ManifestFlags {
  readonly config: string;
  readonly out?: string;
}

export function addManifest(program: Command): void {
  program
    .command('manifest')
    .description('what Slack or Teams is told about the app, filled from the settings')
    .addArgument(new Argument('<platform>', 'whose').choices(['slack', 'teams']))
    .option('--out <dir>', 'the folder to write to; without it Slack’s is printed and Teams’ zip lies here')
    .addOption(configOption())
    .action((platform: 'slack' | 'teams', { config, out }: ManifestFlags) =>
      finish((main) =>
        main.runManifest({
          configPath: config,
          platform,
          out,
          version: version(),
          say: (text) => void process.stdout.write(text),
          complain: (text) => void process.stderr.write(text),
        }),
      ),
    );
}
