import type { ZodType } from 'zod';
import type { Log } from '../lib/log.js';
import type { Fact, Observation, SourceKey, SourceKind, SourceMemory } from '../model/source.js';
import type { CallsAsk } from '../model/ask.js';
import type { Order, Question } from '../model/question.js';
import type { Instant } from '../model/time.js';
import type { Keep } from './keep.js';

/** What one poll brought. */
export interface Poll {
  readonly observation: Observation;
  /** Handed back at the next poll. */
  readonly memory: SourceMemory;
  /** Nothing can have changed (same body as last time): the observation may be skipped by a turn that waits for nothing. */
  readonly unchanged: boolean;
  /** Rows of the API that it was made of, those read again included; absent: one for each fact. */
  readonly rows?: number;
}

export interface SourcePast {
  /** True: they take the place of the recorded changes. False: they end where those begin. */
  readonly instead: boolean;
  /** As the polls would have been, in order of time. */
  polls(ask: PastAsk): AsyncIterable<PastPoll>;
}

/** A time of which polls are to be made up. */
export interface PastAsk {
  readonly from: Instant;
  readonly to: Instant;
  /** Since when the record has this source's own changes; undefined when it has none. */
  readonly recordedFrom: Instant | undefined;
  readonly asks: readonly CallsAsk[];
  /** Whether the API may be asked for what the record has not. */
  readonly fetch: boolean;
  readonly now: Instant;
  /** Told what is missing of it, or only supposed, in words. */
  readonly note: (words: string) => void;
}

export interface PastPoll {
  readonly at: Instant;
  readonly facts: readonly Fact[];
}

/** One line of `doctor`. */
export interface CheckLine {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

/** One configured source of one tenant. Every method throws a Fault with an `api.*` code when the API fails. */
export interface Source {
  readonly key: SourceKey;
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly everyMs: number;
  /** `asks` is what the rules want to be told of calls beside the usual; other sources have none. */
  poll(memory: SourceMemory | undefined, now: Instant, asks?: readonly CallsAsk[]): Promise<Poll>;
  /** The live answer as facts; which values they have is documented with the source's facts. */
  look(question: Question, now: Instant): Promise<readonly Fact[]>;
  /** The last known answer to a question, out of the stored snapshot: it stands in when the API fails. */
  recall(question: Question, known: readonly Fact[], now: Instant): Promise<readonly Fact[]>;
  /** Has the API do something; resolves with what it then is. Absent: this source takes no orders. */
  readonly order?: (order: Order, now: Instant) => Promise<readonly Fact[]>;
  /** An unauthenticated hint from outside that this one may have changed: true when it is one of ours and worth a poll now. */
  readonly hint?: (id: string) => Promise<boolean>;
  /** Polls of earlier times. Absent: nothing is known of them but the changes that the record wrote down. */
  readonly past?: SourcePast;
  /** One real call, for `doctor`. */
  check(now: Instant): Promise<readonly CheckLine[]>;
  /** Requests left in the tightest documented window, and when one is free again. */
  budget(now: Instant): { readonly left: number; readonly freeAt: Instant };
  close(): Promise<void>;
}

/** The clouds of the reference, and the four hosts of each as one set. */
export type Cloud = 'global' | 'gcc' | 'gcchigh' | 'dod' | 'china';

export interface Endpoints {
  readonly login: string;
  readonly graph: string;
  readonly manage: string;
  readonly partner: string;
}

/** A tenant as the settings give it: secrets resolved, endpoints complete. */
export interface TenantConnection {
  readonly name: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  readonly clientId: string;
  readonly credential:
    { readonly secret: string } | { readonly certificatePem: string; readonly passphrase?: string };
  readonly endpoints: Endpoints;
  /** True when a host was overridden: MSAL must be told that it is known. */
  readonly customHosts: boolean;
  /** PEM of a private certificate authority, beside the system's own. */
  readonly ca?: string;
}

export interface SourceDeps {
  /** Names the tenant; which source it is, each source says itself. */
  readonly log: Log;
  /** Chance for jitter, 0 ≤ x < 1. */
  readonly random: () => number;
  readonly keep: Keep;
  /** The public address, without a trailing slash: what a callback is told. */
  readonly publicUrl: string;
  readonly privacy: Privacy;
}

/** How personal data may be shown. `mask` keeps the first digits and the last two; `hide` shows none. */
export interface Privacy {
  readonly numbers: 'mask' | 'show' | 'hide';
  readonly users: 'mask' | 'show' | 'hide';
}

/** What `src/sources/index.ts` lists. */
export interface SourcePlug {
  readonly kind: SourceKind;
  /** The checked shape of a `sources:` entry, without `kind`. */
  readonly settings: ZodType;
  /** `name` and `every` are read by the settings; the rest is the plug's own. */
  open(
    settings: unknown,
    common: { readonly name?: string; readonly everyMs: number },
    tenant: TenantConnection,
    deps: SourceDeps,
  ): Source;
  /** The same source without a network. */
  rehearse(
    settings: unknown,
    common: { readonly name?: string; readonly everyMs: number },
    tenant: Pick<TenantConnection, 'name' | 'cloud'>,
    deps: Pick<SourceDeps, 'log' | 'keep' | 'privacy'>,
  ): Rehearsal;
}

/**
 * A source that is given the API's answers instead of asking for them, and makes of them what it makes of real ones: rule
 * tests are written in the API's own words.
 */
export interface Rehearsal extends Pick<Source, 'key' | 'tenant' | 'kind' | 'everyMs' | 'poll'> {
  /**
   * The API answers so from now on. What these bodies say nothing about stays as it was. Throws `api.unreadable` for what is
   * no answer of this API, and keeps nothing of it.
   */
  give(answers: Given): void;
  /** The latest instant that what was given says has passed; undefined when it names none. */
  newest(): Instant | undefined;
}

export interface Given {
  /** Bodies of 200 answers as they come over the wire. */
  readonly bodies: readonly string[];
  /** Files of reports, by the id of the run or by the link. */
  readonly files?: ReadonlyMap<string, string>;
}
