import type { Inline, Rich, RichBlock } from '../model/rich.js';
import type { Line } from './html-line.js';

/** What has been read of a page: paragraphs, headings and lists, the line that is being read becoming the next of them. */
export interface Blocks {
  /** The line is over. Within a list the item is one line, whatever stands in it. */
  endLine(): void;
  openHeading(): void;
  closeHeading(): void;
  openList(ordered: boolean): void;
  closeList(): void;
  /** A point of a list begins or ends; outside of any, a line does. */
  endItem(): void;
  end(): Rich;
}

interface OpenList {
  readonly ordered: boolean;
  readonly items: (readonly Inline[])[];
}

export function openBlocks(line: Line): Blocks {
  const blocks: RichBlock[] = [];
  let heading = false;
  let list: OpenList | undefined;
  let depth = 0;

  function endLine(): void {
    if (depth > 0 && list !== undefined) {
      line.add(' ');
      return;
    }
    const inlines = line.take();
    if (inlines.length > 0) blocks.push({ kind: heading ? 'heading' : 'paragraph', inlines });
  }

  function endPoint(): void {
    const done = line.take();
    if (done.length === 0 || list === undefined) return;
    const parent = list.items.at(-1);
    if (depth <= 1) list.items.push(done);
    // A nested point would count among the numbers: it joins its parent instead.
    else if (list.ordered && parent !== undefined)
      list.items[list.items.length - 1] = [...parent, { text: ' – ' }, ...done];
    else list.items.push([{ text: '– '.repeat(Math.min(depth - 1, 3)) }, ...done]);
  }

  return {
    endLine,
    openHeading() {
      endLine();
      heading = true;
    },
    closeHeading() {
      endLine();
      heading = false;
    },
    openList(ordered) {
      if (depth === 0) {
        endLine();
        list = { ordered, items: [] };
      } else endPoint();
      depth += 1;
    },
    closeList() {
      endPoint();
      depth -= 1;
      if (depth > 0) return;
      if (list !== undefined && list.items.length > 0) blocks.push({ kind: 'list', ...list });
      list = undefined;
    },
    endItem() {
      if (depth > 0) endPoint();
      else endLine();
    },
    end() {
      endLine();
      return blocks;
    },
  };
}
