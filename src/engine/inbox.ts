import { COMMANDS, fillForm, openForm, runCommand, type Filled } from '../commands/index.js';
import type { Answer, Asker, CommandContext, Desk } from '../commands/command.js';
import { errorCard } from '../cards/index.js';
import type { Log } from '../lib/log.js';
import type { Card } from '../model/card.js';
import type { AuditEntry } from '../model/audit.js';
import type { Form } from '../model/form.js';
import type { Person } from '../model/person.js';
import { DAY } from '../model/time.js';
import type { Ask, Inbox, Reply, Speaker, Submission } from '../notify/adapter.js';
import type { Store } from '../store/store.js';
import { askerOf } from './asker.js';
import type { Metrics } from './metrics.js';
import { narrowDesk } from './narrow/desk.js';

export interface InboxDeps {
  readonly store: Store;
  readonly desk: Desk;
  readonly log: Log;
  readonly url: string;
  readonly people: () => readonly Person[];
  readonly metrics: Pick<Metrics, 'commanded'>;
  /** The tenants that a configured channel is about; undefined when it is nobody's in particular. */
  readonly audience?: (channel: string) => readonly string[] | undefined;
  /** What a platform says of a channel; nobody listens while no engine runs. */
  readonly channelIs?: Inbox['channelIs'];
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
  /** The configured channel: one that is a customer's is answered about that customer alone. */
  readonly channel?: string;
  /** The configured channels of the workspace that it is in. */
  readonly near?: readonly string[];
  readonly button?: boolean;
}

/** Hears people: who they are, whether it is a repeat, what they want, and what they get for an answer. */
export function openEars(deps: InboxDeps): Ears {
  const firstSeen = (eventId: string): Promise<boolean> =>
    deps.store.firstSeen(eventId, deps.desk.now(), REMEMBER);
  const illustrated = async (answer: Answer): Promise<Answer> =>
    deps.illustrate === undefined ? answer : { ...answer, card: await deps.illustrate(answer.card) };
  const answer = async (text: string, speaker: Speaker, place: Place = {}): Promise<Answer> =>
    illustrated(await answerTo(text, speaker, place, deps));
  const isReplay = async ({ eventId, speaker }: Ask): Promise<boolean> =>
    eventId !== undefined && !(await firstSeen(`${speaker.platform}:${eventId}`));
  return {
    answer,
    firstSeen,
    channelIs: async (channel, trouble) => deps.channelIs?.(channel, trouble),
    memory: { get: (key) => deps.store.get(key), put: (key, value) => deps.store.put(key, value) },
    async ask(ask) {
      if (await isReplay(ask)) return undefined;
      return replyOf(await answer(ask.text, ask.speaker, placeOf(ask)));
    },
    async open(ask) {
      const opened = await openFor(ask, deps);
      return 'form' in opened ? opened : { reply: replyOf(await illustrated(opened.answer)) };
    },
    async submit(submission) {
      if (await isReplay(submission)) return undefined;
      const filled = await fillFor(submission, deps);
      if ('errors' in filled) return filled;
      const reply = replyOf(await illustrated(filled.answer));
      return 'form' in filled ? { form: filled.form, reply } : { reply };
    },
  };
}

function placeOf({ channel, near, conversation, button }: Ask): Place {
  const where = channel ?? conversation;
  return {
    button,
    ...(where === undefined ? {} : { where }),
    ...(channel === undefined ? {} : { channel }),
    ...(near === undefined ? {} : { near }),
  };
}

function replyOf({ card, audience, replaces, form, file }: Answer): Reply {
  return {
    card,
    audience,
    replaces,
    ...(form === undefined ? {} : { form }),
    ...(file === undefined ? {} : { file }),
  };
}

async function answerTo(text: string, speaker: Speaker, place: Place, deps: InboxDeps): Promise<Answer> {
  const { answer } = await heard(text, speaker, place, deps, async (context) => ({
    answer: await runCommand(text, context),
  }));
  return answer;
}

function openFor(ask: Ask, deps: InboxDeps): Promise<{ readonly form: Form } | { readonly answer: Answer }> {
  return heard(ask.text, ask.speaker, placeOf(ask), deps, (context) => openForm(ask.text, context));
}

function fillFor(submission: Submission, deps: InboxDeps): Promise<Filled> {
  const { text, speaker, values } = submission;
  return heard(text, speaker, placeOf(submission), deps, (context) => fillForm(text, values, context));
}

/** Knows who speaks, writes down what was done or refused, counts it, and has an answer for a bug too. */
async function heard<T extends Filled | { readonly form: Form }>(
  text: string,
  speaker: Speaker,
  place: Place,
  deps: InboxDeps,
  run: (context: CommandContext) => Promise<T>,
): Promise<T | { readonly answer: Answer }> {
  const { desk, url, log, metrics } = deps;
  const begun = performance.now();
  try {
    const asker = await askerOf(speaker, deps.people());
    const button = place.button === true;
    const result = await run({ ...deskIn(place, deps), asker, commands: COMMANDS, url, button });
    const act = 'answer' in result ? result.answer.act : undefined;
    if (act !== undefined) await writeDown(act, asker, place, deps);
    return result;
  } catch (error) {
    log.error({ err: error, platform: speaker.platform }, 'a command failed unexpectedly');
    const card = errorCard({
      message: 'Something went wrong inside Tocsin',
      advice: 'Its log says what',
      now: desk.now(),
    });
    return { answer: { card, audience: 'asker', replaces: false, ok: false } };
  } finally {
    metrics.commanded(commandName(text), (performance.now() - begun) / 1000);
  }
}

/** What may be seen and done in the place where somebody asks: outside of all channels of a workspace, what is in any of them. */
function deskIn(
  { channel, near = [] }: Place,
  { desk, audience }: InboxDeps,
): Pick<CommandContext, 'desk' | 'tenant'> {
  const [first, ...others] = channel === undefined ? near : [channel];
  const of = (name: string): readonly string[] | undefined => audience?.(name);
  const own = first === undefined ? undefined : of(first);
  if (first === undefined || own === undefined) return { desk, tenant: undefined };
  const more = others.map(of);
  // A channel that is nobody's in particular is the operator's: so is the workspace.
  if (more.some((tenants) => tenants === undefined)) return { desk, tenant: undefined };
  const tenants = [...new Set([...own, ...more.flatMap((names) => names ?? [])])];
  const [only, second] = tenants;
  return {
    desk: narrowDesk(desk, { tenants, channel: first }),
    tenant: second === undefined ? only : undefined,
  };
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
