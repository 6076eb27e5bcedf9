import { expect, it } from '@jest/globals';
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { ChatPostMessageArguments } from '@slack/web-api';
import { homeView } from '../../../adapters/slack/home.js';
import { formView, sayingBlock, sayingView } from '../../../adapters/slack/modal.js';
import { renderCard, renderLine } from '../../../adapters/slack/render.js';
import { T0 } from '../../support/builders.js';
import { critical } from './cards.js';

/*
 * Slack publishes no schema of Block Kit but its types. They are checked where this file is compiled (`npm run check:types`): each
 * renderer returns them as it stands, and in adapters/slack/{render,table,buttons,modal,home,look,mrkdwn}.ts eslint forbids every
 * type assertion (eslint.config.js), so that none can be made to fit. What types cannot say (lengths, counts, live tokens) is in limits.ts.
 */
const blocks: readonly KnownBlock[] = [
  ...renderCard(critical).blocks,
  ...renderCard(critical).attachments.flatMap((part) => part.blocks),
  ...renderLine({ at: T0, who: 'alice', text: [] }).blocks,
  sayingBlock('Asking Microsoft …'),
];
const message: ChatPostMessageArguments = { channel: 'C1', ...renderCard(critical) };
const home: HomeView = homeView([critical]);
const form = { opens: 'note', title: 'Note', submit: 'Add', about: '', fields: [] };
const dialogs: readonly ModalView[] = [formView(form, ''), sayingView('Note', 'Done.')];

it('what Slack is sent has Slack’s own types, which know a wrong block', () => {
  // @ts-expect-error A header without its text is none.
  const wrong: KnownBlock = { type: 'header' };
  // @ts-expect-error There is no such block.
  const unknown: KnownBlock = { type: 'headline', text: { type: 'plain_text', text: 'x' } };
  expect(blocks.filter(({ type }) => type === wrong.type)).toHaveLength(1);
  expect(blocks.filter(({ type }) => type === unknown.type)).toEqual([]);
  expect([message.channel, home.type, ...dialogs.map(({ type }) => type)]).toEqual([
    'C1',
    'home',
    'modal',
    'modal',
  ]);
});
