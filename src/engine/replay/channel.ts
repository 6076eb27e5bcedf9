import type { Alert } from '../../model/alert.js';
import type { Delivery } from '../../model/telling.js';
import { richToText } from '../../model/rich.js';
import { incidentOfTopic } from '../../model/incident.js';
import type { Channel } from '../../notify/adapter.js';
import { statusOf } from '../../notify/decide.js';
import type { DecidingStore } from '../../store/store.js';

export interface ReplayChannel {
  readonly name: string;
  /** A card that changes in place and has a thread, as in Slack and Teams. */
  readonly living: boolean;
}

/** One thing that a channel would have been told, or was spared, and why. */
export interface Told {
  readonly at: number;
  readonly channel: string;
  readonly topic: string;
  /** `skip`: it was decided that this channel is not told. */
  readonly do: 'post' | 'edit' | 'remind' | 'hold' | 'skip';
  /** `first`, `changed`, `repeat`, `group-wait: groupWait 30 s`, `silenced: by alice: known` … */
  readonly reason: string;
  /** What its incident was at that time; empty and `firing` for the summary of a first poll. */
  readonly title: string;
  readonly severity: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly Pick<Alert, 'rule' | 'subject' | 'tenant'>[];
  /** New lines of its thread. */
  readonly lines: readonly string[];
}

/** Hears what a channel is told and forgets it: the deliveries say the rest. */
export interface Listener {
  readonly channel: Channel;
  /** The lines since the last time. */
  lines(): readonly string[];
}

export function openListener({ name, living }: ReplayChannel): Listener {
  let lines: string[] = [];
  return {
    channel: {
      name,
      kind: 'replay',
      post: async ({ key }) => key,
      ...(living
        ? {
            update: async (ref) => ref,
            thread: async (_ref, { text }) => void lines.push(richToText(text)),
          }
        : {}),
      check: async () => 'listens',
    },
    lines() {
      const heard = lines;
      lines = [];
      return heard;
    },
  };
}

/** A delivery as it was noted, with what its incident was then. */
export async function toldOf(
  { at, channel, topic, action, outcome, reason }: Delivery,
  lines: readonly string[],
  store: DecidingStore,
): Promise<Told> {
  const id = incidentOfTopic(topic);
  const incident = id === undefined ? undefined : await store.incident(id);
  return {
    at,
    channel,
    topic,
    do: deedOf({ action, outcome, reason }),
    reason,
    title: incident?.title ?? '',
    severity: incident?.severity ?? '',
    status: incident === undefined ? 'firing' : statusOf(incident),
    alerts: (incident?.alerts ?? []).map(({ rule, subject, tenant }) => ({ rule, subject, tenant })),
    lines: isReminder(reason) ? [] : lines,
  };
}

function deedOf({ action, outcome, reason }: Pick<Delivery, 'action' | 'outcome' | 'reason'>): Told['do'] {
  if (outcome === 'held') return 'hold';
  if (outcome === 'not-told') return 'skip';
  if (isReminder(reason)) return 'remind';
  return action === 'edit' ? 'edit' : 'post';
}

function isReminder(reason: string): boolean {
  return reason === 'repeat' || reason === 'calls-again';
}
