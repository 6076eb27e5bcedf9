const LEVELS = '▁▂▃▄▅▆▇█';

/** A row of bars of one character each, at most `width` of them; a gap is a blank. `pick` stands for several in one. */
export function sparkline(
  values: readonly (number | null)[],
  { top, width, pick }: { readonly top: number; readonly width: number; readonly pick: 'most' | 'least' },
): string {
  return squeeze(values, width, pick)
    .map((value) => (value === null ? ' ' : (LEVELS[levelOf(value, top)] ?? ' ')))
    .join('');
}

/** Nothing is the lowest bar, something is at least the one above it. */
function levelOf(value: number, top: number): number {
  const highest = LEVELS.length - 1;
  if (value <= 0 || top <= 0) return 0;
  return Math.min(highest, Math.max(1, Math.round((value / top) * highest)));
}

/** Several values in one where there are more than places; the last place may have fewer. */
export function squeeze(
  values: readonly (number | null)[],
  places: number,
  pick: 'most' | 'least' | 'sum',
): readonly (number | null)[] {
  const size = Math.max(1, Math.ceil(values.length / Math.max(1, places)));
  const squeezed: (number | null)[] = [];
  for (let i = 0; i < values.length; i += size) {
    const there = values.slice(i, i + size).filter((value) => value !== null);
    squeezed.push(there.length === 0 ? null : together(there, pick));
  }
  return squeezed;
}

function together(values: readonly number[], pick: 'most' | 'least' | 'sum'): number {
  if (pick === 'sum') return values.reduce((a, b) => a + b, 0);
  return pick === 'most' ? Math.max(...values) : Math.min(...values);
}
