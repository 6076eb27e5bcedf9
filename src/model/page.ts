import { WAYS } from './person.js';
import type { Severity } from './severity.js';
import type { Instant } from './time.js';

/** How far the escalation of one incident has come. */
export interface EscalationState {
  readonly incident: number;
  readonly escalation: string;
  /** Raised by one each time it begins anew: an unack, a worsening, a reopening. */
  readonly run: number;
  /** 0 for the first time through the steps. */
  readonly round: number;
  /** The step that comes next, from 0. */
  readonly step: number;
  readonly dueAt: Instant;
  readonly startedAt: Instant;
  readonly state: 'running' | 'acknowledged' | 'over' | 'exhausted';
  /** The severity with which this run began: a worse one begins anew. */
  readonly severity: Severity;
  /** Who acknowledged in this run; empty while nobody did. */
  readonly acknowledgedBy: string;
  /** How many different people have to acknowledge, where it is more than one. */
  readonly needed?: number;
  /** The last reminder of an acknowledged incident, or the acknowledgement itself. */
  readonly remindedAt?: Instant;
}

/** One message to one person (or one channel) because an escalation, or somebody, called. */
export interface Page {
  /** `1042/1/0/0/person:alice/alice/0`: incident, run, round, step, target, person, way. There is one page for each. */
  readonly key: string;
  readonly incident: number;
  /** Whose step it is, and in which of its runs; undefined (and 0) when somebody asked for it. */
  readonly escalation?: string;
  readonly run: number;
  /** Undefined for a page into a channel. */
  readonly person?: string;
  /** The channel that carries it: `@alice/slack`, or a configured one. */
  readonly channel: string;
  readonly dueAt: Instant;
  /** Why it is sent, in words: `step 1 of 2`, `bob asked: please join the bridge`. */
  readonly reason: string;
  /** It is for whoever has the incident already: an acknowledgement does not stop it. */
  readonly forHolder: boolean;
  readonly state: 'waiting' | 'told' | 'dropped';
  /** Why it was not sent. */
  readonly dropped?: string;
  readonly at: Instant;
}

/** The channel of one person by one way. */
export function personChannel(person: string, via: (typeof WAYS)[number]): string {
  return `@${person}/${via}`;
}

/** The channel that a way of a person leads to: their own one, or the configured one that the way names. */
export function channelOfWay(person: string, via: string): string {
  const own = WAYS.find((way) => way === via);
  return own === undefined ? via : personChannel(person, own);
}

/** `page:<key>`: what a page's card is about. */
export function pageTopic(key: string): string {
  return `page:${key}`;
}

export function pageOfTopic(topic: string): string | undefined {
  return topic.startsWith('page:') ? topic.slice('page:'.length) : undefined;
}
