import type { Command } from 'commander';
import { quote } from '../commands/support/tokens.js';
import { ask, type AskOptions } from './ask.js';
import { configOption } from './options.js';
import { finishAlone } from './run.js';

interface ExplainOptions extends AskOptions {
  readonly tenant?: string;
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'why: the decisions about an incident, a subject, an issue, a call or a rule, with their values',
    )
    .argument('<id...>', 'INC-1042, EX123456, trunk:sbc1.contoso.com, a call’s id, a rule’s name')
    .addOption(configOption())
    .option('--tenant <name>', 'only of this tenant')
    .option('--json', 'machine output alone on standard output', false)
    .action((words: readonly string[], { tenant, ...options }: ExplainOptions) => {
      const narrowed = tenant === undefined ? [] : ['--tenant', tenant];
      const command = ['explain', ...words, ...narrowed].map(quote).join(' ');
      return finishAlone(() => ask(command, options));
    });
}
