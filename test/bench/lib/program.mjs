import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pause, startNode, temporaryFolder } from './children.mjs';
import { freePort } from './servers.mjs';

const CLI = fileURLToPath(new URL('../../../dist/src/cli.js', import.meta.url));
const READY_WITHIN = 60_000;

/**
 * A folder with the settings of one tenant, that of the sandbox, and one webhook. The program may be started on it again.
 * @param {object} where
 * @param {object} where.stack the settings of the stack
 * @param {import('../../../dist/src/sandbox/sandbox.js').Sandbox} where.sandbox
 * @param {string} where.hook the webhook's address
 * @param {string} where.every the poll interval
 * @param {object} [where.over] settings that take the place of these
 */
export async function settle({ stack, sandbox, hook, every, over = {} }) {
  const folder = temporaryFolder();
  const port = await freePort();
  const settings = {
    ...stack,
    dataDir: 'data',
    http: { host: '127.0.0.1', port },
    log: { level: 'warn' },
    tenants: [
      {
        name: 'contoso',
        tenantId: sandbox.tenantId,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        endpoints: sandbox.endpoints,
        ca: `file:${sandbox.caFile}`,
        sources: [{ kind: 'service-health', every }],
      },
    ],
    channels: [{ name: 'hook', kind: 'webhook', url: hook }],
    // The wait for a group is a choice and not a speed: without it the pipeline alone is measured.
    route: { channel: 'hook', groupWait: '0s' },
    ...over,
  };
  const config = join(folder.path, 'tocsin.json');
  writeFileSync(config, JSON.stringify(settings));
  return { url: `http://127.0.0.1:${port}`, config, remove: folder.remove };
}

/**
 * Starts the compiled program as a user does, and waits until it is ready.
 * @param {{url: string, config: string}} place
 */
export async function startProgram({ url, config }) {
  // For `--cpu-prof` and the like, when a figure asks for a reason.
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter((flag) => flag !== '');
  const begun = performance.now();
  const program = startNode([...flags, CLI, 'start', '--config', config]);
  await untilReady(`${url}/readyz`, program);
  return { url, pid: program.child.pid, readyMs: performance.now() - begun, stop: program.stop };
}

/**
 * Asks until the answer is 200; a new attempt every 5 ms.
 * @param {string} url
 * @param {ReturnType<typeof startNode>} program
 */
export async function untilReady(url, program) {
  const deadline = performance.now() + READY_WITHIN;
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (program.child.exitCode !== null || performance.now() > deadline)
      throw new Error(`the program did not become ready: ${program.said() || 'it said nothing'}`);
    await pause(5);
  }
}

/** The sum of all series of a metric whose labels contain `part`. */
export async function metric({ url }, name, part = '') {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(part))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Resolves once the first poll has been committed: what changes from now on is news. */
export async function untilPolled(program) {
  const deadline = performance.now() + READY_WITHIN;
  while ((await metric(program, 'tocsin_polls_total', 'outcome="ok"')) < 1) {
    if (performance.now() > deadline) throw new Error('no poll succeeded');
    await pause(50);
  }
}
