import type { EntraApp } from '../lib/entra.js';
import type { IncidentLife } from '../model/life.js';
import type { Person } from '../model/person.js';
import type { RouteNode } from '../model/route.js';
import type { Escalation, Schedule } from '../model/schedule.js';
import type { Inhibition, MuteTime } from '../model/silence.js';
import type { SourceKind } from '../model/source.js';
import type { Privacy, TenantConnection } from '../sources/source.js';

/** The checked settings: secrets found, durations in milliseconds, everything inherited filled in. */
export interface Settings {
  readonly dataDir: string;
  readonly database?: string;
  readonly redis?: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    /** Where a process without a console tells how it is; nowhere when absent. */
    readonly probePort?: number;
  };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
  readonly tenants: readonly TenantSettings[];
  /** By kind: what stands under `slack:`, `teams:` …, as its adapter checked it. */
  readonly adapters: Readonly<Record<string, unknown>>;
  readonly channels: readonly {
    readonly name: string;
    readonly kind: string;
    /** The channel that is told where this one cannot be. */
    readonly fallback?: string;
    readonly settings: unknown;
  }[];
  readonly route: RouteNode;
  readonly inhibit: readonly Inhibition[];
  readonly muteTimes: readonly MuteTime[];
  readonly incidents: IncidentLife;
  /** Called each minute while all is well: who waits for it notices a dead Tocsin. */
  readonly heartbeat?: { readonly url: string };
  readonly people: readonly Person[];
  readonly schedules: readonly Schedule[];
  readonly escalations: readonly Escalation[];
  readonly rules: readonly RuleFile[];
  readonly console: { readonly auth: ConsoleAuth };
  readonly retention: { readonly historyMs: number; readonly callsMs: number };
  readonly privacy: Privacy;
}

/** `token` with kind entra is for programs and the command line, which cannot sign in. */
export type ConsoleAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'entra'; readonly app: EntraApp; readonly token: string | undefined };

export interface TenantSettings {
  readonly connection: TenantConnection;
  readonly sources: readonly {
    readonly kind: SourceKind;
    readonly name?: string;
    readonly everyMs: number;
    readonly settings: unknown;
  }[];
}

export type RuleFile = { readonly kind: 'builtin' } | { readonly kind: 'file'; readonly path: string };
