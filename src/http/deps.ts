import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExplainView } from '../cards/explain-view.js';
import type { EntraSignIn } from '../lib/entra.js';
import type { ScheduleView } from '../cards/index.js';
import type { Log } from '../lib/log.js';
import type { BacktestRequest } from './backtest.js';
import type { NoiseRow } from '../model/noise.js';
import type { ResponseWeek } from '../model/response.js';
import type { AuditEntry, AuditFilter } from '../model/audit.js';
import type { Backtest } from '../model/backtest.js';
import type { Card, Tone } from '../model/card.js';
import type { Incident, IncidentState, TimelineEntry } from '../model/incident.js';
import type { Role } from '../model/person.js';
import type { RuleDefinition } from '../model/rule.js';
import type { Silence } from '../model/silence.js';
import type { SourceKey, SourceKind, SubjectRow } from '../model/source.js';
import type { Delivery, Telling, Topic } from '../model/telling.js';
import type { Instant } from '../model/time.js';

/** What the HTTP server needs from the rest of the program; src/main.ts fills it in. */
export interface HttpDeps {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** As people reach it, without a trailing slash: decides Secure cookies and which Origin is our own. */
  readonly publicUrl: string;
  readonly auth: HttpAuth;
  /** Origins whose pages may show the console in a frame of theirs (CSP sources): the clients of Teams. None by default. */
  readonly framedBy?: readonly string[];
  /** The program's clock: the demo's runs fast, and ages on the page follow it. */
  readonly now: () => Instant;
  /** Never rejects for what a person typed: a wrong command has a card as its answer, with `ok` false. */
  ask(text: string, speaker: HttpSpeaker): Promise<HttpReply>;
  /** What the one who asks may do. */
  role(speaker: HttpSpeaker): Promise<Role>;
  readonly data: HttpData;
  /** What the console shows. */
  cards(): Promise<ConsoleView>;
  ready(): Promise<{ readonly store: boolean; readonly queue: boolean; readonly detail?: string }>;
  /** Prometheus text, format 0.0.4. */
  metrics(): Promise<string>;
  /** Hears of every committed change that somebody could see; returns how to stop. */
  subscribe(listener: (event: { readonly topic: Topic }) => void): () => void;
  /** Looked at with each request, so that adapters may add to it while they begin to listen. */
  readonly mounts: readonly Mount[];
  readonly log: Log;
}

/** What a process tells of itself that serves nothing else. */
export type ProbeDeps = Pick<HttpDeps, 'host' | 'port' | 'ready' | 'metrics' | 'log'>;

/** With `entra` people sign in with Microsoft; the token, where there is one, is for programs and the command line. */
export type HttpAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'entra';
      readonly signIn: EntraSignIn;
      /** Sessions are sealed with a key derived from it: the secret of the app. */
      readonly secret: string;
      readonly token: string | undefined;
    };

/**
 * Who asks. One token is shared by a team, so the name is what the person says it is; `id` is `console` or `cli` and never
 * the name, so that nobody becomes somebody else by typing a name. Who signed in with Microsoft is their object id.
 */
export interface HttpSpeaker {
  readonly platform: 'console' | 'cli';
  readonly id: string;
  readonly name: string;
  /** The addresses that Entra vouches for. Never rejects. */
  readonly emails?: () => Promise<readonly string[]>;
}

export interface HttpReply {
  readonly card: Card;
  /** The card stands in place of the incident card whose button was pressed. */
  readonly replaces: boolean;
  readonly ok: boolean;
  readonly file?: { readonly name: string; readonly mediaType: string; readonly text: string };
}

/** A raw handler of an adapter. The path is exact, or a prefix that ends in `/`. The body has not been read. */
export interface Mount {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
}

export interface HttpData {
  incidents(filter: {
    readonly states?: readonly IncidentState[];
    readonly tenant?: string;
    readonly limit: number;
  }): Promise<readonly Incident[]>;
  incident(id: number): Promise<IncidentDetail | undefined>;
  /** Microsoft's post-incident report on what the incident is about, where it is filed. */
  report(id: number): Promise<FiledDocument | undefined>;
  /** The draft of a postmortem, where one was made. */
  postmortem(id: number): Promise<FiledDocument | undefined>;
  subjects(filter: {
    readonly tenant?: string;
    readonly kind?: SourceKind;
    readonly limit: number;
  }): Promise<readonly SubjectRow[]>;
  deliveries(filter: {
    readonly channel?: string;
    readonly topic?: Topic;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
  /** Why: undefined when nothing on record is called so. */
  explain(id: string, tenant: string | undefined): Promise<Explained | undefined>;
  rules(): Promise<readonly RuleDefinition[]>;
  schedules(): Promise<readonly FedSchedule[]>;
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  silences(): Promise<readonly HeldSilence[]>;
  /** Throws `settings.invalid` for rules that cannot be used, `command.busy` while another one runs. */
  backtest(request: BacktestRequest): Promise<Backtest>;
  /** How quickly people answered, and how often they were called, week by week. */
  response(filter: { readonly weeks: number; readonly tenant?: string }): Promise<readonly ResponseWeek[]>;
  /** What came of the alerts of the last weeks, rule by rule. */
  noise(filter: {
    readonly weeks: number;
    readonly rule?: string;
    readonly tenant?: string;
  }): Promise<readonly NoiseRow[]>;
}

export interface FedSchedule {
  readonly schedule: ScheduleView;
  /** Where calendar programs find it. */
  readonly feed: string | undefined;
}

export interface HeldSilence {
  readonly silence: Silence;
  /** Unresolved incidents of which it matches firing alerts. */
  readonly holds: readonly number[];
}

/** A file as it came from outside. */
export interface FiledDocument {
  readonly name: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

export interface Explained {
  readonly view: ExplainView;
  readonly card: Card;
}

export interface IncidentDetail {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  readonly tellings: readonly Telling[];
  readonly deliveries: readonly Delivery[];
}

export interface ConsoleView {
  /** Worst first, as people see them in chat. */
  readonly open: readonly Card[];
  /** Newest first, a handful. */
  readonly resolved: readonly Card[];
  readonly services: readonly ServiceTile[];
  readonly sources: readonly SourceTile[];
}

export interface ServiceTile {
  readonly tenant: string;
  readonly name: string;
  /** In words: `Operational`, `Service degradation`. */
  readonly status: string;
  readonly tone: Tone;
  readonly since?: Instant;
  /** The issue behind the colour: a link to Microsoft's page, or a command such as `issue EX900001`. */
  readonly issue?: { readonly id: string; readonly href?: string; readonly command?: string };
}

export interface SourceTile {
  readonly key: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  /** In words: `ok`, `denied`, `throttled`. */
  readonly state: string;
  readonly tone: Tone;
  readonly polledAt?: Instant;
  readonly lastGood?: Instant;
  readonly blindSince?: Instant;
  /** Requests left in the tightest window. */
  readonly budgetLeft?: number;
  /** What is wrong and what to do, while something is. */
  readonly detail?: string;
}
