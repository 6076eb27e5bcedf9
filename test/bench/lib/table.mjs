/**
 * @typedef {object} Table
 * @property {string} title
 * @property {readonly string[]} columns Over the figures; the first one, over the names, is empty.
 * @property {readonly (readonly string[])[]} rows Each a name and its figures; an empty row is a blank line.
 * @property {readonly string[]} [notes]
 */

/**
 * Names to the left, figures to the right of their columns.
 * @param {Table} table
 */
export function renderTable({ title, columns, rows, notes = [] }) {
  const lines = [['', ...columns], ...rows];
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  const cell = (text = '', at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]));
  const body = lines.map((line) => `  ${line.map(cell).join('   ')}`.trimEnd());
  return `${[title, '-'.repeat(title.length), ...body, ...notes.map((note) => `  ${note}`)].join('\n')}\n`;
}

/** `62 ms`, `0.41 ms`, `3.20 s`. */
export function ms(value) {
  if (Number.isNaN(value)) return '-';
  if (value >= 2_000) return `${(value / 1_000).toFixed(2)} s`;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(2)} ms`;
}

export function mib(kib) {
  return `${(kib / 1024).toFixed(0)} MiB`;
}

export function perSecond(value) {
  return `${value.toFixed(0)}/s`;
}

/** A figure and how many times the baseline's it is. */
export function beside(value, baseline, unit) {
  const ratio = value / baseline;
  return `${unit(value)} (${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(ratio < 0.1 ? 3 : 1)}×)`;
}

/** The smallest value that a share of all values does not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
