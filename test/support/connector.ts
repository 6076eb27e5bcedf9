import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heard } from './heard.js';

/** An activity as it was sent last: a message's newest version. */
export type ShownActivity = Readonly<Record<string, unknown>>;

export interface ShownPost {
  /** The root message's activity id. */
  readonly id: string;
  readonly activity: ShownActivity;
  /** How often it was edited. */
  readonly edits: number;
  readonly thread: readonly ShownActivity[];
}

/**
 * The Bot Framework's connector service on loopback, with one team's channel: what a bot's messages become there
 * (Microsoft Learn, Bot Connector REST API: create conversation, send to conversation, update activity, paged members).
 */
export interface Connector {
  /** The `serviceUrl` that a bot posts to. */
  readonly url: string;
  readonly conversation: string;
  /** The posts that people see in the channel, oldest first. */
  posts(): readonly ShownPost[];
  /** Every body it was sent, oldest first. */
  readonly said: readonly string[];
  /** Every request is answered with this status from now on; undefined: it works again. */
  down(status: number | undefined): void;
  /** Somebody deletes every post. */
  wipe(): void;
  close(): Promise<void>;
}

interface Post {
  id: string;
  activity: ShownActivity;
  edits: number;
  thread: ShownActivity[];
}

const CONVERSATION = '19:c0ffee0c9e2b7a4e8c9a1b3c5d7e9f0a2b@thread.tacv2';

export async function startConnector(): Promise<Connector> {
  const posts = new Map<string, Post>();
  const said: string[] = [];
  let next = 1_795_230_600_000;
  let refusing: number | undefined;
  const newPost = (activity: ShownActivity): Post => {
    const post = { id: String(next++), activity, edits: 0, thread: [] };
    posts.set(post.id, post);
    return post;
  };
  const server = createServer((req, res) => {
    readJson(req).then(
      (body) => {
        if (refusing !== undefined) {
          reply(res, refusing, { error: { code: 'ServiceUnavailable', message: 'Teams is down.' } });
          return;
        }
        said.push(JSON.stringify(body));
        heard('Teams', JSON.stringify(body));
        const { status, json } = answerTo(req.method ?? '', pathOf(req), body, posts, newPost, () => next++);
        reply(res, status, json);
      },
      () => res.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    conversation: CONVERSATION,
    said,
    posts: () => [...posts.values()].map((post) => ({ ...post, thread: [...post.thread] })),
    down(status) {
      refusing = status;
    },
    wipe: () => posts.clear(),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly json: object;
}

function answerTo(
  method: string,
  path: readonly string[],
  body: ShownActivity,
  posts: Map<string, Post>,
  newPost: (activity: ShownActivity) => Post,
  newId: () => number,
): Answer {
  const [, , conversation = '', , activityId = ''] = path;
  if (method === 'POST' && path.length === 2) {
    const channel = (body['channelData'] as { channel?: { id?: string } } | undefined)?.channel?.id;
    if (channel !== CONVERSATION) return noConversation();
    const { id } = newPost(body['activity'] as ShownActivity);
    return { status: 201, json: { id: `${CONVERSATION};messageid=${id}`, activityId: id } };
  }
  const [base, root] = conversation.split(';messageid=');
  if (base !== CONVERSATION) return noConversation();
  if (method === 'GET') return { status: 200, json: { members: [{ id: '29:1alex', name: 'Alex Wilber' }] } };
  const post = posts.get(method === 'PUT' ? activityId : (root ?? ''));
  if (method === 'PUT') {
    if (post === undefined) return noActivity();
    post.activity = body;
    post.edits += 1;
    return { status: 200, json: { id: post.id } };
  }
  if (root === undefined) return { status: 201, json: { id: newPost(body).id } };
  if (post === undefined) return noActivity();
  post.thread.push(body);
  return { status: 201, json: { id: String(newId()) } };
}

function noConversation(): Answer {
  return {
    status: 404,
    json: { error: { code: 'ConversationNotFound', message: 'Conversation not found.' } },
  };
}

function noActivity(): Answer {
  return {
    status: 404,
    json: { error: { code: 'ActivityNotFoundInConversation', message: 'Activity not found.' } },
  };
}

/** `/v3/conversations/<id>/activities/<id>` in its decoded parts. */
function pathOf(req: IncomingMessage): readonly string[] {
  const [path = ''] = (req.url ?? '').split('?');
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
}

async function readJson(req: IncomingMessage): Promise<ShownActivity> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as ShownActivity);
}

function reply(res: ServerResponse, status: number, json: object): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(json));
}
