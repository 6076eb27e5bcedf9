// The compiled program on a clock that its parent moves: `node clocked-child.mjs <settings file> <start> <begun> <speed>`.
// Messages: {ahead: ms} in, {ahead: ms} and {url} out. It ends by itself when its parent does.
import { configure } from '../../dist/src/main/configure.js';
import { openLog } from '../../dist/src/lib/log.js';
import { openProgram } from '../../dist/src/main/program.js';

const [, , path, ...numbers] = process.argv;
const [start, begun, speed] = numbers.map(Number);
let ahead = 0;
const clock = {
  now: () => Math.round(start + (Date.now() - begun) * speed + ahead),
  real: (ms) => ms / speed,
};

const { settings, rules, problems } = await configure(path);
if (settings === undefined) throw new Error(problems.join('\n'));
const program = await openProgram({ settings, rules, role: 'all', clock, log: openLog(settings.log.level) });

process.on('message', (message) => {
  ahead = message.ahead;
  process.send({ ahead });
});
const stop = async () => {
  await program.close();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('disconnect', stop);
process.send({ url: program.url });
