import type { Instant } from '../../model/time.js';

interface Timed {
  readonly at: Instant;
}

/** Several series, each in order of time, as one. Of those at one moment the earlier series comes first. */
export async function* merged<T extends Timed>(series: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const readers = series.map((one) => one[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      let first = -1;
      for (const [i, head] of heads.entries()) {
        const best = heads[first];
        if (head.done !== true && (best === undefined || best.done === true || head.value.at < best.value.at))
          first = i;
      }
      const head = heads[first];
      const reader = readers[first];
      if (head === undefined || reader === undefined || head.done === true) return;
      yield head.value;
      heads[first] = await reader.next();
    }
  } finally {
    for (const reader of readers) await reader.return?.();
  }
}
