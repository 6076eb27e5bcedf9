import { faultLine } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { incidentName, incidentOfTopic } from '../../src/model/incident.js';
import { baseConversation, isChannel, type ButtonData, type TeamsRef } from './activity.js';
import type { Memory } from './memory.js';
import { renderReplaced } from './render.js';
import type { Transport } from './transport.js';

export interface Duplicates {
  /**
   * After a post of which nobody knew whether it arrived there may be two cards. Teams offers no search, so the second is
   * found when somebody sees or presses it: true when `pressed` was such a one, and is a single line now.
   */
  settle(pressed: TeamsRef, data: ButtonData): Promise<boolean>;
}

export function openDuplicates(parts: {
  readonly transport: Transport;
  readonly memory: Memory;
  readonly log: Log;
  readonly web: string;
}): Duplicates {
  const { transport, memory, log, web } = parts;
  return {
    async settle(pressed, { topic, living: isLivingKind }) {
      if (!isLivingKind || topic === undefined) return false;
      const living = await memory.living(pressed.conversation, topic);
      if (living === undefined) {
        // It did arrive: the next attempt to post the topic edits this one.
        await memory.keepLiving(topic, { ref: rootOf(pressed), card: undefined, adopted: true });
        return false;
      }
      if (living.ref.activityId === pressed.activityId || living.ref.activityId === '') return false;
      try {
        await transport.update(pressed, renderReplaced(topic, linkTo(living.ref, web), nameOf(topic)));
        log.info({ topic }, 'a second Teams card of one topic was replaced by a line');
      } catch (error) {
        log.warn(
          { topic, reason: faultLine(error) },
          'a second Teams card of one topic could not be replaced',
        );
      }
      return true;
    },
  };
}

/** A root message of a channel is addressed by its own thread. */
function rootOf(pressed: TeamsRef): TeamsRef {
  const base = baseConversation(pressed.conversation);
  return isChannel(base) ? { ...pressed, conversation: `${base};messageid=${pressed.activityId}` } : pressed;
}

function linkTo(ref: TeamsRef, web: string): string | undefined {
  const base = baseConversation(ref.conversation);
  if (!isChannel(base)) return undefined;
  return `${web}/l/message/${encodeURIComponent(base)}/${encodeURIComponent(ref.activityId)}`;
}

function nameOf(topic: string): string {
  const id = incidentOfTopic(topic);
  return id === undefined ? 'a newer one' : `the living card of ${incidentName(id)}`;
}
