import type { Json } from '../../src/model/json.js';
import type { Document, DocumentKeep, SampleKeep } from '../../src/sources/keep.js';

/** What a source keeps of its own history, without a database. */
export function memorySamples(): SampleKeep & { readonly size: () => number } {
  const kept = new Map<string, Map<number, Json>>();
  return {
    size: () => [...kept.values()].reduce((sum, series) => sum + series.size, 0),
    put: async (source, series, samples) => {
      const there = kept.get(`${source} ${series}`) ?? new Map<number, Json>();
      for (const { at, value } of samples) there.set(at, JSON.parse(JSON.stringify(value)) as Json);
      kept.set(`${source} ${series}`, there);
    },
    get: async (source, series, from, to) =>
      [...(kept.get(`${source} ${series}`) ?? [])]
        .filter(([at]) => at >= from && at <= to)
        .sort(([a], [b]) => a - b)
        .map(([at, value]) => ({ at, value })),
  };
}

/** Filed documents, without a database. */
export function memoryDocuments(): DocumentKeep & { readonly names: () => readonly string[] } {
  const kept = new Map<string, Document>();
  return {
    names: () => [...kept.values()].map(({ name }) => name),
    put: async (source, subject, document) => void kept.set(`${source} ${subject}`, document),
    get: async (source, subject) => kept.get(`${source} ${subject}`),
  };
}
