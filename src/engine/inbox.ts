import { COMMANDS, runCommand } from '../commands/index.js';
import type { Answer, Asker, Desk } from '../commands/command.js';
import { errorCard } from '../cards/index.js';
import type { Log } from '../lib/log.js';
import type { Card } from '../model/card.js';
import type { AuditEntry } from '../model/audit.js';
import type { Person } from '../model/person.js';
import { DAY } from '../model/time.js';
import type { Ask, Inbox, Reply, Speaker } from '../notify/adapter.js';
import type { Store } from '../store/store.js';
import { askerOf } from './asker.js';
import type { Metrics } from './metrics.js';

export interface InboxDeps {
  readonly store: Store;
  readonly desk: Desk;
  readonly log: Log;
  readonly url: string;
  readonly people: () => readonly Person[];
  readonly metrics: Pick<Metrics, 'commanded'>;
  /** Gives the charts of an answer their pictures; where nobody serves any they stay without. */
  readonly illustrate?: (card: Card) => Promise<Card>;
}

/** The platforms repeat an event for minutes, an app that was away for hours. */
const REMEMBER = DAY;

export interface Ears extends Omit<Inbox, 'mount'> {
  /** An ask whose answer also says whether it could be done. */
  answer(text: string, speaker: Speaker, place?: Place): Promise<Answer>;
}

/** Where somebody asked, and how. */
export interface Place {
  /** The configured channel, or the platform's id of the conversation. */
  readonly where?: string;
  readonly button?: boolean;
}

/** Hears people: who they are, whether it is a repeat, what they want, and what they get for an answer. */
export function openEars(deps: InboxDeps): Ears {
  const firstSeen = (eventId: string): Promise<boolean> =>
    deps.store.firstSeen(eventId, deps.desk.now(), REMEMBER);
  const answer = async (text: string, speaker: Speaker, place: Place = {}): Promise<Answer> => {
    const given = await answerTo(text, speaker, place, deps);
    return deps.illustrate === undefined ? given : { ...given, card: await deps.illustrate(given.card) };
  };
  return {
    answer,
    firstSeen,
    memory: { get: (key) => deps.store.get(key), put: (key, value) => deps.store.put(key, value) },
    async ask(ask: Ask): Promise<Reply | undefined> {
      if (ask.eventId !== undefined && !(await firstSeen(`${ask.speaker.platform}:${ask.eventId}`)))
        return undefined;
      const where = ask.channel ?? ask.conversation;
      const place = { button: ask.button, ...(where === undefined ? {} : { where }) };
      const { card, audience, replaces } = await answer(ask.text, ask.speaker, place);
      return { card, audience, replaces };
    },
  };
}

async function answerTo(text: string, speaker: Speaker, place: Place, deps: InboxDeps): Promise<Answer> {
  const begun = performance.now();
  try {
    const asker = await askerOf(speaker, deps.people());
    const answer = await runCommand(text, {
      desk: deps.desk,
      asker,
      tenant: undefined,
      commands: COMMANDS,
      url: deps.url,
      button: place.button === true,
    });
    if (answer.act !== undefined) await writeDown(answer.act, asker, place, deps);
    return answer;
  } catch (error) {
    deps.log.error({ err: error, platform: speaker.platform }, 'a command failed unexpectedly');
    const card = errorCard({
      message: 'Something went wrong inside Tocsin',
      advice: 'Its log says what',
      now: deps.desk.now(),
    });
    return { card, audience: 'asker', replaces: false, ok: false };
  } finally {
    deps.metrics.commanded(commandName(text), (performance.now() - begun) / 1000);
  }
}

/** What was done stays done when it cannot be written down; the log has it then. */
async function writeDown(
  { action, outcome, needs, reason }: NonNullable<Answer['act']>,
  { actor, role, platformId }: Asker,
  { where, button }: Place,
  { store, desk, log }: InboxDeps,
): Promise<void> {
  const entry: AuditEntry = {
    at: desk.now(),
    actor,
    action,
    outcome,
    detail: {
      id: platformId,
      role,
      ...(needs === undefined ? {} : { needs }),
      ...(where === undefined ? {} : { where }),
      ...(button === true ? { button } : {}),
      ...(reason === undefined ? {} : { reason }),
    },
  };
  try {
    await store.audit(entry);
  } catch (error) {
    log.error({ err: error, entry }, 'an act could not be written into the audit log');
  }
}

/** Only names that exist become a label: a metric must not grow with what people type. */
function commandName(text: string): string {
  const words = text.toLowerCase().split(/\s+/);
  return COMMANDS.find((command) => words.includes(command.name))?.name ?? 'unknown';
}
