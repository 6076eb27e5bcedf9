/** Events say that something changed, a fetch says what; the reader sees when the connection is lost. A part of `script.ts`. */
export const live = String.raw`/* ---- Live: events say that something changed, a fetch says what ------------------------------------------------ */

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
`;
