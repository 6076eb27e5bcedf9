import { Command } from 'commander';
import { addAsk } from './cli/ask.js';
import { addBacktest } from './cli/backtest.js';
import { addCheck } from './cli/check.js';
import { addDemo } from './cli/demo.js';
import { addDoctor } from './cli/doctor.js';
import { addExplain } from './cli/explain.js';
import { addLogin } from './cli/login.js';
import { addManifest } from './cli/manifest.js';
import { addRules } from './cli/rules.js';
import { fail } from './cli/run.js';
import { addStart } from './cli/start.js';
import { version } from './cli/version.js';

try {
  await build().parseAsync(process.argv);
} catch (error) {
  fail(error);
}

function build(): Command {
  const program = new Command('tocsin')
    .description('The self-hosted alarm bell for Microsoft 365 and Teams voice.')
    .version(version(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) });
  // Subcommands inherit the settings above when they are made through the program.
  for (const add of [
    addStart,
    addDemo,
    addCheck,
    addDoctor,
    addAsk,
    addExplain,
    addRules,
    addBacktest,
    addManifest,
    addLogin,
  ])
    add(program);
  return program;
}

/** Commander says the error and its suggestion in two lines. */
function oneLine(text: string): string {
  const line = text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^error: /, '');
  return `tocsin: ${line}${/[.)]$/.test(line) ? '' : '.'} See tocsin --help.\n`;
}
