/** Bytes and a view of the same memory. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function pieceOf(bytes: Uint8Array): Piece {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Where a value that came in pieces is put together: one piece of memory for all of them. */
export interface Desk {
  /** Bytes that wait for more. */
  readonly length: number;
  keep(bytes: Uint8Array): void;
  clear(): void;
  /** What waits and what follows it, valid until the next call. */
  joined(more: Uint8Array): Piece;
}

const FIRST_BYTES = 64 * 1024;

export function openDesk(): Desk {
  let memory = Buffer.alloc(FIRST_BYTES);
  let length = 0;

  function reserve(bytes: number): void {
    if (bytes <= memory.length) return;
    const wider = Buffer.alloc(Math.max(bytes, memory.length * 2));
    memory.copy(wider, 0, 0, length);
    memory = wider;
  }

  return {
    get length() {
      return length;
    },
    keep(bytes) {
      reserve(bytes.length);
      // Within one memory too, where they may overlap.
      memory.set(bytes);
      length = bytes.length;
    },
    clear() {
      length = 0;
    },
    joined(more) {
      const whole = length + more.length;
      reserve(whole);
      memory.set(more, length);
      return pieceOf(memory.subarray(0, whole));
    },
  };
}
