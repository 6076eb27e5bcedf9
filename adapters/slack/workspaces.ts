import { Fault } from '../../src/lib/fault.js';
import type { Instant } from '../../src/model/time.js';
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
  /** Why nothing can be sent there, as far as that is known without asking. */
  trouble(where: Where): Promise<Fault | undefined>;
  /** The app was taken out of this workspace or organisation at that time. */
  gone(id: string, at: Instant): Promise<void>;
}

/** The one workspace of `botToken`. */
export function oneWorkspace(transport: Transport): Workspaces {
  let removed: Fault | undefined;
  return {
    of: () => transport,
    refusal: async () => undefined,
    trouble: async () => removed,
    async gone(id) {
      removed = new Fault('channel.unauthorized', `Tocsin was removed from the Slack workspace ${id}.`, {
        advice: 'Install the app again and set the new bot token.',
      });
    },
  };
}
