import type { Actor, Incident, TimelineEntry, TimelineKind } from '../model/incident.js';
import { MINUTE, type Instant } from '../model/time.js';
import { closed, unheld, unsnoozed } from './snooze.js';

/** What a person may do to an incident. */
export type Act =
  | { readonly do: 'ack' }
  | { readonly do: 'unack' }
  | { readonly do: 'resolve' }
  | { readonly do: 'snooze'; readonly until: Instant }
  | { readonly do: 'note'; readonly text: string }
  /** A silence that holds it back was set, changed or ended: `text` says which, and what of it. */
  | { readonly do: 'silence' | 'unsilence'; readonly text: string };

export interface Acted {
  readonly incident: Incident;
  readonly line: TimelineEntry;
}

/** The same wish again within this time is a button pressed twice. */
const TWICE = MINUTE;

/**
 * The incident after the act, or undefined when it is as asked already: pressing twice does nothing twice. `timeline` is
 * what has been written so far; only notes need it.
 */
export function applyAct(
  incident: Incident,
  act: Act,
  actor: Actor,
  at: Instant,
  timeline: readonly TimelineEntry[] = [],
): Acted | undefined {
  const step = stepOf(incident, act, actor, at, timeline);
  if (step === undefined) return undefined;
  const { shown: _, ...after } = step.incident;
  return {
    incident: { ...after, updatedAt: at, revision: incident.revision + 1 },
    line: { incident: incident.id, seq: 0, at, kind: step.kind, actor, text: step.text, thread: true },
  };
}

interface Step {
  readonly incident: Incident;
  readonly kind: TimelineKind;
  readonly text: string;
}

function stepOf(
  incident: Incident,
  act: Act,
  actor: Actor,
  at: Instant,
  timeline: readonly TimelineEntry[],
): Step | undefined {
  switch (act.do) {
    case 'ack':
      return acknowledge(incident, actor, at);
    case 'unack':
      if (incident.state !== 'acknowledged') return undefined;
      return {
        incident: { ...unheld(incident), state: 'open' },
        kind: 'unacknowledged',
        text: `${actor.name} gave it back.`,
      };
    case 'resolve':
      if (incident.state === 'resolved') return undefined;
      return {
        incident: closed(incident, at, actor.name),
        kind: 'resolved',
        text: `Resolved by ${actor.name}.`,
      };
    case 'snooze':
      return snooze(incident, act.until, actor, at);
    case 'note':
      return timeline.some((line) => isSameNote(line, act.text, actor, at))
        ? undefined
        : { incident, kind: 'note', text: act.text };
    case 'silence':
      return { incident, kind: 'silenced', text: act.text };
    case 'unsilence':
      return { incident, kind: 'unsilenced', text: act.text };
  }
}

function acknowledge(incident: Incident, actor: Actor, at: Instant): Step | undefined {
  const { state, snoozedUntil, wokeAt, acknowledgedBy } = incident;
  if (state === 'resolved') return undefined;
  // Somebody else may take it over, or stand by; the same person says so again when it got worse.
  const has = state === 'acknowledged' && acknowledgedBy === actor.name;
  if (has && snoozedUntil === undefined && wokeAt === undefined) return undefined;
  return {
    incident: { ...unsnoozed(incident), ...heldBy(actor, at) },
    kind: 'acknowledged',
    text: `Acknowledged by ${actor.name}${snoozedUntil === undefined ? '' : ', which ends the snooze'}.`,
  };
}

/** It is the actor's from now on, and comes back by itself. */
function snooze(incident: Incident, until: Instant, actor: Actor, at: Instant): Step | undefined {
  if (incident.state === 'resolved' || until <= at) return undefined;
  const { snoozedUntil, acknowledgedBy } = incident;
  const same = snoozedUntil !== undefined && Math.abs(until - snoozedUntil) < TWICE;
  if (same && acknowledgedBy === actor.name) return undefined;
  return {
    incident: { ...unsnoozed(incident), ...heldBy(actor, at), snoozedUntil: until },
    kind: 'snoozed',
    text: `Snoozed by ${actor.name} until ${stamp(until)}.`,
  };
}

function heldBy(actor: Actor, at: Instant): Pick<Incident, 'state' | 'acknowledgedAt' | 'acknowledgedBy'> {
  return { state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor.name };
}

function isSameNote(line: TimelineEntry, text: string, { name, via }: Actor, at: Instant): boolean {
  const { kind, actor } = line;
  return (
    kind === 'note' &&
    line.text === text &&
    actor.name === name &&
    actor.via === via &&
    Math.abs(at - line.at) < TWICE
  );
}

/** `2026-11-21 04:00 UTC`: a timeline is read in every zone. */
export function stamp(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
