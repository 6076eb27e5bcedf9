import type { Actor } from './incident.js';
import type { Role } from './person.js';
import type { Instant } from './time.js';

/** `failed`: it was allowed and could not be done. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

/** One thing that somebody did or tried, and which not everybody may do. */
export interface AuditEntry {
  readonly at: Instant;
  readonly actor: Actor;
  /** The command as it was meant: `ack INC-1042`. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly detail: AuditDetail;
}

/** Absent is what nobody knows. */
export interface AuditDetail {
  /** The platform's id of the person: a name can be anybody's. */
  readonly id?: string;
  readonly role?: Role;
  /** The role that it needs. */
  readonly needs?: Role;
  /** The configured channel, or the platform's id of the conversation. */
  readonly where?: string;
  readonly button?: boolean;
  /** Why it was refused or failed. */
  readonly reason?: string;
}

export interface AuditFilter {
  readonly since?: Instant;
  /** Words that the name, the id or the action contain, in any case. */
  readonly text?: string;
  readonly outcome?: AuditOutcome;
  readonly limit: number;
}
