/** Shows how far something has come: one line that changes on a terminal, a line at each tenth elsewhere. */
export interface Progress {
  /** 0 to 1. */
  readonly show: (share: number) => void;
  /** Takes the changing line away again. */
  done(): void;
}

const WIDTH = 30;
/** What is over sooner shows nothing. */
const PATIENCE_MS = 500;

export function openProgress(
  out: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number = Date.now,
): Progress {
  const begun = now();
  let shown = -1;
  return {
    show(share) {
      const percent = Math.floor(Math.min(1, Math.max(0, share)) * 100);
      const step = out.isTTY === true ? percent : Math.floor(percent / 10) * 10;
      if (step <= shown || now() - begun < PATIENCE_MS) return;
      shown = step;
      if (out.isTTY !== true) out.write(`${step} %\n`);
      else {
        const full = Math.round((percent / 100) * WIDTH);
        out.write(`\r${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent} %`);
      }
    },
    done() {
      if (out.isTTY === true && shown >= 0) out.write(`\r${' '.repeat(WIDTH + 6)}\r`);
      shown = -1;
    },
  };
}
