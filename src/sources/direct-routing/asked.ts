import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PageEnd, PageScan } from './scan/page.js';

/** A page that is asked for. It arrives whatever else is done, and nothing of it is read before its turn. */
export interface AskedPage {
  readonly path: string;
  /** Its turn: resolves once all of it is here, with the next page's address where its last bytes say it. */
  arrival(): Promise<string | undefined>;
  /** Reads what arrived, a few pieces at a turn: the next page comes off its connection meanwhile. */
  read(): Promise<PageEnd>;
  /** Nobody wants it any more. The answer is still taken, which is cheaper than a connection that is cut. */
  drop(): void;
}

/** Asks for the page and gives its body to `sink`, anew for each try. */
export type GetPage = (
  path: string,
  sink: () => (chunk: Buffer) => Promise<void> | undefined,
) => Promise<void>;

/** More than a page of a thousand calls. Of a longer one the rest stays with the server until its turn, or is read as it comes. */
const MOST_WAITING = 2 * 1024 * 1024;
/** Of 64 KiB each as they come off a connection, whose own buffer does not hold much more. */
const PIECES = 3;

export function askForPage(path: string, get: GetPage, open: () => PageScan): AskedPage {
  let scan: PageScan | undefined;
  let begun = false;
  let waiting: Buffer[] = [];
  let size = 0;
  let state: 'early' | 'due' | 'dropped' = 'early';
  let come: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => (come = resolve));

  function sink(): (chunk: Buffer) => Promise<void> | undefined {
    // Opened only at its turn: the page before it is read with the same tools.
    [scan, begun, waiting, size] = [undefined, true, [], 0];
    return (chunk) => {
      if (state === 'dropped') return undefined;
      waiting.push(chunk);
      size += chunk.length;
      if (size <= MOST_WAITING) return undefined;
      if (state === 'early') return turn.then(readWaiting);
      readWaiting();
      return undefined;
    };
  }

  function readWaiting(): void {
    const chunks = waiting;
    [waiting, size] = [[], 0];
    if (state !== 'due') return;
    scan ??= open();
    for (const chunk of chunks) scan.push(chunk);
  }

  const arrived = get(path, sink);
  // Told to whoever waits for it, which may be later.
  arrived.catch(() => undefined);

  return {
    path,
    async arrival() {
      state = 'due';
      come();
      await arrived;
      return linkAtEnd(waiting);
    },
    async read() {
      if (!begun) throw new Error('the body of the answer was not handed over');
      const page = (scan ??= open());
      for (const [place, chunk] of waiting.entries()) {
        page.push(chunk);
        if (place % PIECES === PIECES - 1) await nextTurn();
      }
      waiting = [];
      return page.end();
    },
    drop() {
      state = 'dropped';
      waiting = [];
      come();
    },
  };
}

const TAIL = 2_048;

/** The next page's address as Graph ends its answers with it; whoever reads the whole answer may find another one. */
function linkAtEnd(chunks: readonly Buffer[]): string | undefined {
  let tail = (chunks.at(-1) ?? Buffer.alloc(0)).subarray(-TAIL);
  const before = chunks.at(-2);
  if (tail.length < TAIL && before !== undefined) tail = Buffer.concat([before.subarray(-TAIL), tail]);
  return /"@odata\.nextlink"\s*:\s*"([^"\\]+)"\s*\}\s*$/i.exec(tail.toString('latin1'))?.[1];
}
