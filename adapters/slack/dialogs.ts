import { z } from 'zod';
import { within } from '../../src/lib/within.js';
import type { FormValues } from '../../src/model/form.js';
import type { Ask, Reply, Speaker, Submission, Submitted } from '../../src/notify/adapter.js';
import { messageOf, placeOf, renderAnswer, type Ear } from './answer.js';
import { formView, sayingView, VALUE } from './modal.js';
import type { Transport } from './transport.js';

/** What a dialog must remember of how it was opened. */
const metaShape = z.object({
  opens: z.string(),
  /** The conversation it was opened in. */
  place: z.string().optional(),
  /** It was opened from a living card, which will show what comes of it. */
  card: z.boolean(),
});

export type Meta = z.output<typeof metaShape>;

const META_MAX = 3_000;

export interface Opening {
  readonly transport: Transport;
  /** Good for three seconds, once. */
  readonly trigger: string;
  readonly speaker: Speaker;
  readonly meta: Meta;
  /** On top of a dialog that is open already. */
  readonly over?: boolean;
  /** What was wrong with the words that it takes the place of. */
  readonly problem?: string;
}

/** Shows the form; what there is to say instead, where there is none. Throws the Fault of a dialog that Slack did not open. */
export async function openDialog(
  deps: Ear,
  { transport, trigger: trigger_id, speaker, meta, over = false, problem = '' }: Opening,
): Promise<Reply | undefined> {
  const opened = await deps.inbox.open(askOf(deps, transport, speaker, meta));
  if ('reply' in opened) return opened.reply;
  const view = formView(opened.form, metaText(meta), problem);
  if (over) await transport.call('edit', 'views.push', (client) => client.views.push({ trigger_id, view }));
  else await transport.call('edit', 'views.open', (client) => client.views.open({ trigger_id, view }));
  return undefined;
}

/** What was sent, as Slack tells it; undefined for a dialog that is not one of ours. */
export function sentDialog(view: SentView): { readonly meta: Meta; readonly values: FormValues } | undefined {
  const read = metaShape.safeParse(parsed(view.private_metadata));
  if (!read.success) return undefined;
  const values = Object.entries(view.state.values).map(([name, elements]) => {
    const { value, selected_option: option } = elements[VALUE] ?? {};
    return [name, option?.value ?? value ?? ''] as const;
  });
  return { meta: read.data, values: Object.fromEntries(values) };
}

export interface SentView {
  readonly id: string;
  readonly private_metadata: string;
  readonly state: {
    readonly values: Readonly<
      Record<
        string,
        Readonly<Record<string, { value?: string | null; selected_option?: { value: string } | null }>>
      >
    >;
  };
}

export type Acknowledgement =
  | undefined
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ReturnType<typeof formView> };

export interface Sent {
  readonly transport: Transport;
  readonly user: string;
  readonly speaker: Speaker;
  readonly meta: Meta;
  readonly values: FormValues;
  readonly viewId: string;
  readonly eventId: string;
}

/**
 * Does what was sent. Slack waits three seconds for the acknowledgement: what takes longer than `patienceMs` is acknowledged with
 * a dialog that says so, and ends in that dialog.
 */
export async function takeDialog(
  deps: Ear,
  sent: Sent,
  ack: (answer: Acknowledgement) => Promise<void>,
  patienceMs: number,
): Promise<void> {
  const { transport, meta, viewId: view_id } = sent;
  const working = deps.inbox.submit(submissionOf(deps, sent));
  const late = await isLate(working, patienceMs);
  if (late) await ack({ response_action: 'update', view: sayingView('Tocsin', 'On it …') });
  const done = await working;
  if (!late) {
    await ack(acknowledgement(done, meta));
  } else {
    const view = lateView(done, meta);
    await transport
      .call('edit', 'views.update', (client) => client.views.update({ view_id, view }))
      .catch((error: unknown) =>
        deps.log.info({ error: messageOf(error) }, 'Slack took no more for a dialog; it was closed.'),
      );
  }
  if (done !== undefined && 'reply' in done && !('form' in done)) await tell(deps, done.reply, sent);
}

function submissionOf(deps: Ear, { transport, speaker, meta, values, eventId }: Sent): Submission {
  return { ...askOf(deps, transport, speaker, meta), values, eventId };
}

function askOf(deps: Ear, transport: Transport, speaker: Speaker, { opens, place, card }: Meta): Ask {
  return { text: opens, speaker, button: card, ...placeOf(deps, transport, place) };
}

function isLate(work: Promise<unknown>, ms: number): Promise<boolean> {
  return within(
    work.then(() => false),
    ms,
    () => true,
  );
}

function acknowledgement(done: Submitted | undefined, meta: Meta): Acknowledgement {
  if (done === undefined) return undefined;
  if ('errors' in done) return { response_action: 'errors', errors: { ...done.errors } };
  if (!('form' in done)) return undefined;
  return { response_action: 'update', view: formView(done.form, metaText(meta), done.reply.card.fallback) };
}

function lateView(done: Submitted | undefined, meta: Meta): ReturnType<typeof formView> {
  if (done === undefined) return sayingView('Tocsin', 'It was done before.');
  if ('errors' in done) return sayingView('Tocsin', `Not done. ${Object.values(done.errors).join(' ')}`);
  if ('form' in done) return formView(done.form, metaText(meta), done.reply.card.fallback);
  return sayingView('Tocsin', done.reply.card.fallback);
}

/** Where a living card shows it, nothing more is said; else it is said where the dialog was opened, or to the asker directly. */
async function tell(deps: Ear, reply: Reply, { transport, meta, user }: Sent): Promise<void> {
  if (meta.card && reply.replaces) return;
  const { text, blocks, attachments } = renderAnswer(reply.card);
  const body = { text, blocks, attachments };
  const { place } = meta;
  const toAsker = () =>
    transport.call('post', 'chat.postMessage', (client) =>
      client.chat.postMessage({ channel: user, ...body, unfurl_links: false, unfurl_media: false }),
    );
  if (place === undefined) {
    await toAsker();
    return;
  }
  const here =
    reply.audience === 'everyone' && !meta.card
      ? transport.call('post', 'chat.postMessage', (client) =>
          client.chat.postMessage({ channel: place, ...body, unfurl_links: false, unfurl_media: false }),
        )
      : transport.call('post', 'chat.postEphemeral', (client) =>
          client.chat.postEphemeral({ channel: place, user, ...body }),
        );
  await here.catch(async (error: unknown) => {
    deps.log.info({ error: messageOf(error) }, 'An answer goes to the asker, not to where it was asked.');
    await toAsker();
  });
}

/** A form's words were a button's, which are short enough. */
function metaText(meta: Meta): string {
  const text = JSON.stringify(meta);
  return text.length <= META_MAX ? text : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
