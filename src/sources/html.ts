import { Parser } from 'htmlparser2';
import { safeLink } from '../lib/safe-link.js';
import type { Inline, Rich, RichBlock } from '../model/rich.js';
import { restoreLines, trimmed } from './post-lines.js';
import { clean, cutRich } from './text.js';

export { postSections } from './post-sections.js';

const MAX_INPUT = 100_000;
const MAX_TEXT = 8_000;

const DROPPED = new Set([
  'script',
  'style',
  'title',
  'noscript',
  'template',
  'iframe',
  'svg',
  'math',
  'textarea',
]);
const BLOCKS = /<\s*(?:p|br|div|ul|ol|li|table|tr|h[1-6]|section|article|blockquote)\b/i;
const BLOCK_TAGS = new Set([
  'p',
  'div',
  'section',
  'article',
  'blockquote',
  'hr',
  'pre',
  'table',
  'tr',
  'header',
  'footer',
]);
const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/**
 * Foreign HTML, or plain text that is called HTML, as rich text of at most `max` characters. Scripts and styles go with
 * their content, links keep https, http and mailto alone, tables become lines. Never throws, whatever the input.
 */
export function parseHtml(html: string, max = MAX_TEXT): Rich {
  const input = html.slice(0, MAX_INPUT);
  const page = openPage(!BLOCKS.test(input));
  const parser = new Parser(
    {
      onopentag: (name, attributes) => page.open(name, attributes),
      onclosetag: (name) => page.close(name),
      ontext: (text) => page.text(text),
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(input);
  parser.end();
  return cutRich(restoreLines(page.end()), max);
}

interface Page {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
  end(): Rich;
}

interface OpenList {
  readonly ordered: boolean;
  readonly items: (readonly Inline[])[];
}

/** `breaks`: no tag sets lines, so the text's own line breaks do. */
function openPage(breaks: boolean): Page {
  const blocks: RichBlock[] = [];
  const links: (string | undefined)[] = [];
  let inlines: Inline[] = [];
  let dropped = 0;
  let bold = 0;
  let italic = 0;
  let code = 0;
  let heading = false;
  let list: OpenList | undefined;
  let depth = 0;

  function add(text: string): void {
    const last = inlines.at(-1);
    const before = last !== undefined && 'text' in last ? last.text : '';
    const words = text.replace(/\s+/g, ' ');
    const joined = before === '' || before.endsWith(' ') ? words.trimStart() : words;
    if (joined === '') return;
    const href = links.at(-1);
    inlines.push({
      text: joined,
      ...(bold > 0 ? { bold: true } : {}),
      ...(italic > 0 ? { italic: true } : {}),
      ...(code > 0 ? { code: true } : {}),
      ...(href === undefined ? {} : { href }),
    });
  }

  /** The line is over. Within a list the item is one line, whatever stands in it. */
  function flush(): void {
    if (depth > 0 && list !== undefined) {
      add(' ');
      return;
    }
    const done = merged(trimmed(inlines));
    inlines = [];
    if (done.length > 0) blocks.push({ kind: heading ? 'heading' : 'paragraph', inlines: done });
  }

  function endItem(): void {
    const done = merged(trimmed(inlines));
    inlines = [];
    if (done.length === 0 || list === undefined) return;
    const parent = list.items.at(-1);
    if (depth <= 1) list.items.push(done);
    // A nested point would count among the numbers: it joins its parent instead.
    else if (list.ordered && parent !== undefined)
      list.items[list.items.length - 1] = [...parent, { text: ' – ' }, ...done];
    else list.items.push([{ text: '– '.repeat(Math.min(depth - 1, 3)) }, ...done]);
  }

  function openList(ordered: boolean): void {
    if (depth === 0) {
      flush();
      list = { ordered, items: [] };
    } else endItem();
    depth += 1;
  }

  function closeList(): void {
    endItem();
    depth -= 1;
    if (depth > 0) return;
    if (list !== undefined && list.items.length > 0) blocks.push({ kind: 'list', ...list });
    list = undefined;
  }

  function shift(name: string, by: 1 | -1): void {
    if (name === 'b' || name === 'strong') bold += by;
    else if (name === 'i' || name === 'em') italic += by;
    else if (name === 'code' || name === 'tt') code += by;
  }

  return {
    open(name, attributes) {
      if (DROPPED.has(name)) dropped += 1;
      if (dropped > 0) return;
      shift(name, 1);
      if (name === 'a') links.push(safeHref(attributes['href']));
      else if (name === 'ul' || name === 'ol') openList(name === 'ol');
      else if (name === 'li') endItemOrLine();
      else if (name === 'br' || BLOCK_TAGS.has(name)) flush();
      else if (HEADINGS.has(name)) {
        flush();
        heading = true;
      } else if ((name === 'td' || name === 'th') && trimmed(inlines).length > 0) add(' | ');
    },
    close(name) {
      if (DROPPED.has(name)) {
        dropped -= 1;
        return;
      }
      if (dropped > 0) return;
      shift(name, -1);
      if (name === 'a') links.pop();
      else if (name === 'ul' || name === 'ol') closeList();
      else if (name === 'li') endItemOrLine();
      else if (BLOCK_TAGS.has(name)) flush();
      else if (HEADINGS.has(name)) {
        flush();
        heading = false;
      }
    },
    text(text) {
      if (dropped > 0) return;
      const safe = clean(text);
      if (!breaks) {
        add(safe);
        return;
      }
      for (const [at, part] of safe.split('\n').entries()) {
        if (at > 0) flush();
        add(part);
      }
    },
    end() {
      flush();
      return blocks;
    },
  };

  function endItemOrLine(): void {
    if (depth > 0) endItem();
    else flush();
  }
}

/** Neighbours of one style as one piece. */
function merged(inlines: readonly Inline[]): Inline[] {
  const kept: Inline[] = [];
  for (const inline of inlines) {
    const last = kept.at(-1);
    if (last !== undefined && 'text' in last && 'text' in inline && sameStyle(last, inline)) {
      kept[kept.length - 1] = { ...last, text: last.text + inline.text };
    } else kept.push(inline);
  }
  return kept;
}

function sameStyle(a: Inline, b: Inline): boolean {
  return JSON.stringify({ ...a, text: '' }) === JSON.stringify({ ...b, text: '' });
}

/** https, http and mailto alone; no name and password before the host, which only serve to disguise it. */
function safeHref(href: string | undefined): string | undefined {
  const address = clean(href ?? '').trim();
  const url = address.length > 2_000 ? undefined : safeLink(address);
  return url?.username === '' && url.password === '' ? url.href : undefined;
}
