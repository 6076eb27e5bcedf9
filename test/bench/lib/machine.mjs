import { availableParallelism, loadavg, totalmem } from 'node:os';

/** One line on the machine, with nothing in it that names it; the load says whether something else ran beside. */
export function machine() {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} vCPU, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`;
}
