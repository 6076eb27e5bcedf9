import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Card } from '../model/card.js';
import type { Alert } from '../model/alert.js';
import type { Form, FormValues } from '../model/form.js';
import type { Incident } from '../model/incident.js';
import type { Json } from '../model/json.js';
import type { Labels } from '../model/labels.js';
import type { Rich } from '../model/rich.js';
import type { MessageRef, Topic } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { ZodType } from 'zod';
import type { Fault } from '../lib/fault.js';
import type { BudgetWindow } from '../lib/budget.js';
import type { Log } from '../lib/log.js';

/** One message for one channel. The card is for people; the rest is for machines (the webhook). */
export interface Message {
  readonly topic: Topic;
  /** Stable: the same for every attempt to post this topic into this channel. */
  readonly key: string;
  readonly card: Card;
  readonly status: 'firing' | 'resolved';
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly Alert[];
  /** Absent in a summary. */
  readonly incident?: Incident;
  /** What happened since the channel was last told, oldest first: for channels without threads. */
  readonly news?: readonly ThreadLine[];
  /** The console's address of this topic. */
  readonly url: string;
}

/** A line for the thread under a card. */
export interface ThreadLine {
  readonly at: Instant;
  readonly who: string;
  readonly text: Rich;
  /** Also shown in the channel itself, where the platform can (the repeat of a still firing incident). */
  readonly broadcast?: boolean;
}

/** What a message costs: a new one, the edit of one, or a line in a thread. */
export type Act = 'post' | 'edit' | 'thread';

/** So many messages a platform takes, counted over everything of one scope. */
export interface Rate {
  /** What is counted together: a conversation, a workspace, a card. Unique over all adapters. */
  readonly scope: string;
  /** All of them hold at once. */
  readonly windows: readonly BudgetWindow[];
  /** For a person: `Slack takes one message a second in a channel`. */
  readonly says: string;
  /** The platform lets short bursts pass: held to once it has refused one, and for some time after. */
  readonly eased?: true;
}

/**
 * One configured channel. It throws a Fault: `channel.throttled` (with retryAfterMs), `channel.refused` and
 * `channel.unauthorized` (dead until somebody acts), `channel.unreachable` (the request never left),
 * `channel.failed` (a clear error answer), `channel.unknown-outcome` (it left, no answer came),
 * `channel.message-gone` (edit or thread of a message that is no more), `channel.too-large`.
 * What a channel cannot do, it leaves out.
 */
export interface Channel {
  readonly name: string;
  readonly kind: string;
  /**
   * Made for people, and each message is one more to read: told again only when the incident is over, worse, joined by another
   * alert, taken, or given back; not for every new word.
   */
  readonly sparing?: true;
  /** It wakes people: it is not told what was open at the first poll, and what comes back is told like something new. */
  readonly pager?: true;
  /** `before` is what the last post of this topic gave, where nothing was edited since: the new message goes beside it. */
  post(message: Message, before?: MessageRef): Promise<MessageRef>;
  /** The living card changes in place. Absent: the channel is told again when the status changes (webhook). */
  readonly update?: (ref: MessageRef, message: Message) => Promise<MessageRef>;
  readonly thread?: (ref: MessageRef, line: ThreadLine) => Promise<void>;
  /** After an unknown outcome: the message with this key posted since then, if it is there. */
  readonly find?: (message: Message, since: Instant) => Promise<MessageRef | undefined>;
  /** What the platform is known to take: no more is sent than that. Absent: nothing is known, and its refusals are waited for. */
  readonly rates?: (act: Act, ref: MessageRef | undefined) => readonly Rate[];
  /** For `doctor`: one real call that changes nothing. Resolves with what works in words. */
  check(): Promise<string>;
}

/** Who speaks, as the platform says; the engine finds the person of the settings, and with it the role. */
export interface Speaker {
  readonly platform: 'slack' | 'teams' | 'console' | 'cli';
  /** The platform's id of the person. */
  readonly id: string;
  readonly name: string;
  /** Other ids of the same person that the platform vouches for: the object id of Entra. */
  readonly aliases?: readonly string[];
  /** The e-mail addresses that the platform vouches for, asked only when no id is known. Never rejects. */
  readonly emails?: () => Promise<readonly string[]>;
}

export interface Ask {
  /** The words after the bot's name or `/tocsin`, or a button's command. */
  readonly text: string;
  readonly speaker: Speaker;
  /** The platform's id of this event: the same event delivered twice is acted on once. */
  readonly eventId?: string;
  /** The configured channel it was asked in, when it is one. */
  readonly channel?: string;
  /**
   * Where a platform has several workspaces: the configured channels of the one it was asked in. What is asked outside of them is
   * answered about no more than they are about.
   */
  readonly near?: readonly string[];
  /** The platform's id of the conversation it was asked in. */
  readonly conversation?: string;
  readonly button: boolean;
}

export interface Reply {
  readonly card: Card;
  /** `asker`: only the one who asked needs to see it. */
  readonly audience: 'everyone' | 'asker';
  /** The incident card after a button changed it: shown in place of the pressed card. */
  readonly replaces: boolean;
  /** The words that open a form for what was missing: it says more than the card, where the platform can show it. */
  readonly form?: string;
  /** Posted beside it, where the platform can. */
  readonly file?: { readonly name: string; readonly mediaType: string; readonly text: string };
}

/** A form to show, or the answer where there is none for whoever asks. */
export type Opened = { readonly form: Form } | { readonly reply: Reply };

/** A form that was sent: `text` has the words that opened it. `button`: from a card, which shows what comes of it. */
export interface Submission extends Ask {
  readonly values: FormValues;
}

export type Submitted =
  /** Words for the fields that they are about; nothing was done. */
  | { readonly errors: FormValues }
  /** Nothing was done, for no field's fault: the form as it was filled in, and why. */
  | { readonly form: Form; readonly reply: Reply }
  | { readonly reply: Reply };

/** What an adapter is given to hear people and to remember. */
export interface Inbox {
  /** Never rejects for what a person typed: a wrong command has a card as its answer. Undefined: a replay, say nothing. */
  ask(ask: Ask): Promise<Reply | undefined>;
  /** The form that a button's words open, from the record alone: it may be opened twice. Never rejects, like `ask`. */
  open(ask: Ask): Promise<Opened>;
  /** Undefined: a replay. Never rejects, like `ask`. */
  submit(submission: Submission): Promise<Submitted | undefined>;
  /**
   * The platform says of a configured channel, between two messages, that it can be told nothing any more, or (undefined) that it
   * can again: somebody elsewhere is told at once.
   */
  channelIs(channel: string, trouble: Fault | undefined): Promise<void>;
  /** An event delivered twice is heard once, also over restarts. */
  firstSeen(eventId: string): Promise<boolean>;
  /** Routes of the one HTTP server; the path is exact or a prefix ending in `/`. The body has not been read. */
  mount(
    method: 'GET' | 'POST',
    path: string,
    handler: (req: IncomingMessage, res: ServerResponse) => void,
  ): void;
  readonly memory: AdapterMemory;
}

export interface AdapterMemory {
  get(key: string): Promise<Json | undefined>;
  put(key: string, value: Json): Promise<void>;
}

/** Secrets that a platform gave: encrypted at rest. */
export interface AdapterVault {
  get(name: string): Promise<string | undefined>;
  put(name: string, secret: string): Promise<void>;
}

/** A group of people on a platform that is to be whoever is on call in a schedule. */
export interface PeopleGroup {
  readonly schedule: string;
  /** The platform's id: `S0123456`. */
  readonly id: string;
  /** Which of a person's ids are its members. */
  readonly kind: 'slack' | 'teams';
  /** Makes it have these members, by their ids. Cheap when it has them. Throws the port's Faults. */
  keep(members: readonly string[]): Promise<void>;
}

/** An open connection to one platform. */
export interface Adapter {
  readonly kind: string;
  /** The channel of these checked settings. Sends nothing. */
  channel(name: string, settings: unknown): Channel;
  /** The channel to one person by the platform's own id (an address, for mail). Absent: nobody is reached this way. */
  readonly person?: (name: string, id: string) => Channel;
  /** Groups that follow who is on call. */
  readonly groups?: readonly PeopleGroup[];
  /** Starts to hear people; resolves when it can. */
  readonly listen?: (inbox: Inbox) => Promise<void>;
  close(): Promise<void>;
}

export interface AdapterDeps {
  readonly log: Log;
  readonly now: () => Instant;
  readonly publicUrl: string;
  /** What the adapter has learned, also in a process that sends and does not listen. The same as `Inbox.memory`. */
  readonly memory?: AdapterMemory;
  readonly vault?: AdapterVault;
}

/** What `adapters/index.ts` lists. */
export interface AdapterPlug {
  readonly kind: string;
  /** The checked shape of the top-level key of this name (`slack:`), or undefined when it has none (webhook). */
  readonly settings: ZodType | undefined;
  /** The checked shape of a `channels:` entry of this kind, without `name`, `kind` and `fallback`. */
  readonly channel: ZodType;
  open(settings: unknown, deps: AdapterDeps): Promise<Adapter>;
}
