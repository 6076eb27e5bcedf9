import type { Alert, Transition } from '../model/alert.js';
import {
  ENGINE,
  MICROSOFT,
  type Actor,
  type Destination,
  type Incident,
  type TimelineEntry,
  type TimelineKind,
} from '../model/incident.js';
import type { Labels } from '../model/labels.js';
import { LIFE_DEFAULTS, type FlapSettings } from '../model/life.js';
import type { Change, SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { settled } from './settle.js';
import { passTime } from './tick.js';

/** Where an alert goes and with what it is grouped: the answer of notify/route, handed in. */
export interface RoutedAlert {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly destinations: readonly Destination[];
}

export interface FoldInput {
  readonly at: Instant;
  readonly source: SourceKey;
  readonly transitions: readonly Transition[];
  readonly changes: readonly Change[];
  /** What the store says these may touch: unresolved ones, and the newest resolved one of a subject. */
  readonly incidents: readonly Incident[];
  readonly route: (alert: Alert) => RoutedAlert;
  /** An alert that fires again within this time of the resolution reopens the same incident. */
  readonly reopenWithinMs: number;
  /** When an alert that comes and goes is flapping; the defaults when left out. */
  readonly flapping?: FlapSettings;
}

export interface Folded {
  /** New ones (negative id) and changed ones, each with its revision raised once. */
  readonly incidents: readonly Incident[];
  readonly timeline: readonly TimelineEntry[];
  /** Incidents of which only the number of tenants has changed: more may come, and their cards wait for them. */
  readonly gathering: ReadonlySet<number>;
}

/** An incident in the making: as it was, as it is so far, and the lines that say how it came there. */
export interface Draft {
  incident: Incident;
  readonly original: Incident | undefined;
  readonly lines: TimelineEntry[];
  /** Whether anything happened that a card has to show. */
  visible: boolean;
  /** Tenants came or went, which a card shows when it has gathered some. */
  counted: boolean;
}

/** The incidents that a turn may touch, those that it opens among them. */
export interface Drafts {
  readonly all: Draft[];
  open(incident: Incident): Draft;
  /** Those with a line to tell, with severity, title and revision as they follow. */
  close(): Folded;
}

export function openDrafts(input: FoldInput): Drafts {
  // What time alone has done by now comes first, whether or not somebody has looked since.
  const all: Draft[] = input.incidents.map((original) => {
    const { incident, lines } = passTime(original, input.at);
    return { incident, original, lines: [...lines], visible: lines.length > 0, counted: false };
  });
  return {
    all,
    open(incident) {
      const draft: Draft = {
        incident,
        original: undefined,
        lines: [],
        visible: true,
        counted: false,
      };
      all.push(draft);
      return draft;
    },
    close() {
      const touched = all.filter((draft) => draft.lines.length > 0);
      const incidents = touched.map(({ incident, original, visible, counted }) =>
        settled(incident, original, input.at, visible || counted, visible),
      );
      return {
        incidents,
        timeline: touched.flatMap((draft) => draft.lines),
        gathering: new Set(touched.filter(({ visible }) => !visible).map(({ incident }) => incident.id)),
      };
    },
  };
}

export function say(
  draft: Draft,
  at: Instant,
  kind: TimelineKind,
  text: string,
  actor: Actor,
  thread: boolean,
): void {
  draft.visible = true;
  draft.lines.push({ incident: draft.incident.id, seq: 0, at, kind, actor, text, thread });
}

/** A line that only counts tenants: the card follows once others had time to come or go, and the thread does not tell each. */
export function count(draft: Draft, at: Instant, kind: TimelineKind, text: string, actor: Actor): void {
  draft.counted = true;
  record(draft, at, kind, text, actor);
}

/** A line for the history alone: no card shows what it tells. */
export function record(draft: Draft, at: Instant, kind: TimelineKind, text: string, actor: Actor): void {
  draft.lines.push({ incident: draft.incident.id, seq: 0, at, kind, actor, text, thread: false });
}

/** A line for the record: the card follows it only when it has not been brought up to date for long. */
export function whisper(
  draft: Draft,
  input: FoldInput,
  kind: TimelineKind,
  text: string,
  actor: Actor,
): void {
  const { at, flapping = LIFE_DEFAULTS.flapping } = input;
  const { visible } = draft;
  say(draft, at, kind, text, actor, false);
  draft.visible = visible || at - draft.incident.updatedAt >= flapping.showMs;
}

export function actorOf(alert: Alert): Actor {
  return alert.kind === 'tocsin' || alert.kind === 'direct-routing' ? ENGINE : MICROSOFT;
}

export function newest(drafts: readonly Draft[]): Draft[] {
  const [first] = [...drafts].sort((a, b) => b.incident.openedAt - a.incident.openedAt);
  return first === undefined ? [] : [first];
}

export function holds(incident: Incident, alert: Alert): boolean {
  return incident.alerts.some((other) => other.fingerprint === alert.fingerprint);
}

/** The incident with the alert as it is now, and told in these channels too. */
export function withAlert(incident: Incident, alert: Alert, destinations: readonly Destination[]): Incident {
  const there = incident.alerts.some((other) => other.fingerprint === alert.fingerprint);
  const names = new Set(incident.destinations.map((destination) => destination.channel));
  return {
    ...incident,
    alerts: there
      ? incident.alerts.map((other) => (other.fingerprint === alert.fingerprint ? alert : other))
      : [...incident.alerts, alert],
    destinations: [
      ...incident.destinations,
      ...destinations.filter((destination) => !names.has(destination.channel)),
    ],
  };
}
