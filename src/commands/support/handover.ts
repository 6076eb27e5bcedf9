import { handoverCard } from '../../cards/index.js';
import { heldBack } from '../../incidents/silence.js';
import type { Card } from '../../model/card.js';
import type { Incident } from '../../model/incident.js';
import type { Schedule } from '../../model/schedule.js';
import type { Silence } from '../../model/silence.js';
import type { Instant } from '../../model/time.js';
import type { Roster } from '../../oncall/on-call.js';
import { viewOf } from './schedule-view.js';

export interface HandoverInput {
  readonly schedules: readonly Schedule[];
  readonly roster: Roster;
  /** Who had it before, when somebody has just taken over; empty for nobody. */
  readonly before?: string;
  /** The newest, resolved ones among them. */
  readonly incidents: readonly Incident[];
  readonly silences: readonly Silence[];
  /** Since when what came and went is counted. */
  readonly since?: Instant | undefined;
  readonly now: Instant;
  readonly url: string;
}

/** As many of the newest incidents are looked through. */
export const HANDOVER_INCIDENTS = 1_000;

/** The card of a hand-over, asked for or told when a shift changes. */
export function handover({
  schedules,
  roster,
  incidents,
  silences,
  since,
  now,
  ...rest
}: HandoverInput): Card {
  const told = incidents.filter(({ baselineOf }) => baselineOf === undefined);
  const open = incidents.filter(({ state }) => state !== 'resolved');
  return handoverCard({
    ...rest,
    schedules: schedules.map((schedule) => viewOf(schedule, roster, now)),
    incidents: open,
    silences: silences.map((silence) => ({
      silence,
      holds: heldBack(silence.matchers, open).map(({ incident }) => incident.id),
    })),
    ...(since === undefined
      ? {}
      : {
          shift: {
            since,
            opened: told.filter(({ openedAt }) => openedAt >= since).length,
            resolved: told.filter(({ resolvedAt }) => resolvedAt !== undefined && resolvedAt >= since).length,
          },
        }),
    now,
  });
}
