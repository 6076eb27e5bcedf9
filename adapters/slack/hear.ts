import type { App } from '@slack/bolt';
import type { Inbox } from '../../src/notify/adapter.js';
import { answer, asked, inThread, messageOf, type Ear } from './answer.js';
import { peopleBook } from './names.js';
import { afterMention, typedWords } from './words.js';

/** Takes care of work that goes on after the acknowledgement. */
export type Track = (work: Promise<void>) => void;

/** Registers everything that Slack can send us. Each is acknowledged first and answered when there is an answer. */
export function hear(app: App, deps: Ear, track: Track): void {
  const { inbox, log } = deps;
  const people = peopleBook(deps.transport);

  app.command(/^\/tocsin/, async ({ command, ack, respond }) => {
    await ack();
    track(
      once(inbox, `command:${command.trigger_id}`, async () => {
        const speaker = await people.speaker(command.user_id, command.user_name);
        const reply = await asked(deps, command.channel_id, {
          text: typedWords(command.text),
          speaker,
          button: false,
        });
        if (reply === undefined) return;
        const type = reply.audience === 'everyone' ? 'in_channel' : 'ephemeral';
        await answer(
          deps,
          respond,
          { ...reply.body, response_type: type },
          command.channel_id,
          command.user_id,
        );
      }),
    );
  });

  app.action({ type: 'block_actions', action_id: /^tocsin:/ }, async ({ action, body, ack, respond }) => {
    await ack();
    const text = action.type === 'button' ? action.value : undefined;
    // A link button has done its work in the browser.
    if (text === undefined || text === '') return;
    const { user } = body;
    const conversation = (body.container as { readonly channel_id?: unknown }).channel_id;
    const place = body.channel?.id ?? (typeof conversation === 'string' ? conversation : undefined);
    track(
      once(inbox, `action:${action.action_ts}:${user.id}:${action.action_id}`, async () => {
        const speaker = await people.speaker(user.id, user.name ?? user.username);
        const reply = await asked(deps, place, { text, speaker, button: true });
        if (reply === undefined) return;
        const ephemeral = (body.container as { readonly is_ephemeral?: unknown }).is_ephemeral === true;
        // The engine edits the living card. A card that only its asker sees can be changed here alone.
        if (reply.replaces && !ephemeral) return;
        const how = reply.replaces ? { replace_original: true } : { replace_original: false };
        await answer(deps, respond, { ...reply.body, response_type: 'ephemeral', ...how }, place, user.id);
      }),
    );
  });

  app.event('app_mention', async ({ event, body }) => {
    if (event.bot_id !== undefined || event.user === undefined || 'edited' in event) return;
    const said = { user: event.user, channel: event.channel, ts: event.ts, thread: event.thread_ts };
    track(
      once(inbox, `event:${body.event_id}`, () => inThread(deps, people, said, afterMention(event.text))),
    );
  });

  app.event('message', async ({ event, body }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
    const said = { user: event.user, channel: event.channel, ts: event.ts, thread: event.thread_ts };
    track(
      once(inbox, `event:${body.event_id}`, () =>
        inThread(deps, people, said, afterMention(event.text ?? '')),
      ),
    );
  });

  acknowledgeTheRest(app);
  app.error(async (error) => log.error({ error: messageOf(error) }, 'Slack sent what could not be handled.'));
}

/** What is not ours is acknowledged all the same: Slack shows its user a warning otherwise. */
function acknowledgeTheRest(app: App): void {
  app.command(/^\/(?!tocsin)/, async ({ ack }) => ack({ text: 'This bot answers to `/tocsin help`.' }));
  app.action(/^(?!tocsin:)/, async ({ ack }) => ack());
  app.shortcut(/^/, async ({ ack }) => ack());
  app.view({ callback_id: /^/, type: 'view_submission' }, async ({ ack }) => ack());
  app.view({ callback_id: /^/, type: 'view_closed' }, async ({ ack }) => ack());
}

async function once(inbox: Inbox, id: string, work: () => Promise<void>): Promise<void> {
  if (await inbox.firstSeen(`slack:${id}`)) await work();
}
