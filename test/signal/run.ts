import { fileURLToPath } from 'node:url';
import { readScenarios } from './scenario.js';
import { scoreOf } from './score.js';
import { report } from './table.js';

// `npm run signal`: compiled, this file lies in dist/test/signal.
const folder = fileURLToPath(new URL('../../../test/signal/scenarios/', import.meta.url));
const [only] = process.argv.slice(2);
const scores = [];
for (const scenario of readScenarios(folder))
  if (only === undefined || scenario.file.includes(only)) scores.push(await scoreOf(scenario));
process.stdout.write(report(scores));
process.exitCode = scores.length > 0 && scores.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
