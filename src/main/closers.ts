import type { Log } from '../lib/log.js';

/** What has been opened and has to be closed, the last first. */
export interface Closers {
  add(close: () => unknown): void;
  /** Goes on when one fails, which is logged; twice does no harm. */
  closeAll(): Promise<void>;
}

export function openClosers(log: Log): Closers {
  const closers: (() => unknown)[] = [];
  return {
    add: (close) => void closers.push(close),
    async closeAll() {
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          log.warn({ err: error }, 'closing');
        }
      }
    },
  };
}
