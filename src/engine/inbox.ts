import { COMMANDS, runCommand } from '../commands/index.js';
import type { Answer, Asker, Desk } from '../commands/command.js';
import { errorCard } from '../cards/index.js';
import type { Log } from '../lib/log.js';
import type { Card } from '../model/card.js';
import type { Person, Role } from '../model/person.js';
import { DAY } from '../model/time.js';
import type { Ask, Inbox, Reply, Speaker } from '../notify/adapter.js';
import type { Store } from '../store/store.js';
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
  answer(text: string, speaker: Speaker, button: boolean): Promise<Answer>;
}

/** Hears people: who they are, whether it is a repeat, what they want, and what they get for an answer. */
export function openEars(deps: InboxDeps): Ears {
  const firstSeen = (eventId: string): Promise<boolean> =>
    deps.store.firstSeen(eventId, deps.desk.now(), REMEMBER);
  const answer = async (text: string, speaker: Speaker, button: boolean): Promise<Answer> => {
    const given = await answerTo(text, speaker, button, deps);
    return deps.illustrate === undefined ? given : { ...given, card: await deps.illustrate(given.card) };
  };
  return {
    answer,
    firstSeen,
    memory: { get: (key) => deps.store.get(key), put: (key, value) => deps.store.put(key, value) },
    async ask(ask: Ask): Promise<Reply | undefined> {
      if (ask.eventId !== undefined && !(await firstSeen(`${ask.speaker.platform}:${ask.eventId}`)))
        return undefined;
      const { card, audience, replaces } = await answer(ask.text, ask.speaker, ask.button);
      return { card, audience, replaces };
    },
  };
}

async function answerTo(text: string, speaker: Speaker, button: boolean, deps: InboxDeps): Promise<Answer> {
  const begun = performance.now();
  try {
    return await runCommand(text, {
      desk: deps.desk,
      asker: askerOf(speaker, deps.people()),
      tenant: undefined,
      commands: COMMANDS,
      url: deps.url,
      button,
    });
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

/** Only names that exist become a label: a metric must not grow with what people type. */
function commandName(text: string): string {
  const words = text.toLowerCase().split(/\s+/);
  return COMMANDS.find((command) => words.includes(command.name))?.name ?? 'unknown';
}

/**
 * Who speaks, and with which role. The console and the command line hold the operator's token or the machine itself, so they
 * are admins. In chat a listed person has the listed role; while nobody is listed everybody may respond, and as soon as
 * somebody is, the others only read.
 */
function askerOf(speaker: Speaker, people: readonly Person[]): Asker {
  const person = people.find((known) => isPerson(known, speaker));
  const role: Role =
    speaker.platform === 'console' || speaker.platform === 'cli'
      ? 'admin'
      : (person?.role ?? (people.length === 0 ? 'responder' : 'viewer'));
  return {
    actor: { name: person?.name ?? speaker.name, via: speaker.platform },
    role,
    ...(person === undefined ? {} : { person }),
    platformId: `${speaker.platform} ${speaker.id}`,
  };
}

function isPerson(person: Person, speaker: Speaker): boolean {
  if (speaker.platform === 'slack') return person.slack === speaker.id;
  if (speaker.platform === 'teams') return person.teams === speaker.id;
  return false;
}
