import type { ServiceRow } from '../../cards/health.js';

/** The services that somebody's words mean: an exact id or name alone, else every one that has all the words in it. */
export function matchServices(words: string, rows: readonly ServiceRow[]): readonly ServiceRow[] {
  const asked = words.trim().toLowerCase();
  const exact = rows.filter((row) => row.id.toLowerCase() === asked || row.name.toLowerCase() === asked);
  if (exact.length > 0) return exact;
  const parts = asked.split(/\s+/);
  return rows.filter((row) => {
    const text = `${row.name} ${row.id}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
