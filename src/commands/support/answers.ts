import { errorCard } from '../../cards/index.js';
import { Fault } from '../../lib/fault.js';
import type { Card } from '../../model/card.js';
import { incidentName, type Incident } from '../../model/incident.js';
import type { Answer, CommandContext } from '../command.js';

/** An answer that everybody in the channel may see. */
export function told(card: Card): Answer {
  return { card, audience: 'everyone', replaces: false, ok: true };
}

/** An answer for the one who asked. */
export function whispered(card: Card): Answer {
  return { card, audience: 'asker', replaces: false, ok: true };
}

/** The incident card after an act: a button's takes the place of the pressed card. */
export function acted(card: Card, context: CommandContext): Answer {
  return { card, audience: 'everyone', replaces: context.button, ok: true };
}

/** Nothing was done: why, and what may have been meant. */
export function refused(context: CommandContext, view: Omit<Parameters<typeof errorCard>[0], 'now'>): Answer {
  return {
    card: errorCard({ ...view, now: context.desk.now() }),
    audience: 'asker',
    replaces: false,
    ok: false,
  };
}

/**
 * Typed for what is over, an act changes nothing, and the card would not say so; undefined when there is something to do. A button is
 * on a card that is brought up to date.
 */
export function isOver({ id, state }: Incident, context: CommandContext): Answer | undefined {
  if (context.button || state !== 'resolved') return undefined;
  const name = incidentName(id);
  return refused(context, { message: `${name} is resolved already`, suggestions: [`incident ${name}`] });
}

/** Arguments that the command cannot use; `argument` names the one that it is about, as the command's form does. */
export function usage(message: string, argument?: string): Fault {
  return new Fault('command.usage', message, argument === undefined ? {} : { argument });
}

/** Throws `command.usage` when there are more words than the command takes. */
export function atMost(args: readonly string[], max: number): void {
  const extra = args[max];
  if (extra !== undefined) throw usage(`I do not know what to do with “${extra}”.`);
}
