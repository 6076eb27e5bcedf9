import type { Silence } from '../../model/silence.js';
import type { DecidingStore } from '../../store/store.js';

/** Silences in memory: see `Store.silences`. */
export function openSilences(): Pick<DecidingStore, 'silences' | 'addSilence'> {
  const all: Silence[] = [];
  return {
    silences: async (now) =>
      all.filter(({ endsAt }) => endsAt > now).sort((a, b) => a.endsAt - b.endsAt || a.id - b.id),
    async addSilence(silence) {
      const added = { ...silence, id: all.length + 1 };
      all.push(added);
      return added;
    },
  };
}
