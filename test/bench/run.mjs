// `npm run bench [-- [--quick] [section …]]`: measures the compiled program on this machine and prints one table a section.
import { bare } from './lib/bare.mjs';
import { closeAll } from './lib/children.mjs';
import { machine } from './lib/machine.mjs';
import { findStacks } from './lib/stacks.mjs';
import { renderTable } from './lib/table.mjs';
import { burst } from './burst.mjs';
import { backtest } from './backtest.mjs';
import { delivery } from './delivery.mjs';
import { idle } from './idle.mjs';
import { poll } from './poll.mjs';
import { rows } from './rows.mjs';
import { rules } from './rules.mjs';
import { start } from './start.mjs';

/**
 * @typedef {object} Bench What every section gets.
 * @property {boolean} quick Fewer samples and shorter waits; the figures are rougher.
 * @property {readonly import('./lib/stacks.mjs').Stack[]} stacks Where the record and the jobs are kept: a column each.
 * @property {typeof bare} bare The plain things that the program is compared with.
 * @property {(text: string) => void} progress One line on standard error.
 *
 * @typedef {object} Section
 * @property {string} name As given on the command line.
 * @property {(bench: Bench) => Promise<readonly import('./lib/table.mjs').Table[]>} run
 */

/** @type {readonly Section[]} A new section is a file and a line here. */
const SECTIONS = [delivery, burst, idle, start, rows, poll, rules, backtest];

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const asked = words.filter((word) => word !== '--quick');
const unknown = asked.filter((word) => !SECTIONS.some((section) => section.name === word));

if (unknown.length > 0) {
  const known = SECTIONS.map((section) => section.name).join(', ');
  process.stderr.write(`bench: there is no section ${unknown.join(', ')}; there are ${known} and --quick.\n`);
  process.exitCode = 1;
} else {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => closeAll().then(() => process.exit(1)));
  try {
    await measure(SECTIONS.filter((section) => asked.length === 0 || asked.includes(section.name)));
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await closeAll();
  }
}

/** @param {readonly Section[]} sections */
async function measure(sections) {
  const { stacks, missing } = findStacks();
  process.stdout.write(`Tocsin bench${quick ? ', quick' : ''}: ${machine()}\n`);
  for (const line of missing) process.stdout.write(`${line}\n`);
  const progress = (text) => process.stderr.write(`… ${text}\n`);
  for (const section of sections) {
    for (const table of await section.run({ quick, stacks, bare, progress }))
      process.stdout.write(`\n${renderTable(table)}`);
  }
}
