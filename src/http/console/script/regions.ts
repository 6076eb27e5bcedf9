/** Fetches the page's regions anew and swaps those that changed; focus and what is unfolded stay. A part of `script.ts`. */
export const regions = String.raw`/* ---- Regions: fetch, compare, swap what changed, keep focus and what is unfolded ------------------------------- */

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
`;
