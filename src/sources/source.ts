import type { ZodType } from 'zod';
import type { Log } from '../lib/log.js';
import type { Fact, Observation, SourceKey, SourceKind, SourceMemory } from '../model/source.js';
import type { Instant } from '../model/time.js';

/** What one poll brought. */
export interface Poll {
  readonly observation: Observation;
  /** Handed back at the next poll. */
  readonly memory: SourceMemory;
  /** Nothing can have changed (same body as last time): the observation may be skipped by a turn that waits for nothing. */
  readonly unchanged: boolean;
}

/** A question asked at the moment it is typed. */
export type Question =
  | { readonly about: 'services' }
  | { readonly about: 'issues' }
  | { readonly about: 'issue'; readonly id: string };

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
  poll(memory: SourceMemory | undefined, now: Instant): Promise<Poll>;
  look(question: Question, now: Instant): Promise<readonly Fact[]>;
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
  readonly log: Log;
  /** Chance for jitter, 0 ≤ x < 1. */
  readonly random: () => number;
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
}
