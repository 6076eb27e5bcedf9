import type { AuditEntry, AuditFilter } from '../model/audit.js';
import type { Incident, IncidentState, TimelineEntry } from '../model/incident.js';
import type { Alert, Firing } from '../model/alert.js';
import type { DecisionRecord, Evaluation, KeptDecision, KeptEvaluation } from '../model/evaluation.js';
import type { Json } from '../model/json.js';
import type { EscalationState, Page } from '../model/page.js';
import type { Override } from '../model/schedule.js';
import type { Silence } from '../model/silence.js';
import type {
  Change,
  Fact,
  SourceHealth,
  SourceKey,
  SourceKind,
  SourceMemory,
  SubjectRow,
} from '../model/source.js';
import type { Past } from './past.js';
import type { ChannelHealth, Delivery, OutboxRow, Telling, Topic } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { EvaluationFilter } from './evaluations.js';
import type { SubjectFilter } from './facts.js';
import type { DecisionFilter } from './history.js';

/** Everything a turn needs to know before it decides. */
export interface Known {
  /** Raised by one with each commit; a turn made on an older version is refused (`store.conflict`). */
  readonly version: number;
  /** True until the first good poll is committed. */
  readonly fresh: boolean;
  readonly memory: SourceMemory | undefined;
  readonly health: SourceHealth | undefined;
  /** The current snapshot of this source, by subject. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** Pending and firing alerts of this source, by fingerprint. */
  readonly alerts: readonly Alert[];
}

export interface AffectedAsk {
  readonly source: SourceKey;
  readonly groupKeys: readonly string[];
  /** Of those groups that tenants share: whose incidents, undefined for that of everybody; all when left out. */
  readonly audiences?: readonly (readonly string[] | undefined)[];
  readonly fingerprints: readonly string[];
  readonly subjects: readonly string[];
}

/** One turn, decided and ready to be made true in one transaction. */
export interface TurnRecord {
  readonly source: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly at: Instant;
  /** `Known.version` that it was decided on. */
  readonly version: number;
  readonly good: boolean;
  readonly health: SourceHealth;
  readonly memory: SourceMemory | undefined;
  readonly put: readonly Fact[];
  readonly gone: readonly string[];
  readonly changes: readonly Change[];
  /**
   * Pending and firing alerts are kept, resolved ones leave the table of live alerts. Each time one fired, edge rules
   * included, stays on record.
   */
  readonly alerts: readonly Alert[];
  /** Fingerprints of pending alerts that never fired. */
  readonly dropped: readonly string[];
  /** New (negative id) and changed incidents; a changed one must still have `revision - 1` in the store, or the turn is refused. */
  readonly incidents: readonly Incident[];
  /** May refer to a negative incident id of this turn. */
  readonly timeline: readonly TimelineEntry[];
  /** Topics may be `incident:<negative id>` of this turn. */
  readonly outbox: readonly OutboxRow[];
  /** Why things fired or stayed silent: one entry a rule and subject where that says more than the last one. */
  readonly evaluations: readonly Evaluation[];
  /** One entry a rule and subject whose outcome changed, with the values that it changed on. */
  readonly decisions: readonly DecisionRecord[];
}

/** The same turn with the numbers that the store gave. */
export interface Committed {
  readonly incidents: readonly Incident[];
  readonly outbox: readonly OutboxRow[];
}

/** A person's act on an incident, or the engine's: decided on `revision`, refused with `store.conflict` when it has moved. */
export interface IncidentEdit {
  readonly incident: Incident;
  /** The revision it was decided on; `incident.revision` is one more. */
  readonly revision: number;
  readonly timeline: readonly TimelineEntry[];
  readonly outbox: readonly OutboxRow[];
}

/** One escalation of one incident as it stands; `version` is raised by one with each commit. */
export interface EscalationRow {
  readonly version: number;
  readonly state: EscalationState;
}

/** One step of an escalation, decided and ready to be made true in one transaction. */
export interface EscalationTurn {
  readonly state: EscalationState;
  /** `EscalationRow.version` that it was decided on; 0 for a new one. */
  readonly version: number;
  /** When it has something to do next. */
  readonly wakeAt: Instant;
  readonly pages: readonly Page[];
  readonly timeline: readonly TimelineEntry[];
  readonly outbox: readonly OutboxRow[];
}

export interface PageFilter {
  readonly key?: string;
  readonly incident?: number;
  readonly person?: string;
  readonly state?: Page['state'];
  readonly since?: Instant;
  readonly limit?: number;
}

export interface SourceRow {
  readonly source: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly health: SourceHealth;
  readonly polledAt: Instant;
  readonly goodAt: Instant | undefined;
}

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  readonly tenant?: string;
  /** Those that are part of this source's first summary. */
  readonly baselineOf?: SourceKey;
  readonly subject?: string;
  /** Opened then or later. */
  readonly openedSince?: Instant;
  /** Those that time alone will have changed by then: a snooze that ends, a flapping alert that has calmed down. */
  readonly dueBy?: Instant;
  readonly limit?: number;
}

/**
 * The record. One SQL implementation serves PGlite and a Postgres server. Strings are stored with U+0000 replaced by
 * U+FFFD (Postgres cannot hold it). Faults: `store.conflict`, `store.unreachable`.
 */
export interface Store {
  known(source: SourceKey): Promise<Known>;
  /**
   * The incidents a turn may touch: every unresolved one whose group key or one of whose alerts is asked for, and per
   * subject (of this source key) the newest resolved ones that had it, a few since each audience has its own (for a late post-incident review, or a reopening).
   */
  affected(ask: AffectedAsk): Promise<readonly Incident[]>;
  /** All of it or nothing. */
  commit(turn: TurnRecord): Promise<Committed>;

  subjects(filter?: SubjectFilter): Promise<readonly SubjectRow[]>;
  /** The names alone, for a guess at what somebody meant. */
  subjectNames(filter?: { tenant?: string; limit?: number }): Promise<readonly string[]>;
  sources(): Promise<readonly SourceRow[]>;
  /** Newest first. */
  changes(filter: {
    subject?: string;
    source?: SourceKey;
    since?: Instant;
    limit?: number;
  }): Promise<readonly Change[]>;
  /** Newest first. */
  decisions(filter: DecisionFilter): Promise<readonly KeptDecision[]>;
  /** The latest of each rule on each subject, by subject. */
  evaluations(filter?: EvaluationFilter): Promise<readonly KeptEvaluation[]>;
  /** Pending and firing ones, of all sources. */
  alerts(filter?: { tenant?: string }): Promise<readonly Alert[]>;

  incident(id: number): Promise<Incident | undefined>;
  /** Unresolved first, then newest first. */
  incidents(filter?: IncidentFilter): Promise<readonly Incident[]>;
  /** Oldest first; those after `afterSeq` alone. */
  timeline(incident: number, afterSeq?: number): Promise<readonly TimelineEntry[]>;
  /** All of it or nothing; resolves with the incident as it stands now. */
  editIncident(edit: IncidentEdit): Promise<Incident>;
  /** Lines that change nothing anybody acts on (`told`, `not-told`): no revision, no outbox. */
  appendTimeline(entries: readonly TimelineEntry[]): Promise<void>;

  /** Keeps the earlier `dueAt` and `changedAt`, the smaller `priority` and resets `attempts` of a row that is there already. */
  enqueue(rows: readonly OutboxRow[]): Promise<void>;
  /** Rows of one channel due by `now`: by priority, then by age. */
  due(channel: string, now: Instant, limit: number): Promise<readonly OutboxRow[]>;
  /** Whether this topic has a row for this channel, due or not. */
  queued(topic: Topic, channel: string): Promise<boolean>;
  /** Channels that have rows, with the earliest `dueAt` and the number of rows. */
  waiting(): Promise<readonly { channel: string; dueAt: Instant; rows: number }[]>;
  /**
   * The row was dealt with as it was read. Without `next` it is removed, with `next` it becomes that row (a later attempt,
   * or the standing reminder of a firing incident); but when somebody enqueued the topic again since it was read (its
   * `changedAt`, `dueAt` or `stamp` differ) it stays as that other one wrote it. Row, telling and deliveries in one transaction.
   */
  settle(
    row: OutboxRow,
    outcome: {
      readonly telling?: Telling;
      readonly deliveries: readonly Delivery[];
      readonly next?: OutboxRow;
    },
  ): Promise<void>;

  /** What a channel was last told of a topic, or is being told; undefined when it was told nothing. */
  telling(topic: Topic, channel: string): Promise<Telling | undefined>;
  tellings(topic: Topic): Promise<readonly Telling[]>;
  putTelling(telling: Telling): Promise<void>;
  addDeliveries(deliveries: readonly Delivery[]): Promise<void>;
  /** Newest first. */
  deliveries(filter?: { topic?: Topic; channel?: string; limit?: number }): Promise<readonly Delivery[]>;

  channels(): Promise<readonly ChannelHealth[]>;
  putChannel(health: ChannelHealth): Promise<void>;
  /**
   * One holder at a time: true when `owner` now holds `name` until `until`. A lease that has run out is anybody's.
   * Keeps two workers from draining one channel at once.
   */
  lease(name: string, owner: string, now: Instant, until: Instant): Promise<boolean>;
  release(name: string, owner: string): Promise<void>;
  /** Every lease is anybody's again: when only one process can have the record open, at its start. */
  releaseAll(): Promise<void>;

  /** Those that have not ended at `now`, also the ones yet to begin; soonest to end first. With an earlier `now`, older ones too. */
  silences(now: Instant): Promise<readonly Silence[]>;
  silence(id: number): Promise<Silence | undefined>;
  addSilence(silence: Omit<Silence, 'id'>): Promise<Silence>;
  /** Another end or comment; an end that was noted is so no longer. Undefined when there is no such silence. */
  changeSilence(id: number, change: Pick<Silence, 'endsAt' | 'comment'>): Promise<Silence | undefined>;
  /** Those that have ended by `now` and whose end nobody has noted. */
  silencesOver(now: Instant): Promise<readonly Silence[]>;
  noteSilencesOver(ids: readonly number[]): Promise<void>;

  /** Each time an alert fired since then, newest first, with the incident that it went into. */
  firings(filter: { since: Instant; rule?: string; limit?: number }): Promise<readonly Firing[]>;
  /** The lines since then that tell whether somebody had an incident, oldest first. */
  acts(since: Instant): Promise<readonly TimelineEntry[]>;

  escalations(incident: number): Promise<readonly EscalationRow[]>;
  /**
   * Incidents whose escalation has something to do by `now`, and those that changed since `changedSince` and have none, or
   * one that does not stand as they do; the longest overdue first.
   */
  escalationsDue(now: Instant, changedSince: Instant, limit: number): Promise<readonly number[]>;
  /** All of it or nothing; refused with `store.conflict` when the escalation moved meanwhile. A page that is there already stays as it is. */
  commitEscalation(turn: EscalationTurn): Promise<void>;
  /** Oldest first. */
  pages(filter: PageFilter): Promise<readonly Page[]>;
  /** Pages that nobody's escalation decided: somebody asked for them. */
  addPages(pages: readonly Page[], outbox: readonly OutboxRow[]): Promise<void>;
  /** A waiting page was told, or is needed no longer. */
  endPage(key: string, end: 'told' | { readonly dropped: string }): Promise<void>;
  /** Those that end after `since`, soonest to begin first. */
  overrides(since: Instant): Promise<readonly Override[]>;
  addOverride(override: Omit<Override, 'id'>): Promise<Override>;
  /** False when there is no such override. */
  endOverride(id: number): Promise<boolean>;

  /** True the first time this id is seen (Slack event ids, Teams activity ids), false ever after, for `ttlMs`. */
  firstSeen(id: string, now: Instant, ttlMs: number): Promise<boolean>;
  /** Small named values: learned conversation references, the console's signing key. */
  get(key: string): Promise<Json | undefined>;
  put(key: string, value: Json): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  audits(filter: AuditFilter): Promise<readonly AuditEntry[]>;

  /** Earlier times, for backtests. */
  readonly past: Past;

  /**
   * Deletes history older than `before`, and calls older than `callsBefore` (kept when left out); runs VACUUM where the server
   * does not do it by itself.
   */
  tidy(before: Instant, callsBefore?: Instant): Promise<void>;
  /** Throws `store.unreachable` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What deciding needs of the record: `src/engine/replay` has it in memory, so that a replay decides as production does. */
export type DecidingStore = Pick<
  Store,
  | 'known'
  | 'affected'
  | 'commit'
  | 'alerts'
  | 'incident'
  | 'incidents'
  | 'timeline'
  | 'editIncident'
  | 'appendTimeline'
  | 'due'
  | 'waiting'
  | 'settle'
  | 'telling'
  | 'putTelling'
  | 'deliveries'
  | 'channels'
  | 'putChannel'
  | 'lease'
  | 'release'
  | 'silences'
  | 'silence'
  | 'addSilence'
  | 'changeSilence'
  | 'silencesOver'
  | 'noteSilencesOver'
  | 'escalations'
  | 'pages'
  | 'endPage'
  | 'audit'
>;
