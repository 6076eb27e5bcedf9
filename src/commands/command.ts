import type { NoiseRow } from '../model/noise.js';
import type { ResponseWeek } from '../model/response.js';
import type { Reach } from '../incidents/silence.js';
import type { Backtest } from '../model/backtest.js';
import type { Card } from '../model/card.js';
import type { AuditDetail, AuditEntry, AuditFilter } from '../model/audit.js';
import type { Alert } from '../model/alert.js';
import type { KeptDecision, KeptEvaluation } from '../model/evaluation.js';
import type { Actor, Incident, TimelineEntry } from '../model/incident.js';
import type { Page } from '../model/page.js';
import type { Order, Question } from '../model/question.js';
import type { Person, Role } from '../model/person.js';
import type { Override, Schedule } from '../model/schedule.js';
import type { CallTarget } from '../oncall/by-hand.js';
import type { Roster } from '../oncall/on-call.js';
import type { Matcher, Silence } from '../model/silence.js';
import type { RuleDefinition } from '../model/rule.js';
import type { Change, Fact, SourceKey, SourceKind, SourceHealth, SubjectRow } from '../model/source.js';
import type { ChannelHealth, Delivery, Telling } from '../model/telling.js';
import type { Duration, Instant } from '../model/time.js';

/** Somebody who asks, already known to us. */
export interface Asker {
  readonly actor: Actor;
  readonly role: Role;
  readonly person?: Person;
  /** `slack U0123`: what whoami shows to somebody who is not listed under people. */
  readonly platformId: string;
}

export interface Answer {
  readonly card: Card;
  readonly audience: 'everyone' | 'asker';
  readonly replaces: boolean;
  /** What was made, beside the card that says so. */
  readonly file?: TextFile;
  /** False for a usage or permission error and for "no such id": the CLI exits with 1. */
  readonly ok: boolean;
  /** What was wrong with one argument of the command. */
  readonly wrong?: { readonly argument: string; readonly message: string };
  /** The words that open a form for what is missing. */
  readonly form?: string;
  /** Of what not everybody may do, done or not: for the audit log. */
  readonly act?: Pick<AuditEntry, 'action' | 'outcome'> & Pick<AuditDetail, 'needs' | 'reason'>;
}

/** A file that people take elsewhere. */
export interface TextFile {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

/** The last known answer stands in when the API fails, with its age and the error. */
export interface Look {
  readonly tenant: string;
  readonly facts: readonly Fact[];
  /** When the facts were true. */
  readonly at: Instant;
  readonly fresh: boolean;
  readonly error?: string;
}

export interface DoctorLine {
  readonly subject: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

export interface TenantRow {
  readonly name: string;
  readonly tenantId: string;
  readonly cloud: string;
  readonly sources: readonly {
    readonly key: string;
    readonly kind: SourceKind;
    readonly health: SourceHealth | undefined;
    readonly polledAt: Instant | undefined;
    readonly budgetLeft: number | undefined;
  }[];
}

/** What commands may read and do. The engine implements it; a command never touches a store, a source or an adapter. */
export interface Desk {
  now(): Instant;
  tenants(): Promise<readonly TenantRow[]>;
  /** Asks the API of each tenant now, or only of `tenant`; never rejects. A short cache says its age through `at`. */
  look(question: Question, tenant?: string): Promise<readonly Look[]>;
  /** Has the API of the one tenant that has such a source do something. Throws `command.usage` when it is not clear which. */
  order(order: Order, tenant: string | undefined, actor: Actor): Promise<Look>;
  changes(filter: {
    subject?: string;
    source?: SourceKey;
    since?: Instant;
    limit?: number;
  }): Promise<readonly Change[]>;
  incidents(filter: {
    scope: 'open' | 'all';
    tenant?: string;
    subject?: string;
    limit?: number;
  }): Promise<readonly Incident[]>;
  incident(id: number): Promise<Incident | undefined>;
  timeline(incident: number): Promise<readonly TimelineEntry[]>;
  tellings(incident: number): Promise<readonly Telling[]>;
  deliveries(incident: number): Promise<readonly Delivery[]>;
  alerts(tenant?: string): Promise<readonly Alert[]>;
  channels(): Promise<readonly ChannelHealth[]>;
  /** Kept beside the incident; a newer one takes its place. */
  keepPostmortem(incident: number, file: TextFile): Promise<void>;
  /** Whom its escalations called, oldest first, each with the attempts to reach them. */
  calls(incident: number): Promise<readonly CalledPage[]>;
  /** Attempts to tell one channel anything, newest first. */
  deliveriesTo(channel: string): Promise<readonly Delivery[]>;
  /** Facts as the record has them: `id` is a whole subject or what follows its colon, `named` a part of a fact's name. */
  subjects(filter: { id?: string; named?: string; tenant?: string }): Promise<readonly SubjectRow[]>;
  subjectNames(tenant?: string): Promise<readonly string[]>;
  /** The rules in force. */
  rules(): readonly RuleDefinition[];
  /** What each rule last decided on each subject. */
  evaluations(filter: {
    subject?: string;
    rule?: string;
    tenant?: string;
    /** Only of subjects that are still reported. */
    present?: boolean;
  }): Promise<readonly KeptEvaluation[]>;
  /** Where rules changed their minds, newest first. */
  decisions(filter: {
    subject?: string;
    rule?: string;
    source?: SourceKey;
    limit: number;
  }): Promise<readonly KeptDecision[]>;
  /** What a rule in force would have sent over the last days. Throws `command.busy`. */
  backtest(ask: { rule: string; days: number; tenants?: readonly string[] }): Promise<Backtest>;
  /** What came of the alerts of the last weeks, rule by rule. */
  noise(filter: { weeks: number; rule?: string; tenants?: readonly string[] }): Promise<readonly NoiseRow[]>;
  /** How quickly people answered, and how often they were called, week by week, newest first. */
  response(filter: { weeks: number; tenants?: readonly string[] }): Promise<readonly ResponseWeek[]>;
  silences(): Promise<readonly Silence[]>;
  silence(id: number): Promise<Silence | undefined>;
  /** What matchers hold back now, and what they would have held back in the last week. */
  reach(matchers: readonly Matcher[]): Promise<Reach>;
  /** From now on. One with the same matchers is changed instead of a second one made. */
  setSilence(order: SilenceOrder, actor: Actor): Promise<Silence>;
  /** Throws `command.not-found`, also for one that is over. */
  changeSilence(id: number, change: Pick<Silence, 'endsAt' | 'comment'>, actor: Actor): Promise<Silence>;
  endSilence(id: number, actor: Actor): Promise<Silence>;
  /** Returns the incident as it is after the act. Throws `command.not-found`; doing what is done already changes nothing. */
  act(id: number, act: IncidentAct, actor: Actor): Promise<Incident>;
  /** Schedules, and what decides who is on. */
  onCall(): Promise<{ readonly schedules: readonly Schedule[]; readonly roster: Roster }>;
  /** The address of its iCalendar feed; undefined where none is served. */
  feed(schedule: string): Promise<string | undefined>;
  override(order: OverrideOrder, actor: Actor): Promise<Override>;
  /** Calls somebody now. Throws `command.not-found` when nobody would be reached. */
  page(order: PageOrder, actor: Actor): Promise<PagedByHand>;
  /** Throws `command.not-found`. */
  endOverride(id: number, actor: Actor): Promise<Override>;
  doctor(): Promise<readonly DoctorLine[]>;
  /** What people did or tried, newest first. */
  audits(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}

export type OverrideOrder = Pick<Override, 'schedule' | 'person' | 'from' | 'to' | 'comment'>;

export interface PageOrder {
  readonly target: CallTarget;
  readonly text: string;
  /** Whose incident it becomes; Tocsin's own when left out. */
  readonly tenant?: string;
}

/** A call by hand, and whom it reaches how. */
export interface PagedByHand {
  readonly incident: Incident;
  /** It was asked for already, and is not over. */
  readonly again: boolean;
  readonly called: readonly {
    readonly name: string;
    readonly why: string;
    readonly ways: readonly { readonly via: string; readonly after: Duration }[];
  }[];
}

export interface SilenceOrder {
  readonly matchers: readonly Matcher[];
  readonly durationMs: Duration;
  readonly comment: string;
}

export type IncidentAct =
  | { readonly do: 'ack' }
  | { readonly do: 'unack' }
  | { readonly do: 'resolve' }
  | { readonly do: 'snooze'; readonly durationMs: number }
  | { readonly do: 'note'; readonly text: string }
  | { readonly do: 'silence'; readonly durationMs: number; readonly comment: string }
  | { readonly do: 'unsilence' };

export interface CommandContext {
  readonly desk: Desk;
  readonly asker: Asker;
  /** Set by `--tenant NAME` or by naming a tenant. */
  readonly tenant: string | undefined;
  readonly commands: readonly Command[];
  /** The console's public address, without a trailing slash. */
  readonly url: string;
  readonly button: boolean;
  /** What stands behind the command's name as it was typed, quotes and all, without `--tenant`. */
  readonly said?: string;
}

/** One person or channel that was to be called, and what came of it. */
export interface CalledPage {
  readonly page: Page;
  readonly deliveries: readonly Delivery[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** `ack <id>` */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly role: Role;
  /** Where some of its arguments need more than `role`: the role that these need. */
  readonly needs?: (args: readonly string[]) => Role;
  /** Its last argument is a sentence: a tenant's name at its end is part of it and does not narrow. */
  readonly endsInText?: boolean;
  /** Throws `command.usage` for arguments it cannot use. */
  run(args: readonly string[], context: CommandContext): Promise<Answer>;
}
