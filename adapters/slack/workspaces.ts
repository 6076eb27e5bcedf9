import type { Transport } from './transport.js';

/** Where an event comes from, and where a message goes: a workspace, and the organisation that it belongs to. */
export interface Where {
  readonly team?: string | undefined;
  readonly enterprise?: string | undefined;
}

/** The workspaces that can be spoken to. */
export interface Workspaces {
  /** Asks nothing: what is wrong with the workspace is told by the first call, as a Fault. */
  of(where: Where): Transport;
  /** Why nobody there is answered, in words for them; undefined where they are. */
  refusal(where: Where): Promise<string | undefined>;
}

/** The one workspace of `botToken`. */
export function oneWorkspace(transport: Transport): Workspaces {
  return { of: () => transport, refusal: async () => undefined };
}
