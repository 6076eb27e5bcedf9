import type { FetchFunction } from '@slack/web-api';
import { App, HTTPReceiver, type Logger } from '@slack/bolt';
import { messageOf, type Ear } from './answer.js';
import { BODY_LIMIT, gate } from './gate.js';
import { hear } from './hear.js';
import type { Track } from './hearing.js';
import { peopleBook } from './names.js';
import type { ManyWorkspaces } from './oauth.js';
import { EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH } from './paths.js';
import { openSocket } from './socket.js';

/** Of the three seconds that Slack waits, the half for the way there and back. */
const PATIENCE_MS = 1_500;

export interface ListenDeps extends Ear {
  readonly logger: Logger;
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly apiUrl: string;
  readonly fetch: FetchFunction;
  /** Where workspaces come and go. */
  readonly many?: Pick<ManyWorkspaces, 'pages'>;
  /** Says of the channels of this workspace or organisation whether they can be told anything. */
  readonly changed: (id: string) => Promise<void>;
}

export interface Listening {
  /** Lets the answers under way finish, for a few seconds. */
  close(): Promise<void>;
}

export async function startListening(deps: ListenDeps): Promise<Listening> {
  const { apiUrl, fetch, logger, log, inbox } = deps;
  const client = { slackApiUrl: apiUrl, fetch, retryConfig: { retries: 0 } };
  const busy = new Set<Promise<void>>();
  const track: Track = (work) => {
    const done = work
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'An answer in Slack failed.'))
      .finally(() => busy.delete(done));
    busy.add(done);
  };
  const open = (receiver: HTTPReceiver | ReturnType<typeof openSocket>['receiver']): App => {
    // Every request is answered with our one token, and Slack is not asked anything before it is acknowledged.
    const app = new App({
      receiver,
      logger,
      authorize: async () => ({}),
      ignoreSelf: false,
      clientOptions: client,
    });
    hear(app, { ...deps, track, patienceMs: PATIENCE_MS, people: peopleBook() });
    return app;
  };
  const finish = (): Promise<unknown> => Promise.race([Promise.all(busy), timeout(3_000)]);

  const { many } = deps;
  if (many !== undefined)
    for (const path of [INSTALL_PATH, REDIRECT_PATH]) inbox.mount('GET', path, many.pages);
  if (deps.appToken !== undefined) {
    const socket = openSocket(deps.appToken, client, logger, log);
    await socket.connect(open(socket.receiver));
    return {
      async close() {
        await socket.close();
        await finish();
      },
    };
  }
  const signingSecret = deps.signingSecret ?? '';
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [EVENTS_PATH],
    logger,
    bodyLimit: BODY_LIMIT,
  });
  open(receiver);
  inbox.mount('POST', EVENTS_PATH, gate(signingSecret, receiver.requestListener));
  return {
    async close() {
      await finish();
    },
  };
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
