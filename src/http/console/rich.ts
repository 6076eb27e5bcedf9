import { utc, type Inline, type Rich, type RichBlock } from '../../model/rich.js';
import type { Instant } from '../../model/time.js';
import { html, safeHref, type Html } from './html.js';

export function richHtml(rich: Rich): readonly Html[] {
  return rich.map(blockHtml);
}

export function inlinesHtml(inlines: readonly Inline[]): readonly Html[] {
  return inlines.map(inlineHtml);
}

/** UTC as sent; the page's script puts it into the reader's zone and adds its age. `age` shows the age alone. */
export function timeHtml(at: Instant, style: 'clock' | 'age' = 'clock'): Html {
  return html`<time datetime="${new Date(at).toISOString()}" data-style="${style}">${utc(at)}</time>`;
}

function blockHtml(block: RichBlock): Html {
  if (block.kind === 'heading') return html`<p class="rich-heading">${inlinesHtml(block.inlines)}</p>`;
  if (block.kind === 'paragraph') return html`<p>${inlinesHtml(block.inlines)}</p>`;
  const items = block.items.map((item) => html`<li>${inlinesHtml(item)}</li>`);
  return block.ordered
    ? html`<ol>
        ${items}
      </ol>`
    : html`<ul>
        ${items}
      </ul>`;
}

function inlineHtml(inline: Inline): Html {
  if ('time' in inline) return timeHtml(inline.time);
  if ('command' in inline)
    return html`<button type="button" class="link" data-command="${inline.command}">${inline.text}</button>`;
  return linked(marked(lines(unbroken(inline.text)), inline), inline.href);
}

/** `2 h 5 min` and `95 %`: on a phone no number loses its unit to the next line. */
function unbroken(text: string): string {
  return text.replace(/(?<=\d) (?=(?:s|min|h|d)\b|%)/g, '\u00a0');
}

type TextInline = Exclude<Inline, { time: number } | { command: string }>;

function marked(text: Html, { bold, italic, code }: TextInline): Html {
  const coded = code === true ? html`<code>${text}</code>` : text;
  const slanted = italic === true ? html`<em>${coded}</em>` : coded;
  return bold === true ? html`<strong>${slanted}</strong>` : slanted;
}

function linked(text: Html, href: string | undefined): Html {
  const safe = href === undefined ? undefined : safeHref(href);
  if (safe === undefined) return text;
  return html`<a href="${safe}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}

function lines(text: string): Html {
  const [first = '', ...rest] = text.split('\n');
  return html`${first}${rest.map((line) => html`<br />${line}`)}`;
}
