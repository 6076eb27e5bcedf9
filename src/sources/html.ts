import { Parser } from 'htmlparser2';
import { safeLink } from '../lib/safe-link.js';
import type { Rich } from '../model/rich.js';
import { openBlocks } from './html-blocks.js';
import { openLine } from './html-line.js';
import { restoreLines } from './post-lines.js';
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

/** `breaks`: no tag sets lines, so the text's own line breaks do. */
function openPage(breaks: boolean): Page {
  const line = openLine();
  const blocks = openBlocks(line);
  let dropped = 0;
  return {
    open(name, attributes) {
      if (DROPPED.has(name)) dropped += 1;
      if (dropped > 0) return;
      line.style(name, 1);
      if (name === 'a') line.openLink(safeHref(attributes['href']));
      else if (name === 'ul' || name === 'ol') blocks.openList(name === 'ol');
      else if (name === 'li') blocks.endItem();
      else if (name === 'br' || BLOCK_TAGS.has(name)) blocks.endLine();
      else if (HEADINGS.has(name)) blocks.openHeading();
      else if ((name === 'td' || name === 'th') && !line.isEmpty()) line.add(' | ');
    },
    close(name) {
      if (DROPPED.has(name)) {
        dropped -= 1;
        return;
      }
      if (dropped > 0) return;
      line.style(name, -1);
      if (name === 'a') line.closeLink();
      else if (name === 'ul' || name === 'ol') blocks.closeList();
      else if (name === 'li') blocks.endItem();
      else if (BLOCK_TAGS.has(name)) blocks.endLine();
      else if (HEADINGS.has(name)) blocks.closeHeading();
    },
    text(text) {
      if (dropped > 0) return;
      const safe = clean(text);
      if (!breaks) {
        line.add(safe);
        return;
      }
      for (const [at, part] of safe.split('\n').entries()) {
        if (at > 0) blocks.endLine();
        line.add(part);
      }
    },
    end: () => blocks.end(),
  };
}

/** https, http and mailto alone; no name and password before the host, which only serve to disguise it. */
function safeHref(href: string | undefined): string | undefined {
  const address = clean(href ?? '').trim();
  const url = address.length > 2_000 ? undefined : safeLink(address);
  return url?.username === '' && url.password === '' ? url.href : undefined;
}
