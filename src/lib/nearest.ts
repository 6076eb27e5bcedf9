/** The candidates that somebody may have meant, nearest first; nothing when all are too far away. */
export function nearest(word: string, candidates: readonly string[], max = 3): readonly string[] {
  const asked = word.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, far: farness(asked, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.min(3, Math.floor(asked.length / 2))))
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

/** A beginning of a word, or a word and more (`acknowledge` for `ack`), is as near as one wrong letter. */
function farness(asked: string, candidate: string): number {
  const distance = editDistance(asked, candidate);
  const begins = asked.length >= 2 && (candidate.startsWith(asked) || asked.startsWith(candidate));
  return begins ? Math.min(distance, 1) : distance;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(cell(last, j) + 1, cell(row, j - 1) + 1, cell(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, cell(before, j - 2) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return cell(last, b.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
