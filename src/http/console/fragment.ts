import type { Card, Tone } from '../../model/card.js';
import { SEVERITIES } from '../../model/severity.js';
import type { Instant } from '../../model/time.js';
import type { ConsoleView, SourceTile } from '../deps.js';
import { html, type Html } from './html.js';
import { renderCard, renderCardBody } from './render.js';
import { timeHtml } from './rich.js';
import { renderServices } from './services.js';

/** The parts of the page that live: the script swaps those whose markup changed. */
export interface Regions {
  readonly pulse: Html;
  readonly open: Html;
  readonly resolved: Html;
  readonly services: Html;
  readonly sources: Html;
}

export function renderRegions(view: ConsoleView): Regions {
  return {
    pulse: region('pulse', renderPulse(view)),
    open: region('open', renderOpen(view)),
    resolved: region('resolved', renderResolved(view.resolved)),
    services: region('services', renderServices(view.services)),
    sources: region('sources', renderSources(view.sources)),
  };
}

/** What the script fetches: all regions, and the program's clock for the ages. */
export function renderFragment(regions: readonly Html[], now: Instant): string {
  return html`<div id="fragment" data-now="${now}">${regions}</div>`.markup;
}

export function region(name: string, content: Html): Html {
  return html`<div class="region region-${name}" data-region="${name}">${content}</div>`;
}

function renderPulse({ open, sources }: ConsoleView): Html {
  const worst = SEVERITIES.find((severity) => open.some((card) => card.tone === severity));
  const blind = sources.filter((source) => source.blindSince !== undefined).length;
  const tone: Tone = worst ?? (blind > 0 ? 'warning' : 'ok');
  const polled = newest(sources.map((source) => source.polledAt));
  return html`<div class="pulse tone-${tone}" data-open="${open.length}" data-tone="${tone}">
    <p class="pulse-words">${headline(open, blind)}</p>
    <p class="pulse-poll">
      ${polled === undefined ? 'Not polled yet' : html`<span>Last poll ${timeHtml(polled, 'age')}</span>`}
      ${blind > 0 && html`<a class="pulse-blind" href="#sources">${plural(blind, 'source')} blind</a>`}
    </p>
  </div>`;
}

function headline(open: readonly Card[], blind: number): string {
  if (open.length === 0) return blind > 0 ? 'Nothing open in what can be seen' : 'All quiet: nothing is open';
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: open.filter((card) => card.tone === severity).length,
  }));
  const named = counts.filter(({ count }) => count > 0).map(({ count, severity }) => `${count} ${severity}`);
  return `${plural(open.length, 'incident')} open${named.length > 0 ? `: ${named.join(', ')}` : ''}`;
}

function renderOpen({ open, sources }: ConsoleView): Html {
  const blind = sources.some((source) => source.blindSince !== undefined);
  return html`<h2 id="open">Open incidents <span class="count">${open.length}</span></h2>
    ${
      open.length === 0 &&
      html`<p class="empty">
        ${
          blind
            ? 'No incident is open, but a source is blind: nobody knows about what it watches. See Sources.'
            : 'No incident is open. New ones appear here by themselves.'
        }
      </p>`
    }
    <ol class="cards">
      ${open.map(
        (card) =>
          html`<li data-card="${card.topic}" data-fallback="${card.fallback}">${renderCard(card)}</li>`,
      )}
    </ol>`;
}

function renderResolved(resolved: readonly Card[]): Html {
  if (resolved.length === 0) return html``;
  return html`<details class="fold" data-key="resolved">
    <summary>
      <h2>Recently resolved <span class="count">${resolved.length}</span></h2>
    </summary>
    <ol class="cards rows">
      ${resolved.map(
        (card) =>
          html`<li data-card="${card.topic}">
            <details class="card row tone-${card.tone}" data-key="${card.topic}">
              <summary>
                ${card.badge !== undefined && html`<span class="badge">${card.badge}</span>`}
                <span class="card-title">${card.title}</span>
                <span class="card-at">${timeHtml(card.at, 'age')}</span>
              </summary>
              ${renderCardBody(card)}
            </details>
          </li>`,
      )}
    </ol>
  </details>`;
}

function renderSources(sources: readonly SourceTile[]): Html {
  const troubled = sources.filter((source) => source.tone !== 'ok');
  const well = sources.filter((source) => source.tone === 'ok');
  return html`<h2 id="sources">Sources</h2>
    ${sources.length === 0 && html`<p class="empty">No source is configured.</p>`}
    ${
      troubled.length > 0 &&
      html`<ul class="sources">
        ${troubled.map(renderSource)}
      </ul>`
    }
    ${
      well.length > 12
        ? html`<details class="fold" data-key="sources/well">
            <summary>${plural(well.length, 'source')} polling well</summary>
            <ul class="sources">
              ${well.map(renderSource)}
            </ul>
          </details>`
        : well.length > 0 &&
          html`<ul class="sources">
            ${well.map(renderSource)}
          </ul>`
    }`;
}

function renderSource(source: SourceTile): Html {
  const { lastGood, blindSince, budgetLeft } = source;
  return html`<li class="source tone-${source.tone}">
    <p class="source-name"><span>${source.key}</span><span class="word">${source.state}</span></p>
    ${source.detail !== undefined && html`<p class="source-detail">${source.detail}</p>`}
    <p class="source-facts">
      <span>${lastGood === undefined ? 'Never polled well' : html`Good ${timeHtml(lastGood, 'age')}`}</span>
      ${blindSince !== undefined && html`<span>Blind since ${timeHtml(blindSince)}</span>`}
      ${budgetLeft !== undefined && html`<span>${plural(budgetLeft, 'request')} left</span>`}
    </p>
  </li>`;
}

function newest(times: readonly (Instant | undefined)[]): Instant | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
