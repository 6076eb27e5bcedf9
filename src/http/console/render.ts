import type { Action, Card, Section } from '../../model/card.js';
import { inlinesToText, richToText, type Rich } from '../../model/rich.js';
import { html, safeHref, type Html } from './html.js';
import { inlinesHtml, richHtml, timeHtml } from './rich.js';

/** A quote longer than this (in characters of text) shows its beginning; the rest is one key press away. */
const QUOTE_LIMIT = 560;
/** A fact longer than this is given the whole width. */
const FACT_LIMIT = 80;

/** A card as people see it in chat. Pure; every text in it is escaped and every link checked. */
export function cardToHtml(card: Card): string {
  return renderCard(card).markup;
}

export function renderCard(card: Card): Html {
  return html`<article class="card tone-${card.tone}" data-topic="${card.topic}">
    <header class="card-head">
      ${card.badge !== undefined && html`<span class="badge">${card.badge}</span>`}
      <h3 class="card-title">${card.title}</h3>
      <span class="card-at">${timeHtml(card.at, 'age')}</span>
    </header>
    ${renderCardBody(card)}
  </article>`;
}

/** Everything but the head: what a collapsed card shows when it is opened. */
export function renderCardBody(card: Card): Html {
  return html`<div class="card-body">
    ${card.sections.map((section, i) => renderSection(section, `${card.topic}/${i}`))}
    ${
      card.actions.length > 0 &&
      html`<div class="acts">${card.actions.map((action) => renderAction(action, card))}</div>`
    }
    ${card.footer !== undefined && html`<footer class="card-foot">${inlinesHtml(card.footer)}</footer>`}
  </div>`;
}

function renderSection(section: Section, key: string): Html {
  switch (section.kind) {
    case 'text':
      return html`<div class="rich">${richHtml(section.text)}</div>`;
    case 'facts':
      return html`<dl class="facts">
        ${section.facts.map(
          ({ label, value }) =>
            html`<div${inlinesToText(value).length > FACT_LIMIT && html` class="wide"`}>
              <dt>${label}</dt>
              <dd>${inlinesHtml(value)}</dd>
            </div>`,
        )}
      </dl>`;
    case 'quote':
      return renderQuote(section, key);
    case 'table':
      return renderTable(section, key);
    case 'list':
      return html`<ul class="lines">
        ${section.items.map(
          ({ tone, line }) => html`<li class="tone-${tone}"><span>${inlinesHtml(line)}</span></li>`,
        )}
      </ul>`;
    case 'chart':
      return renderChart(section);
  }
}

/** The page loads nothing from elsewhere: of the picture's address only the path is used. */
function renderChart({ title, alt, image }: Extract<Section, { kind: 'chart' }>): Html {
  const path = image === undefined ? undefined : pathOf(image);
  return path === undefined
    ? html`<div class="rich">
        <p><strong>${title}</strong>: ${alt}</p>
      </div>`
    : html`<figure class="chart">
        <img src="${path}" alt="${`${title}: ${alt}`}" width="800" height="400" loading="lazy" />
        <figcaption>${alt}</figcaption>
      </figure>`;
}

function pathOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, pathname } = new URL(address);
  return /^https?:$/.test(protocol) && !pathname.startsWith('//') ? pathname : undefined;
}

function renderQuote(quote: Extract<Section, { kind: 'quote' }>, key: string): Html {
  const { shown, folded } = fold(quote.text);
  return html`<figure class="quote">
    <figcaption>
      <strong>${quote.title}</strong>${quote.at !== undefined && html` ${timeHtml(quote.at)}`}
    </figcaption>
    <blockquote class="rich">
      ${richHtml(shown)}
      ${
        folded.length > 0 &&
        html`<details data-key="${key}/more">
          <summary>Show the rest</summary>
          ${richHtml(folded)}
        </details>`
      }
    </blockquote>
  </figure>`;
}

function fold(text: Rich): { shown: Rich; folded: Rich } {
  let length = 0;
  for (const [i, block] of text.entries()) {
    length += richToText([block]).length;
    if (length > QUOTE_LIMIT && i > 0) return { shown: text.slice(0, i), folded: text.slice(i) };
  }
  return { shown: text, folded: [] };
}

/** Wide tables scroll inside their own box, which therefore takes the keyboard's focus. */
function renderTable({ columns, rows }: Extract<Section, { kind: 'table' }>, key: string): Html {
  return html`<div class="table" tabindex="0" role="group" aria-label="Table" data-key="${key}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${inlinesHtml(cell)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderAction(action: Action, card: Card): Html | undefined {
  const key = `${card.topic}/${action.id}/${action.label}`;
  if (action.command !== undefined)
    return html`<button
      type="button"
      class="act act-${action.style}"
      data-key="${key}"
      data-command="${action.command}"
      ${confirmation(action)}
    >
      ${action.label}
    </button>`;
  const href = action.href === undefined ? undefined : safeHref(action.href);
  if (href === undefined) return undefined;
  return html`<a
    class="act act-${action.style}"
    data-key="${key}"
    href="${href}"
    target="_blank"
    rel="noopener noreferrer"
    >${action.label}</a
  >`;
}

function confirmation({ confirm }: Action): Html | undefined {
  return confirm === undefined ? undefined : html` data-confirm="${confirm}"`;
}
