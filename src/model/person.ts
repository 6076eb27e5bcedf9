/** What a person may do. Each role includes those before it. */
export const ROLES = ['viewer', 'responder', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export function mayAct(has: Role, needs: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needs);
}

export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly slack?: string;
  readonly teams?: string;
  readonly email?: string;
  readonly timeZone?: string;
}
