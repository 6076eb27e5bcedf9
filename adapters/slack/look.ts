import type { App, BlockAction } from '@slack/bolt';
import type { ActionsBlock, ModalView } from '@slack/types';
import type { Card } from '../../src/model/card.js';
import type { Inline } from '../../src/model/rich.js';
import { asked, messageOf } from './answer.js';
import { comesFrom, once, type HearDeps } from './hearing.js';
import { sayingBlock } from './modal.js';
import { clip, oneLine } from './mrkdwn.js';
import { flatBlocks } from './render.js';

/** The choice of something to look at, in the home tab. */
export const LOOK = 'home/look';

// Limits of Block Kit: doc comments of @slack/types 3.2.0.
const OPTIONS_MAX = 100;
const OPTION_MAX = 75;
const TITLE_MAX = 24;
/** Of the 100 blocks of a dialog. */
const BLOCKS_MAX = 98;

/** What is chosen is shown in a dialog, with the buttons of its card. */
export function hearLook(app: App, deps: HearDeps): void {
  app.action({ type: 'block_actions', action_id: LOOK }, async ({ action, body, context, ack }) => {
    await ack();
    if (action.type !== 'static_select') return;
    const { value: text } = action.selected_option;
    deps.track(
      once(deps.inbox, `action:${action.action_ts}:${body.user.id}:${LOOK}`, () =>
        look(deps, body, context, text),
      ),
    );
  });
}

async function look(
  deps: HearDeps,
  { user, trigger_id }: BlockAction,
  context: Parameters<typeof comesFrom>[1],
  text: string,
): Promise<void> {
  const { transport, refusal } = await comesFrom(deps, context);
  if (refusal !== undefined) return;
  const speaker = await deps.people.speaker(transport, user.id, user.name ?? user.username);
  const reply = await asked(deps, transport, undefined, { text, speaker, button: false });
  if (reply === undefined) return;
  const view = cardView(text, reply.body);
  const { text: words, blocks, attachments } = reply.body;
  const direct = {
    channel: user.id,
    text: words,
    blocks,
    attachments,
    unfurl_links: false,
    unfurl_media: false,
  };
  await transport
    .call('edit', 'views.open', (client) => client.views.open({ trigger_id, view }))
    .catch(async (error: unknown) => {
      // An API took longer than Slack waits for a dialog.
      deps.log.info({ error: messageOf(error) }, 'Slack opened no dialog; the answer is a direct message.');
      await transport.call('post', 'chat.postMessage', (client) => client.chat.postMessage(direct));
    });
}

/** A card in a dialog of this name. */
export function cardView(name: string, message: Parameters<typeof flatBlocks>[0]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: clip(oneLine(name) || 'Tocsin', TITLE_MAX), emoji: false },
    close: { type: 'plain_text', text: 'Close', emoji: false },
    // What its buttons change is shown under the same name.
    private_metadata: name,
    blocks: flatBlocks(message, BLOCKS_MAX, sayingBlock('… and more: ask with /tocsin.')),
  };
}

/** One choice for each command that the lists of these cards name. */
export function lookBlock(cards: readonly Card[]): readonly ActionsBlock[] {
  const commands = new Map(
    cards
      .flatMap(({ sections }) => sections.flatMap((part) => (part.kind === 'list' ? part.items : [])))
      .flatMap(({ line }) => choiceOf(line)),
  );
  const options = [...commands].slice(0, OPTIONS_MAX).map(([value, label]) => ({
    text: { type: 'plain_text', text: clip(label, OPTION_MAX), emoji: false } as const,
    value,
  }));
  if (options.length === 0) return [];
  const placeholder = { type: 'plain_text', text: 'Look at …', emoji: false } as const;
  return [{ type: 'actions', elements: [{ type: 'static_select', action_id: LOOK, placeholder, options }] }];
}

function choiceOf(line: readonly Inline[]): readonly (readonly [string, string])[] {
  const found = line.find((inline) => 'command' in inline);
  if (found === undefined || !('command' in found) || found.command.length > OPTION_MAX) return [];
  const words = line.map((inline) => ('text' in inline ? inline.text : '')).join('');
  return [[found.command, oneLine(words) || found.command]];
}
