import type { Inbox, Reply } from '../../src/notify/adapter.js';
import type { ButtonData, Inbound, Place, TeamsRef } from './activity.js';
import { askForIncident, type Asking } from './asking.js';
import type { Duplicates } from './duplicates.js';
import { invokeError, said, shown } from './invoke-answers.js';
import type { Memory } from './memory.js';
import { renderCard } from './render.js';
import type { InboundAnswer } from './transport.js';

export interface PressParts {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly asking: Asking;
  readonly duplicates: Duplicates;
  /** Says something in a conversation. */
  readonly answer: (place: Place, reply: Reply) => Promise<void>;
  /** What the platform does not wait for. */
  readonly later: (work: () => Promise<unknown>) => void;
}

/** A pressed button, read. */
export interface Press {
  readonly activity: Inbound;
  readonly verb: string;
  readonly data: ButtonData;
  /** The card that it stands on, where it is known. */
  readonly card: TeamsRef | undefined;
}

/** Runs the button's command; the card that it changes takes the place of the one that was pressed. */
export async function runPressed(
  { activity, verb, data, card }: Press,
  command: string,
  place: Place,
  { inbox, memory, asking, duplicates, answer, later }: PressParts,
): Promise<InboundAnswer> {
  const reply = await inbox.ask({ text: command, button: true, ...asking(activity) });
  if (reply === undefined) return said('That was already done.');
  if (card !== undefined) later(() => duplicates.settle(card, data));
  if (reply.replaces) {
    if (data.living) later(() => memory.renewLiving(place.conversation, reply.card));
    return shown(renderCard(reply.card, { living: data.living }));
  }
  if (verb !== 'details') return said(reply.card.fallback);
  await answer(place, reply);
  return said('The details are in the thread.');
}

/** Whoever sees an old copy sees what the living card says. */
export async function refreshed(
  { activity, data, card }: Press,
  { inbox, memory, asking, duplicates, later }: PressParts,
): Promise<InboundAnswer> {
  if (data.topic === undefined || card === undefined)
    return invokeError(400, 'BadRequest', 'This card has no topic.');
  const living = await memory.living(card.conversation, data.topic);
  if (data.living) later(() => duplicates.settle(card, data));
  if (living?.card !== undefined) {
    const older = (living.card.revision ?? 0) < (data.revision ?? 0);
    if (older) return invokeError(409, 'Conflict', 'The card that is shown is the newest.');
    return shown(renderCard(living.card, { living: true }));
  }
  const reply = await askForIncident(data.topic, asking(activity), inbox);
  if (reply === undefined) return invokeError(404, 'NotFound', 'This card cannot be renewed.');
  return shown(renderCard(reply.card, { living: data.living }));
}
