import type { App, RespondFn, SlashCommand } from '@slack/bolt';
import { answer, asked, giveFile, messageOf } from './answer.js';
import { openDialog } from './dialogs.js';
import { comesFrom, once, type HearDeps } from './hearing.js';
import { renderPlain } from './render.js';
import { typedWords } from './words.js';

/** `/tocsin …`: acknowledged at once, answered through its response_url whenever there is an answer. */
export function hearTyped(app: App, deps: HearDeps): void {
  app.command(/^\/tocsin/, async ({ command, context, ack, respond }) => {
    await ack();
    deps.track(
      (async () => {
        const from = await comesFrom(deps, context);
        if (from.refusal !== undefined) {
          await respond({ response_type: 'ephemeral', text: renderPlain(from.refusal) });
          return;
        }
        await once(deps.inbox, `command:${command.trigger_id}`, () =>
          typed(deps, from.transport, command, respond),
        );
      })(),
    );
  });
}

async function typed(
  deps: HearDeps,
  transport: Parameters<typeof openDialog>[1]['transport'],
  { channel_id: place, user_id: user, user_name: name, trigger_id: trigger, text }: SlashCommand,
  respond: RespondFn,
): Promise<void> {
  const speaker = await deps.people.speaker(transport, user, name);
  const reply = await asked(deps, transport, place, { text: typedWords(text), speaker, button: false });
  if (reply === undefined) return;
  const { form, body, audience, file } = reply;
  if (form !== undefined) {
    const { title: problem } = reply;
    const meta = { opens: form, place, card: false };
    const shown = await openDialog(deps, { transport, trigger, speaker, meta, problem }).then(
      (instead) => instead === undefined,
      (error: unknown) => {
        deps.log.info(
          { error: messageOf(error) },
          'A dialog was not opened; its command is explained instead.',
        );
        return false;
      },
    );
    if (shown) return;
  }
  const type = audience === 'everyone' ? 'in_channel' : 'ephemeral';
  await answer(deps, transport, respond, { ...body, response_type: type }, place, user);
  if (file !== undefined) await giveFile(deps, transport, file, { channel: place });
}
