import type { Away, ContactRule, WeekTime } from './schedule.js';

/** What a person may do. Each role includes those before it. */
export const ROLES = ['viewer', 'responder', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export function mayAct(has: Role, needs: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needs);
}

/** The ids of a person that are a way to reach them; any other way is the name of a channel. */
export const WAYS = ['slack', 'teams', 'email'] as const;

export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly slack?: string;
  readonly teams?: string;
  readonly email?: string;
  readonly timeZone?: string;
  /** How to reach them when they are on call; the ways of every id they have, at once, when they say nothing. */
  readonly notify: readonly ContactRule[];
  /** Nothing but what is critical is told at these times, in their own zone. */
  readonly quiet: readonly WeekTime[];
  readonly away: readonly Away[];
}
