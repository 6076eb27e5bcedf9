import { createServer } from 'node:http';
import { URLSearchParams } from 'node:url';
import { closing } from './children.mjs';
import { now } from './sink.mjs';

/** At most `max` in any `perMs`, as the platforms document it. */
const SLACK_CHANNEL = [{ max: 1, perMs: 1_000 }];
const SLACK_EDITS = [{ max: 50, perMs: 60_000 }];
const TEAMS_CONVERSATION = [
  { max: 7, perMs: 1_000 },
  { max: 8, perMs: 2_000 },
  { max: 60, perMs: 30_000 },
  { max: 1_800, perMs: 3_600_000 },
];
const TEAMS_TENANT = [{ max: 50, perMs: 1_000 }];

/**
 * The least time in which `count` messages can be taken: message i (from 0) at t(i) = the longest of t(i - max) + perMs, with t = 0
 * before the first window is full.
 */
export function idealMs(count, windows) {
  const at = [];
  for (let i = 0; i < count; i += 1)
    at.push(Math.max(0, ...windows.map(({ max, perMs }) => (i < max ? 0 : at[i - max] + perMs))));
  return at.at(-1) ?? 0;
}

/** @typedef {{ at: number, place: string, text: string, root: boolean }} Taken A message that was taken, when its last byte arrived. */

/** Slack's Web API, as far as a bot that posts needs it, with Slack's documented limits. */
export function openRatedSlack() {
  const limit = openLimits();
  let ts = 1_800_000_000;
  return openRated(SLACK_CHANNEL, (path, body, at, record) => {
    const method = path.split('/').at(-1);
    if (method === 'chat.update') {
      const wait = limit('edits', SLACK_EDITS, at);
      return wait > 0
        ? slackRefusal(wait)
        : { json: { ok: true, channel: body.get('channel'), ts: body.get('ts') } };
    }
    if (method !== 'chat.postMessage')
      return { json: { ok: true, user_id: 'U0', bot_id: 'B0', team_id: 'T0' } };
    const place = body.get('channel');
    const wait = limit(place, SLACK_CHANNEL, at);
    if (wait > 0) return slackRefusal(wait);
    record(place, body.get('text'), !body.has('thread_ts'));
    return { json: { ok: true, channel: place, ts: `${(ts += 1)}.000100` } };
  });
}

/** The Bot Connector's service, as far as a bot that posts needs it, with Teams' documented limits. */
export function openRatedTeams() {
  const limit = openLimits();
  let id = 1_800_000_000_000;
  return openRated(TEAMS_CONVERSATION, (path, body, at, record, method) => {
    const [, , named = ''] = path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    const parsed = JSON.parse(body.toString());
    const place = named === '' ? parsed.channelData.channel.id : named.split(';')[0];
    const wait = limit(place, TEAMS_CONVERSATION, at) || limit('tenant', TEAMS_TENANT, at);
    if (wait > 0)
      return {
        status: 429,
        retryAfter: wait,
        json: { error: { code: 'TooManyRequests', message: 'Too many requests.' } },
      };
    if (method === 'PUT') return { json: { id: path.split('/').at(-1) } };
    id += 1;
    record(place, JSON.stringify(parsed), named === '');
    return {
      status: 201,
      json: named === '' ? { id: `${place};messageid=${id}`, activityId: `${id}` } : { id: `${id}` },
    };
  });
}

function slackRefusal(wait) {
  return { status: 429, retryAfter: wait, json: { ok: false, error: 'ratelimited' } };
}

/** Sliding windows by place: 0 and counted, or the milliseconds until there is room. */
function openLimits() {
  const spent = new Map();
  return (place, windows, at) => {
    const taken = spent.get(place) ?? [];
    const waits = windows.map(({ max, perMs }) => {
      const oldest = taken[taken.length - max];
      return oldest === undefined ? 0 : Math.max(0, oldest + perMs - at);
    });
    const wait = Math.max(...waits);
    if (wait === 0) spent.set(place, [...taken, at]);
    return wait;
  };
}

/** @returns {Promise<{url: string, windows: object[], taken: Taken[], refused: number[], close: () => Promise<void>}>} */
async function openRated(windows, answer) {
  const taken = [];
  const refused = [];
  const server = createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const at = now();
      const raw = Buffer.concat(chunks).toString('utf8');
      const body =
        req.headers['content-type']?.includes('urlencoded') === true ? new URLSearchParams(raw) : raw;
      const [path] = req.url.split('?');
      const record = (place, text, root) => void taken.push({ at, place, text, root });
      const { status = 200, retryAfter, json } = answer(path, body, at, record, req.method);
      if (status === 429) refused.push(at);
      const headers =
        retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
      res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = closing(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${server.address().port}`, windows, taken, refused, close };
}
