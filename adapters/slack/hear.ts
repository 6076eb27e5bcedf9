import type { App, Context } from '@slack/bolt';
import { inThread, messageOf, type Said } from './answer.js';
import { hearDialogs } from './hear-dialogs.js';
import { hearPresses } from './hear-presses.js';
import { hearTyped } from './hear-typed.js';
import { hearRemoval } from './hear-removal.js';
import { hearHome } from './home.js';
import { comesFrom, once, type HearDeps } from './hearing.js';
import { afterMention } from './words.js';

/** Registers everything that Slack can send us. Each is acknowledged first and answered when there is an answer. */
export function hear(app: App, deps: HearDeps): void {
  hearTyped(app, deps);
  hearPresses(app, deps);
  hearDialogs(app, deps);
  hearSaid(app, deps);
  hearHome(app, deps);
  hearRemoval(app, deps);
  acknowledgeTheRest(app);
  app.error(async (error) =>
    deps.log.error({ error: messageOf(error) }, 'Slack sent what could not be handled.'),
  );
}

type Heard = Pick<Said, 'user' | 'channel' | 'ts' | 'thread'> & { readonly text: string };

function hearSaid(app: App, deps: HearDeps): void {
  const take = async (eventId: string, context: Context, { user, text, ...said }: Heard): Promise<void> => {
    const { transport, refusal } = await comesFrom(deps, context);
    // Without a token there is no way to answer.
    if (refusal !== undefined) return;
    await once(deps.inbox, `event:${eventId}`, async () => {
      const speaker = await deps.people.speaker(transport, user);
      await inThread(deps, { ...said, user, transport, speaker }, afterMention(text));
    });
  };

  app.event('app_mention', async ({ event, body, context }) => {
    const { user, channel, ts, thread_ts: thread, text } = event;
    if (event.bot_id !== undefined || user === undefined || 'edited' in event) return;
    deps.track(take(body.event_id, context, { user, channel, ts, thread, text }));
  });

  app.event('message', async ({ event, body, context }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
    const { user, channel, ts, thread_ts: thread, text = '' } = event;
    deps.track(take(body.event_id, context, { user, channel, ts, thread, text }));
  });
}

/** What is not ours is acknowledged all the same: Slack shows its user a warning otherwise. */
function acknowledgeTheRest(app: App): void {
  app.command(/^\/(?!tocsin)/, async ({ ack }) => ack({ text: 'This bot answers to `/tocsin help`.' }));
  app.action(/^(?!(?:form\/)?tocsin:|home\/)/, async ({ ack }) => ack());
  app.shortcut(/^/, async ({ ack }) => ack());
  app.view({ callback_id: /^(?!tocsin:form$)/, type: 'view_submission' }, async ({ ack }) => ack());
  app.view({ callback_id: /^/, type: 'view_closed' }, async ({ ack }) => ack());
}
