import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configure } from '../../dist/src/main/configure.js';
import { openKeep } from '../../dist/src/store/keep.js';
import { openDatabase } from '../../dist/src/store/open.js';
import { openStore } from '../../dist/src/store/sql.js';
import { writeMonth } from './lib/month.mjs';
import { ms, percentile } from './lib/table.mjs';

const DAY = 86_400_000;
const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const PACK = fileURLToPath(new URL('../../dist/src/rules/pack/', import.meta.url));
/** What Linux counts CPU time in: USER_HZ is 100 wherever Node runs. */
const TICK_MS = 10;

/** `tocsin backtest` as a person runs it: a process of its own, on a month of stored history. */
export const backtest = {
  name: 'backtest',
  /** @param {{ quick: boolean, progress: (text: string) => void }} bench */
  async run({ quick, progress }) {
    const home = mkdtempSync(join(tmpdir(), 'tocsin-backtest-'));
    try {
      const config = writeSettings(home);
      progress('backtest: writing 30 days of 20 services and 100,000 calls over 5 trunks');
      await writeHistory(config, home);
      const runs = [];
      for (const [name, rules] of candidates(home)) {
        const times = [];
        for (let round = 0; round < (quick ? 1 : 3); round += 1) {
          progress(`backtest: ${name}, run ${round + 1}`);
          times.push(await runOnce(config, rules));
        }
        runs.push([name, times]);
      }
      return [tableOf(runs)];
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function writeSettings(home) {
  const path = join(home, 'tocsin.yaml');
  const settings = {
    dataDir: join(home, 'data'),
    http: { port: 39_781 },
    tenants: [
      {
        name: 'contoso',
        tenantId: 'contoso.example',
        clientId: 'bench',
        clientSecret: 'none',
        sources: [{ kind: 'service-health' }, { kind: 'direct-routing' }],
      },
    ],
    channels: [{ name: 'noc', kind: 'webhook', url: 'https://127.0.0.1:9/' }],
    route: { channel: 'noc' },
  };
  writeFileSync(path, JSON.stringify(settings));
  return path;
}

async function writeHistory(config, home) {
  const { settings, rules, problems } = await configure(config);
  if (settings === undefined) throw new Error(problems.join('; '));
  const database = await openDatabase({ dataDir: join(home, 'data') });
  const to = Math.floor(Date.now() / DAY) * DAY;
  const store = await openStore(database);
  // Three days more, so that nothing is missing of the thirty and no API is asked.
  await writeMonth({
    store,
    calls: openKeep(database, Buffer.alloc(32)).calls,
    rules,
    root: settings.route,
    from: to - 33 * DAY,
    to,
    count: 110_000,
  });
  await database.close();
}

/** The whole built-in pack with other thresholds, and one rule of it. */
function candidates(home) {
  const files = readdirSync(PACK).filter((name) => name.endsWith('.yaml'));
  const pack = files.map((name) => readFileSync(join(PACK, name), 'utf8')).join('\n');
  const changed = pack.replaceAll('now.attempts >= 20', 'now.attempts >= 30');
  const rule = changed.split(/\n(?=- name: )/).find((text) => text.startsWith('- name: trunk-failing'));
  return [
    ['the whole pack, changed', changed],
    ['trunk-failing, changed', rule],
  ].map(([name, text], i) => {
    const path = join(home, `rules-${i}.yaml`);
    writeFileSync(path, text);
    return [name, path];
  });
}

async function runOnce(config, rules) {
  const begun = performance.now();
  const cpu = childrenCpu();
  const until = new Date(Math.floor(Date.now() / DAY) * DAY).toISOString();
  const args = [CLI, 'backtest', '--rules', rules, '--config', config, '--until', until, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let told = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (told += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`tocsin backtest ended with ${code}: ${told}`);
  const { these } = JSON.parse(out);
  const wall = performance.now() - begun;
  return {
    wall,
    cpu: childrenCpu() - cpu,
    lines: told.match(/\d+ %/g)?.length ?? 0,
    alerts: these.firings.length,
  };
}

/** Of children that have ended, from /proc. */
function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

function tableOf(runs) {
  const median = (times, key) =>
    percentile(
      times.map((time) => time[key]),
      0.5,
    );
  return {
    title: 'Backtest: 30 days of 20 services and 5 trunks with 100,000 calls, beside the built-in rules',
    columns: runs.map(([name]) => name),
    rows: [
      ['start to result (median)', ...runs.map(([, times]) => ms(median(times, 'wall')))],
      [
        'slowest run',
        ...runs.map(([, times]) =>
          ms(
            percentile(
              times.map(({ wall }) => wall),
              1,
            ),
          ),
        ),
      ],
      ['CPU, all threads (median)', ...runs.map(([, times]) => ms(median(times, 'cpu')))],
      ['lines of progress', ...runs.map(([, times]) => `${median(times, 'lines')}`)],
      ['alerts found', ...runs.map(([, times]) => `${median(times, 'alerts')}`)],
    ],
  };
}
