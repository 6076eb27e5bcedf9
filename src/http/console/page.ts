import type { Instant } from '../../model/time.js';
import type { Regions } from './fragment.js';
import { html, type Html } from './html.js';

/** Addresses of the page's own files, with a version that changes with their content. */
export interface Assets {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

export interface Shell {
  readonly assets: Assets;
  readonly now: Instant;
  /** Who is signed in: an empty name when the person gave none, undefined when nobody has to sign in. */
  readonly session: string | undefined;
}

export function consolePage(regions: Regions, shell: Shell): string {
  const main = html`${regions.pulse} ${commandBox}
    <div class="columns">
      <div class="column-main">${regions.open} ${regions.resolved}</div>
      <aside class="column-side" aria-label="Service health and sources">
        ${regions.services} ${regions.sources}
      </aside>
    </div>`;
  return page('Tocsin', main, shell, '/console/fragment');
}

export function incidentPage(name: string, card: Html, shell: Shell): string {
  const main = html`<p class="back"><a href="/">← All incidents</a></p>
    ${card} ${commandBox}`;
  return page(`${name} · Tocsin`, main, shell, `/console/fragment/incidents/${name}`);
}

export function schedulesPage(schedules: Html, shell: Shell): string {
  const main = html`<p class="back"><a href="/">← All incidents</a></p>
    ${schedules} ${commandBox}`;
  return page('On call · Tocsin', main, shell, '/console/fragment/schedules');
}

function page(title: string, main: Html, { assets, now, session }: Shell, fragment: string): string {
  const body = html`<body data-fragment="${fragment}" data-now="${now}">
    <a class="skip" href="#main">Skip to the incidents</a>
    <header class="top">
      <a class="brand" href="/"
        >${bell}
        <h1>Tocsin</h1></a
      >
      <nav class="places"><a href="/schedules">On call</a></nav>
      <span class="live" id="live" data-state="connecting" role="status">
        <span class="dot"></span><span id="live-word">Connecting</span>
      </span>
      ${
        session !== undefined &&
        html`<form class="leave" method="post" action="/logout">
          <span>${session}</span><button type="submit" class="quiet">Sign out</button>
        </form>`
      }
    </header>
    <noscript
      ><p class="notice">Without JavaScript this page shows one moment: reload it for the next.</p></noscript
    >
    <p class="notice" id="lost" hidden></p>
    <main id="main" tabindex="-1">${main}</main>
    <footer class="bottom">
      <span>Times in <span id="zone">UTC</span></span>
      <span><kbd>/</kbd> command</span>
      <a href="/api/v1/openapi.json">API</a>
    </footer>
    <p class="unseen" id="news" aria-live="assertive"></p>
    <p class="unseen" id="said" aria-live="polite"></p>
    <dialog id="confirm" aria-labelledby="confirm-words">
      <form method="dialog">
        <p id="confirm-words"></p>
        <div class="acts">
          <button class="act act-default" value="no">Cancel</button>
          <button class="act act-danger" value="yes" id="confirm-yes">Go on</button>
        </div>
      </form>
    </dialog>
    <script src="${assets.script}" type="module"></script>
  </body>`;
  return documentOf(title, assets, body);
}

export interface LoginShell {
  readonly assets: Assets;
  readonly next: string;
  /** How people come in. */
  readonly by: 'none' | 'token' | 'entra';
  readonly problem: string | undefined;
}

export function loginPage({ assets, next, by, problem }: LoginShell): string {
  const trouble = problem !== undefined && html`<p class="problem" role="alert" id="problem">${problem}</p>`;
  const body = html`<body class="door">
    <main id="main">${by === 'entra' ? entraDoor(next, trouble) : tokenDoor(next, problem, trouble)}</main>
  </body>`;
  return documentOf('Sign in · Tocsin', assets, body);
}

function entraDoor(next: string, trouble: Html | false): Html {
  return html`<div class="login">
    <p class="brand">${bell}<span>Tocsin</span></p>
    <h1>Sign in</h1>
    ${trouble}
    <a class="act act-primary" href="/login/entra?next=${encodeURIComponent(next)}">Sign in with Microsoft</a>
    <p class="hint">With your work account. What you may do is the role that you are listed with.</p>
  </div>`;
}

function tokenDoor(next: string, problem: string | undefined, trouble: Html | false): Html {
  return html`<form class="login" method="post" action="/login">
    <p class="brand">${bell}<span>Tocsin</span></p>
    <h1>Sign in</h1>
    ${trouble}
    <label for="token">Token</label>
    <input
      id="token"
      name="token"
      type="password"
      required
      autofocus
      autocomplete="current-password"
      ${problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`}
    />
    <p class="hint">The one set as <code>console.auth.token</code>.</p>
    <label for="name">Your name <span class="dim">(optional)</span></label>
    <input id="name" name="name" maxlength="64" autocomplete="name" />
    <p class="hint">Shown in the timeline when you acknowledge or resolve.</p>
    <input type="hidden" name="next" value="${next}" />
    <button type="submit" class="act act-primary">Sign in</button>
  </form>`;
}

function documentOf(title: string, assets: Assets, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark light" />
        <meta name="theme-color" content="#0a0e13" media="(prefers-color-scheme: dark)" />
        <meta name="theme-color" content="#f3f5f8" media="(prefers-color-scheme: light)" />
        <title>${title}</title>
        <link rel="icon" href="${assets.icon}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.style}" />
      </head>
      ${body}
    </html> `.markup;
}

const bell = html`<svg class="bell" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
  <path
    d="M12 2.5a1.6 1.6 0 0 1 1.6 1.6v.5A6.6 6.6 0 0 1 18.6 11v3.6l1.6 2.7c.3.5-.1 1.2-.7 1.2h-15c-.6 0-1-.7-.7-1.2l1.6-2.7V11a6.6 6.6 0 0 1 5-6.4v-.5A1.6 1.6 0 0 1 12 2.5Z"
  />
  <path d="M9.4 20h5.2a2.6 2.6 0 0 1-5.2 0Z" />
</svg>`;

const commandBox = html`<section class="ask" aria-label="Command">
  <form id="ask">
    <label class="unseen" for="command">Command</label>
    <span class="prompt" aria-hidden="true">›</span>
    <input
      id="command"
      name="command"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      enterkeyhint="go"
      maxlength="4000"
      placeholder="status teams"
      aria-keyshortcuts="/"
      aria-describedby="ask-hint"
    />
    <kbd class="ask-key" aria-hidden="true">/</kbd>
    <button type="submit" class="act act-primary">Run</button>
  </form>
  <p class="ask-hint" id="ask-hint">
    <span>Try</span>
    ${['help', 'status', 'incidents', 'services', 'doctor'].map(
      (name) => html`<button type="button" class="chip" data-command="${name}">${name}</button>`,
    )}
  </p>
  <div id="answers"></div>
</section>`;
