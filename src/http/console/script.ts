/**
 * The page's script, served as one file. It keeps the regions of the page alive, runs commands and puts times into the
 * reader's zone. Plain browser JavaScript: no back-quotes in it, so that it can stand in a template as it is.
 */
export const script = String.raw`'use strict';

const byId = (id) => document.getElementById(id);
const { fragment: fragmentUrl } = document.body.dataset;

/* ---- Time: the program's clock, the reader's zone ------------------------------------------------------------- */

let clock = { program: Number(document.body.dataset.now), here: performance.now() };
const programNow = () => clock.program + (performance.now() - clock.here);

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min']];

function ageWords(at) {
  const seconds = Math.round((programNow() - at) / 1000);
  const span = Math.abs(seconds);
  if (span < 5) return 'now';
  const unit = UNITS.find(([size]) => span >= size);
  const words = unit ? Math.floor(span / unit[0]) + '\u00a0' + unit[1] : span + '\u00a0s';
  return seconds < 0 ? 'in\u00a0' + words : words + '\u00a0ago';
}

function tell(time) {
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) return;
  const age = ageWords(at);
  if (time.dataset.style === 'age') {
    setText(time, age);
  } else {
    const sameDay = new Date(at).toDateString() === new Date(programNow()).toDateString();
    setText(time, (sameDay ? clockFormat : dayFormat).format(at) + ' (' + age + ')');
  }
  if (!time.title) time.title = fullFormat.format(at);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tellTimes(root) {
  for (const time of root.querySelectorAll('time')) tell(time);
}

/* ---- Regions: fetch, compare, swap what changed, keep focus and what is unfolded ------------------------------- */

const shown = new Map();
const shownCards = new Map();

async function refresh() {
  const response = await fetch(fragmentUrl, { headers: { accept: 'text/html' } });
  if (response.status === 401) {
    location.assign('/login?next=' + encodeURIComponent(location.pathname));
    return;
  }
  if (!response.ok) throw new Error('status ' + response.status);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  clock = { program: Number(fresh.getElementById('fragment').dataset.now), here: performance.now() };
  for (const region of fresh.querySelectorAll('[data-region]')) swap(region);
  tellTimes(document);
  showState();
}

function swap(region) {
  const name = region.dataset.region;
  const place = document.querySelector('[data-region="' + name + '"]');
  if (!place || shown.get(name) === region.innerHTML) return;
  shown.set(name, region.innerHTML);
  const keep = remember(place);
  if (name === 'open') swapOpen(place, region);
  else place.replaceChildren(...region.childNodes);
  restore(place, keep);
}

/** What the reader is at: the focused thing, and which folds are open. */
function remember(place) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const card = focused && focused.closest('[data-card]');
  return {
    focus: focused && focused.dataset.key,
    near: card && card.dataset.card,
    folds: new Map([...place.querySelectorAll('details[data-key]')].map((fold) => [fold.dataset.key, fold.open])),
  };
}

function restore(place, keep) {
  for (const fold of place.querySelectorAll('details[data-key]'))
    if (keep.folds.has(fold.dataset.key)) fold.open = keep.folds.get(fold.dataset.key);
  if (place.contains(document.activeElement) || (!keep.focus && !keep.near)) return;
  const same = keep.focus && find(place, 'data-key', keep.focus);
  const near = keep.near && find(place, 'data-card', keep.near);
  const next = same || (near && near.querySelector('button, a')) || byId('main');
  next.focus({ preventScroll: true });
}

function find(place, attribute, value) {
  return place.querySelector('[' + attribute + '="' + CSS.escape(value) + '"]');
}

/** Card by card, so that an answer under one card survives the change of another. */
function swapOpen(place, region) {
  const oldList = place.querySelector('.cards');
  const old = new Map([...oldList.children].map((item) => [item.dataset.card, item]));
  const items = [...region.querySelector('.cards').children];
  for (const item of items) {
    const topic = item.dataset.card;
    const known = old.get(topic);
    const markup = item.innerHTML;
    if (known) {
      const answer = known.querySelector(':scope > .answer');
      if (shownCards.get(topic) === markup) item.replaceChildren(...known.childNodes);
      else if (answer) item.append(answer);
    } else {
      item.classList.add('arrived');
      news(item.dataset.fallback);
    }
    shownCards.set(topic, markup);
    old.delete(topic);
  }
  for (const [topic, item] of old) {
    shownCards.delete(topic);
    say('No longer open: ' + item.dataset.fallback);
  }
  place.replaceChildren(...region.childNodes);
}

/** The page as it was sent is what the first fetch is compared with. */
function learn() {
  for (const region of document.querySelectorAll('[data-region]')) shown.set(region.dataset.region, region.innerHTML);
  for (const item of document.querySelectorAll('[data-region="open"] [data-card]'))
    shownCards.set(item.dataset.card, item.innerHTML);
}

const news = (text) => setText(byId('news'), text);
const say = (text) => setText(byId('said'), text);

const baseTitle = document.title;

function showState() {
  const pulse = document.querySelector('.pulse');
  if (!pulse) return;
  const open = Number(pulse.dataset.open);
  document.title = (open > 0 ? '(' + open + ') ' : '') + baseTitle;
}

/* ---- Live: events say that something changed, a fetch says what ------------------------------------------------ */

let due = null;
let busy = false;
let again = false;
let lostAt = null;

function soon(delay) {
  if (busy) again = true;
  else if (due === null) due = setTimeout(run, delay);
}

async function run() {
  due = null;
  busy = true;
  try {
    await refresh();
    if (events.readyState === EventSource.OPEN) connected();
  } catch {
    disconnected();
  }
  busy = false;
  if (again) {
    again = false;
    soon(200);
  }
}

function connected() {
  lostAt = null;
  byId('live').dataset.state = 'live';
  setText(byId('live-word'), 'Live');
  byId('lost').hidden = true;
}

function disconnected() {
  lostAt = lostAt || Date.now();
  byId('live').dataset.state = 'lost';
  setText(byId('live-word'), 'Not connected');
  setText(byId('lost'), 'Connection lost at ' + clockFormat.format(lostAt) + '. What you see may be old. Trying again.');
  byId('lost').hidden = false;
}

let events;

function listen() {
  events = new EventSource('/api/v1/stream');
  events.addEventListener('hello', () => {
    connected();
    soon(0);
  });
  events.addEventListener('change', () => soon(200));
  events.addEventListener('error', () => {
    disconnected();
    /* The browser gives up on an answer other than 200 (a restart behind a proxy, an ended session). */
    if (events.readyState === EventSource.CLOSED) {
      soon(0);
      setTimeout(listen, 5000);
    }
  });
}

/* ---- Commands -------------------------------------------------------------------------------------------------- */

async function ask(command) {
  const response = await fetch('/api/v1/command', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command, render: 'html' }),
  });
  const answer = await response.json();
  if (response.status === 401) location.assign('/login?next=' + encodeURIComponent(location.pathname));
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

/** Markup comes from our own server alone, which escaped everything in it. */
function parse(markup) {
  const holder = document.createElement('template');
  holder.innerHTML = markup;
  tellTimes(holder.content);
  return holder.content;
}

function answerBox(command, content, ok) {
  const box = document.createElement('section');
  box.className = ok ? 'answer' : 'answer failed';
  box.setAttribute('aria-label', 'Answer to ' + command);
  const head = document.createElement('header');
  const words = document.createElement('code');
  words.textContent = command;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet close';
  close.textContent = 'Close';
  close.setAttribute('aria-label', 'Close the answer to ' + command);
  head.append(words, close);
  box.append(head, content);
  return box;
}

function problem(text) {
  const line = document.createElement('p');
  line.className = 'problem';
  line.textContent = text;
  return line;
}

/** Runs it and shows the answer: under the card whose button was pressed, else under the command box. */
async function perform(command, origin) {
  const item = origin && origin.closest('[data-region="open"] [data-card]');
  try {
    const answer = await ask(command);
    if (answer.replaces && answer.ok && item) item.querySelector(':scope > .answer')?.remove();
    else show(answerBox(command, parse(answer.html), answer.ok), item);
    say(answer.card.fallback);
  } catch (error) {
    const text = error instanceof TypeError ? 'No connection: the command was not run.' : error.message;
    show(answerBox(command, problem(text), false), item);
    say(text);
  }
  soon(0);
}

const KEPT_ANSWERS = 5;

function show(box, item) {
  if (item) {
    item.querySelector(':scope > .answer')?.remove();
    item.append(box);
  } else {
    const answers = byId('answers');
    answers.prepend(box);
    while (answers.children.length > KEPT_ANSWERS) answers.lastElementChild.remove();
  }
  box.scrollIntoView({ block: 'nearest' });
}

async function press(button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm, button.textContent.trim()))) return;
  button.setAttribute('aria-disabled', 'true');
  if (button.closest('.ask')) history.push(button.dataset.command);
  await perform(button.dataset.command, button);
  button.removeAttribute('aria-disabled');
}

function confirmed(question, yes) {
  const dialog = byId('confirm');
  setText(byId('confirm-words'), question);
  setText(byId('confirm-yes'), yes);
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/* ---- Command box: history with the arrow keys ------------------------------------------------------------------ */

const history = {
  lines: JSON.parse(sessionStorage.getItem('tocsin-history') || '[]'),
  at: 0,
  draft: '',
  push(line) {
    if (this.lines.at(-1) !== line) this.lines = [...this.lines, line].slice(-100);
    sessionStorage.setItem('tocsin-history', JSON.stringify(this.lines));
    this.at = 0;
  },
  /** 1 is one step back in time, -1 one forward; 0 is the line being typed. */
  move(step, typed) {
    if (this.at === 0) this.draft = typed;
    this.at = Math.min(Math.max(this.at + step, 0), this.lines.length);
    return this.at === 0 ? this.draft : this.lines.at(-this.at);
  },
};

const input = byId('command');

byId('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  const command = input.value.trim();
  if (!command) return;
  history.push(command);
  input.value = '';
  await perform(command, null);
});

input.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    event.preventDefault();
    input.value = history.move(event.key === 'ArrowUp' ? 1 : -1, input.value);
    input.setSelectionRange(input.value.length, input.value.length);
  } else if (event.key === 'Escape') {
    if (input.value) input.value = '';
    else byId('answers').firstElementChild?.remove();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, dialog')) return;
  event.preventDefault();
  input.focus();
  input.select();
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-command]');
  const close = event.target.closest('button.close');
  if (button) press(button);
  if (close) {
    const box = close.closest('.answer');
    const next = box.parentElement.querySelector('.acts button') || input;
    box.remove();
    next.focus({ preventScroll: true });
  }
});

/* ---- Begin ----------------------------------------------------------------------------------------------------- */

setText(byId('zone'), Intl.DateTimeFormat().resolvedOptions().timeZone);
learn();
tellTimes(document);
showState();
listen();
setInterval(() => tellTimes(document), 5000);
setInterval(() => soon(0), 30000);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') soon(0);
});
`;
