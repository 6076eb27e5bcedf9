import type { ActionsBlock, HomeView, KnownBlock } from '@slack/types';
import type { App } from '@slack/bolt';
import type { Card } from '../../src/model/card.js';
import type { Speaker } from '../../src/notify/adapter.js';
import { messageOf, placeOf } from './answer.js';
import { actionsBlock } from './buttons.js';
import { comesFrom, type HearDeps } from './hearing.js';
import { hearLook, lookBlock } from './look.js';
import { sayingBlock } from './modal.js';
import { flatBlocks, renderCard } from './render.js';
import type { Transport } from './transport.js';

/** Of the 100 blocks that the tab may have. */
const BLOCKS_A_CARD = 22;
const REFRESH = 'home/refresh';

/** What the record knows at once, and what an API is asked for. */
const AT_ONCE = ['incidents mine', 'incidents', 'oncall'];
const ASKED = ['status'];

/** The app's own tab: what is yours, what is open, who is on call, and how Microsoft 365 is doing, as the commands tell it. */
export function hearHome(app: App, deps: HearDeps): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab === 'home') deps.track(show(deps, context, event.user));
  });
  hearLook(app, deps);
  app.action(REFRESH, async ({ ack, body, context }) => {
    await ack();
    deps.track(show(deps, context, body.user.id));
  });
}

async function show(deps: HearDeps, context: Parameters<typeof comesFrom>[1], user: string): Promise<void> {
  const { transport, refusal } = await comesFrom(deps, context);
  if (refusal !== undefined) return;
  const speaker = await deps.people.speaker(transport, user);
  const known = await cardsOf(deps, transport, speaker, AT_ONCE);
  // An API that hangs must not keep the rest from the one who looks.
  await publish(transport, user, homeView(known, 'Asking Microsoft …'));
  await publish(transport, user, homeView([...known, ...(await cardsOf(deps, transport, speaker, ASKED))]));
}

async function cardsOf(
  deps: HearDeps,
  transport: Transport,
  speaker: Speaker,
  commands: readonly string[],
): Promise<readonly Card[]> {
  const place = placeOf(deps, transport, undefined);
  const replies = await Promise.all(
    commands.map((text) =>
      deps.inbox.ask({ text, speaker, button: false, ...place }).catch((error: unknown) => {
        deps.log.error({ error: messageOf(error), text }, 'A part of the home tab could not be made.');
        return undefined;
      }),
    ),
  );
  return replies.flatMap((reply) => (reply === undefined ? [] : [reply.card]));
}

async function publish(transport: Transport, user_id: string, view: HomeView): Promise<void> {
  await transport.call('edit', 'views.publish', (client) => client.views.publish({ user_id, view }));
}

/** `waiting` is said where something is still to come. */
export function homeView(cards: readonly Card[], waiting = ''): HomeView {
  const parts = cards.flatMap((card): KnownBlock[] => [...blocksOf(card), { type: 'divider' }]);
  return {
    type: 'home',
    blocks: [...doable(), ...lookBlock(cards), ...parts, ...(waiting === '' ? [] : [sayingBlock(waiting)])],
  };
}

function blocksOf(card: Card): KnownBlock[] {
  return flatBlocks(renderCard(card), BLOCKS_A_CARD, sayingBlock('… and more: ask with /tocsin.'));
}

/** What can be begun here: each opens its form. */
function doable(): KnownBlock[] {
  const forms = [
    ['Call somebody', 'page'],
    ['Silence', 'silence'],
    ['Override', 'override'],
    ['New report', 'report create'],
    ['New query', 'query create'],
  ] as const;
  const [block] = actionsBlock(
    forms.map(([label, opens]) => ({ id: 'form', label, style: 'default', form: { label, opens } })),
  );
  const refresh = {
    type: 'button',
    action_id: REFRESH,
    text: { type: 'plain_text', text: 'Refresh', emoji: false },
  } as const;
  const row: ActionsBlock = { type: 'actions', elements: [...(block?.elements ?? []), refresh] };
  return [row];
}
