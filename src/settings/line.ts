import type { Document, LineCounter } from 'yaml';
import type { Path } from './problem.js';

/** The line of this place, or of the nearest one around it; nothing where the document has none of them. */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): { line?: number } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    const [start] = node.range as [number];
    return { line: lines.linePos(start).line };
  }
  return {};
}
