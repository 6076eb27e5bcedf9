import type { ServiceTile } from '../deps.js';
import { html, safeHref, type Html } from './html.js';
import { timeHtml } from './rich.js';

const MANY_TENANTS = 8;

/** A tile for each service in trouble; those that are well are counted, and listed when asked for: 400 tenants fit. */
export function renderServices(services: readonly ServiceTile[]): Html {
  const tenants = [...byTenant(services)].map(
    ([tenant, own]) => [tenant, own.filter((service) => service.tone !== 'ok'), own] as const,
  );
  const troubled = tenants.filter(([, bad]) => bad.length > 0);
  const well = tenants.filter(([, bad]) => bad.length === 0);
  return html`<h2 id="services">Service health</h2>
    ${services.length === 0 && html`<p class="empty">Known after the first poll.</p>`}
    ${troubled.map(([tenant, bad, own]) => renderTenant(tenant, bad, own))}
    ${renderWell(well.map(([tenant, , own]) => renderTenant(tenant, [], own)))}`;
}

/** Many tenants without trouble are one line. */
function renderWell(tenants: readonly Html[]): Html {
  if (tenants.length <= MANY_TENANTS) return html`${tenants}`;
  return html`<details class="fold well tenant" data-key="services/well">
    <summary class="tone-ok"><span class="dot"></span>${tenants.length} tenants without trouble</summary>
    ${tenants}
  </details>`;
}

function byTenant(services: readonly ServiceTile[]): ReadonlyMap<string, readonly ServiceTile[]> {
  const groups = new Map<string, ServiceTile[]>();
  for (const service of services) {
    const group = groups.get(service.tenant) ?? [];
    group.push(service);
    groups.set(service.tenant, group);
  }
  return groups;
}

function renderTenant(tenant: string, bad: readonly ServiceTile[], own: readonly ServiceTile[]): Html {
  const good = own.filter((service) => service.tone === 'ok');
  return html`<section class="tenant">
    <h3>${tenant}</h3>
    ${
      bad.length > 0 &&
      html`<ul class="tiles">
        ${bad.map(renderTile)}
      </ul>`
    }
    ${
      good.length > 0 &&
      html`<details class="fold well" data-key="services/${tenant}">
        <summary class="tone-ok"><span class="dot"></span>${wellWords(good.length, bad.length)}</summary>
        <ul class="chips">
          ${good.map((service) => html`<li>${service.name}</li>`)}
        </ul>
      </details>`
    }
  </section>`;
}

function wellWords(good: number, bad: number): string {
  if (bad > 0) return `${good} more operational`;
  return good === 1 ? 'The one service is operational' : `All ${good} services operational`;
}

function renderTile(service: ServiceTile): Html {
  return html`<li class="tile tone-${service.tone}">
    <p class="tile-name">${service.name}</p>
    <p class="tile-status word">${service.status}</p>
    <p class="tile-more">
      ${renderIssue(service)} ${service.since !== undefined && html`since ${timeHtml(service.since)}`}
    </p>
  </li>`;
}

function renderIssue({ tenant, name, issue }: ServiceTile): Html | undefined {
  if (issue === undefined) return undefined;
  const key = `tile/${tenant}/${name}/${issue.id}`;
  if (issue.command !== undefined)
    return html`<button type="button" class="link" data-key="${key}" data-command="${issue.command}">
      ${issue.id}
    </button>`;
  const href = issue.href === undefined ? undefined : safeHref(issue.href);
  if (href === undefined) return html`<span>${issue.id}</span>`;
  return html`<a data-key="${key}" href="${href}" target="_blank" rel="noopener noreferrer">${issue.id}</a>`;
}
