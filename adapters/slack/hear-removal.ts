import type { App } from '@slack/bolt';
import { SECOND } from '../../src/model/time.js';
import { once, type HearDeps } from './hearing.js';

interface Envelope {
  readonly event_id: string;
  /** Seconds. */
  readonly event_time: number;
  readonly team_id?: string;
  readonly enterprise_id?: string;
  readonly authorizations?: readonly { readonly is_enterprise_install?: boolean }[];
}

/** The app was taken out of a workspace, or its token was: from then on nothing is sent there. */
export function hearRemoval(app: App, { inbox, track, log, workspaces, changed }: HearDeps): void {
  const remove = (envelope: Envelope): void =>
    track(
      once(inbox, `event:${envelope.event_id}`, async () => {
        const id = whose(envelope);
        if (id === undefined) return;
        await workspaces.gone(id, (envelope.event_time + 1) * SECOND);
        log.warn({ workspace: id }, 'Tocsin was removed from a Slack workspace.');
        await changed(id);
      }),
    );
  app.event('app_uninstalled', async ({ body }) => remove(body));
  app.event('tokens_revoked', async ({ body, event }) => {
    // What people granted for themselves is nothing of ours.
    if ((event.tokens.bot ?? []).length > 0) remove(body);
  });
}

function whose({ team_id: team, enterprise_id: enterprise, authorizations }: Envelope): string | undefined {
  return authorizations?.[0]?.is_enterprise_install === true ? enterprise : (team ?? enterprise);
}
