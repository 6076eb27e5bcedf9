import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startNode } from './children.mjs';
import { untilReady } from './program.mjs';
import { freePort } from './servers.mjs';

const script = (name) => fileURLToPath(new URL(`../bare/${name}.mjs`, import.meta.url));

/** The plain things that the program is compared with: each a Node process that does that one thing and nothing else. */
export const bare = {
  /**
   * Posts these bodies one after the other with undici; resolves when the sink has them all.
   * @param {Awaited<ReturnType<typeof import('./sink.mjs').openSink>>} sink
   * @param {readonly string[]} bodies
   * @param {{everyMs: number}} pace 0 is as fast as answers come; then each counts from the beginning, as in a burst
   */
  async posts(sink, bodies, { everyMs }) {
    sink.clear();
    const loop = startNode([script('posts'), sink.url, String(everyMs)]);
    loop.child.stdin.end(JSON.stringify(bodies));
    const posts = await sink.arrived(bodies.length, 60_000 + everyMs * bodies.length);
    await loop.ended;
    await loop.stop();
    return posts.map(({ at, sent }) => ({ at, lateMs: at - Number(sent) }));
  },

  /** An empty Node process from its spawning to its end, in milliseconds. */
  async empty() {
    const begun = performance.now();
    const node = startNode(['-e', '']);
    await node.ended;
    const took = performance.now() - begun;
    await node.stop();
    return took;
  },

  /** An Express server that says hello, from its spawning to its first answer, in milliseconds. */
  async express() {
    const port = await freePort();
    const begun = performance.now();
    const server = startNode([script('express'), String(port)]);
    await untilReady(`http://127.0.0.1:${port}/`, server);
    const took = performance.now() - begun;
    await server.stop();
    return took;
  },

  /** The memory of a Node process that waits and does nothing, after `settleMs`. */
  async idle(settleMs) {
    const node = startNode(['-e', 'setInterval(() => {}, 1000)']);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const memory = memoryOf(node.child.pid);
    await node.stop();
    return memory;
  },
};

/** KiB from /proc/<pid>/status: resident now (VmRSS) and at its peak (VmHWM). */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { rss: read('VmRSS'), peak: read('VmHWM') };
}

/** Seconds of CPU that a process has used, from /proc/<pid>/stat, in hundredths; NaN where there is no /proc. */
export function cpuOf(pid) {
  if (!existsSync('/proc/self/stat')) return NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold blanks; utime and stime are the 14th and 15th field of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
