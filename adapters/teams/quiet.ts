import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../../src/lib/log.js';

const inside = new AsyncLocalStorage<Log>();
let listening = false;

/**
 * Runs work of a library that prints to the console for each refused token (an expired one, a bad signature, the keys it
 * knows): anybody who finds the address could fill standard error with it. What it prints goes to the log, at `debug`.
 * Nothing else that prints is touched.
 */
export function quietly<T>(log: Log, work: () => Promise<T>): Promise<T> {
  if (!listening) {
    listening = true;
    const print = console.error.bind(console);
    console.error = (...said: unknown[]) => {
      const heard = inside.getStore();
      if (heard === undefined) print(...said);
      else heard.debug({ said: said.map(String) }, 'the Bot Framework library');
    };
  }
  return inside.run(log, work);
}

/** Our own code within such work speaks aloud again. */
export function aloud<T>(work: () => T): T {
  return inside.exit(work);
}
