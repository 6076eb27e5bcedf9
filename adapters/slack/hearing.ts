import type { Context } from '@slack/bolt';
import type { Inbox } from '../../src/notify/adapter.js';
import type { Ear } from './answer.js';
import type { PeopleBook } from './names.js';
import type { Transport } from './transport.js';

/** Takes care of work that goes on after the acknowledgement. */
export type Track = (work: Promise<void>) => void;

export interface HearDeps extends Ear {
  readonly people: PeopleBook;
  readonly track: Track;
  /** Says of the channels of this workspace or organisation whether they can be told anything. */
  readonly changed: (id: string) => Promise<void>;
  /** How long Slack may wait for what was sent with a dialog, of the three seconds that it does. */
  readonly patienceMs: number;
}

/** The workspace that an event comes from; with why nobody there is answered, where that is so. */
export async function comesFrom(
  { workspaces }: Ear,
  { teamId, enterpriseId }: Pick<Context, 'teamId' | 'enterpriseId'>,
): Promise<{ readonly transport: Transport; readonly refusal: string | undefined }> {
  const where = { team: teamId, enterprise: enterpriseId };
  return { transport: workspaces.of(where), refusal: await workspaces.refusal(where) };
}

export async function once(inbox: Inbox, id: string, work: () => Promise<void>): Promise<void> {
  if (await inbox.firstSeen(`slack:${id}`)) await work();
}
