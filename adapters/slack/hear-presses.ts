import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import { answer, asked, messageOf, renderAnswer } from './answer.js';
import { ANSWER_BLOCK, FORM_PREFIX } from './buttons.js';
import { openDialog } from './dialogs.js';
import { comesFrom, once, type HearDeps } from './hearing.js';
import { cardView } from './look.js';
import { renderPlain } from './render.js';
import type { Transport } from './transport.js';

interface Press {
  readonly transport: Transport;
  readonly body: BlockAction;
  readonly action: ButtonAction;
  /** What stands behind the button: a command, or the words that open a form. */
  readonly text: string;
  readonly respond: RespondFn;
}

/** The buttons of cards. */
export function hearPresses(app: App, deps: HearDeps): void {
  app.action(
    { type: 'block_actions', action_id: /^(?:form\/)?tocsin:/ },
    async ({ action, body, context, ack, respond }) => {
      await ack();
      // A link button has done its work in the browser.
      if (action.type !== 'button' || action.value === undefined || action.value === '') return;
      const { value: text } = action;
      deps.track(
        (async () => {
          const { transport, refusal } = await comesFrom(deps, context);
          if (refusal !== undefined) {
            await respond({
              response_type: 'ephemeral',
              replace_original: false,
              text: renderPlain(refusal),
            });
            return;
          }
          const press = { transport, body, action, text, respond };
          await once(deps.inbox, `action:${action.action_ts}:${body.user.id}:${action.action_id}`, () =>
            action.action_id.startsWith(FORM_PREFIX) ? pressedForm(deps, press) : pressed(deps, press),
          );
        })(),
      );
    },
  );
}

async function pressed(deps: HearDeps, { transport, body, action, text, respond }: Press): Promise<void> {
  const { user } = body;
  const place = placeOf(body);
  const speaker = await deps.people.speaker(transport, user.id, user.name ?? user.username);
  const reply = await asked(deps, transport, place, { text, speaker, button: true });
  if (reply === undefined) return;
  const dialog = dialogOf(body);
  if (dialog !== undefined) {
    const view = cardView(dialog.name, reply.body);
    await transport.call('edit', 'views.update', (client) =>
      client.views.update({ view_id: dialog.id, view }),
    );
    return;
  }
  // The engine edits the living card. An answer, and what only its asker sees, can be changed here alone.
  if (reply.replaces && isLiving(body, action)) return;
  // What takes the place of a message is seen by those who saw that.
  const type = reply.replaces && !isEphemeral(body) ? 'in_channel' : 'ephemeral';
  const how = { response_type: type, replace_original: reply.replaces } as const;
  await answer(deps, transport, respond, { ...reply.body, ...how }, place, user.id);
}

async function pressedForm(deps: HearDeps, { transport, body, action, text, respond }: Press): Promise<void> {
  const { user, trigger_id: trigger } = body;
  const place = placeOf(body);
  const speaker = await deps.people.speaker(transport, user.id, user.name ?? user.username);
  const over = dialogOf(body) !== undefined;
  const meta = { opens: text, card: isLiving(body, action), ...(place === undefined ? {} : { place }) };
  const message = await openDialog(deps, { transport, trigger, speaker, meta, over }).then(
    (instead) => (instead === undefined ? undefined : renderAnswer(instead.card)),
    (error: unknown) => {
      deps.log.warn({ error: messageOf(error) }, 'A dialog could not be opened.');
      const words = renderPlain(
        'Slack did not open the dialog, most likely because it took too long. Please press again.',
      );
      return { text: words, blocks: [], attachments: [] };
    },
  );
  if (message === undefined) return;
  const how = { response_type: 'ephemeral', replace_original: false } as const;
  await answer(deps, transport, respond, { ...message, ...how }, place, user.id);
}

function placeOf(body: BlockAction): string | undefined {
  const conversation = (body.container as { readonly channel_id?: unknown }).channel_id;
  return body.channel?.id ?? (typeof conversation === 'string' ? conversation : undefined);
}

function isLiving(body: BlockAction, { block_id: block }: ButtonAction): boolean {
  return !isEphemeral(body) && block !== ANSWER_BLOCK;
}

function isEphemeral({ container }: BlockAction): boolean {
  return (container as { readonly is_ephemeral?: unknown }).is_ephemeral === true;
}

/** The dialog that the button is in: a card that was looked at, under the name that it has. */
function dialogOf({ view }: BlockAction): { readonly id: string; readonly name: string } | undefined {
  return view?.type === 'modal' ? { id: view.id, name: view.private_metadata } : undefined;
}
