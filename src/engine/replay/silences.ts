import type { Silence } from '../../model/silence.js';
import type { Instant } from '../../model/time.js';
import type { DecidingStore } from '../../store/store.js';

type SilenceStore = Pick<
  DecidingStore,
  'silences' | 'silence' | 'addSilence' | 'changeSilence' | 'silencesOver' | 'noteSilencesOver'
>;

/** Silences in memory: see the methods of these names in `Store`. */
export function openSilences(): SilenceStore {
  const all = new Map<number, Silence>();
  const noted = new Set<number>();
  const sorted = (keep: (silence: Silence) => boolean): readonly Silence[] =>
    [...all.values()].filter(keep).sort((a, b) => a.endsAt - b.endsAt || a.id - b.id);
  const over = (silence: Silence, now: Instant): boolean => silence.endsAt <= now && !noted.has(silence.id);
  return {
    silences: async (now) => sorted(({ endsAt }) => endsAt > now),
    silence: async (id) => all.get(id),
    async addSilence(silence) {
      const added = { ...silence, id: all.size + 1 };
      all.set(added.id, added);
      return added;
    },
    async changeSilence(id, { endsAt, comment }) {
      const before = all.get(id);
      if (before === undefined) return undefined;
      const after = { ...before, endsAt, comment };
      all.set(id, after);
      noted.delete(id);
      return after;
    },
    silencesOver: async (now) => sorted((silence) => over(silence, now)),
    async noteSilencesOver(ids) {
      for (const id of ids) noted.add(id);
    },
  };
}
