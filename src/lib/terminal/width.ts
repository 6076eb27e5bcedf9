const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Emoji as such, or made into one by U+FE0F; flags and keycaps come out of the segmenter as one cluster. */
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator})|\uFE0F/u;
const NOTHING = /^[\p{Mark}\p{Cc}\p{Cf}\u200b]+$/u;
/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), by the blocks that occur in text. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]/u;

/** Terminal columns that a text takes. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += clusterWidth(segment);
  return columns;
}

function clusterWidth(cluster: string): number {
  if (/^[\x20-\x7e]$/.test(cluster)) return 1;
  if (NOTHING.test(cluster)) return 0;
  return EMOJI.test(cluster) || WIDE.test(cluster) ? 2 : 1;
}

/** The text with blanks up to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Pieces of a word that is too long for a line. */
export function split(word: string, columns: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of segmenter.segment(word)) {
    const width = clusterWidth(segment);
    if (used + width > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += width;
  }
  return piece === '' ? pieces : [...pieces, piece];
}
