import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAsk } from './cli/ask.js';
import { addCheck } from './cli/check.js';
import { addDemo } from './cli/demo.js';
import { addDoctor } from './cli/doctor.js';
import { addLogin } from './cli/login.js';
import { addExplain } from './cli/explain.js';
import { addRules } from './cli/rules.js';
import { fail } from './cli/run.js';
import { addStart } from './cli/start.js';

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
  for (const add of [addStart, addDemo, addCheck, addDoctor, addAsk, addExplain, addRules, addLogin])
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

/** The compiled file lies two levels below the package, the source one. */
function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version?: string };
      if (parsed.version !== undefined) return parsed.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
