import type { Keep } from '../../src/sources/keep.js';

/** For sources that keep nothing: what they put is forgotten. */
export const emptyKeep: Keep = {
  vault: { get: async () => undefined, put: async () => undefined },
  calls: {
    begins: async () => undefined,
    marks: async () => new Map(),
    add: async () => undefined,
    counts: async () => [],
    failed: async () => [],
    forget: async () => undefined,
  },
  documents: { put: async () => undefined, get: async () => undefined },
  samples: { put: async () => undefined, get: async () => [] },
};
