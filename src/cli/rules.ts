import type { Command } from 'commander';
import { finish } from './run.js';

export function addRules(program: Command): void {
  const rules = program.command('rules').description('work on rules');
  rules
    .command('test')
    .description('run rule tests: one line a failure, with what was expected and what came')
    .argument('<file...>', 'files with tests')
    .option('--json', 'machine output alone on standard output', false)
    .action((files: readonly string[], { json }: { readonly json: boolean }) =>
      finish((main) =>
        main.runRuleTests({
          files,
          json,
          say: (text) => void process.stdout.write(text),
          complain: (text) => void process.stderr.write(text),
        }),
      ),
    );
}
