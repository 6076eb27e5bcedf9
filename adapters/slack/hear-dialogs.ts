import type { App } from '@slack/bolt';
import { sentDialog, takeDialog } from './dialogs.js';
import { comesFrom, type HearDeps } from './hearing.js';
import { CALLBACK, sayingView } from './modal.js';

/** What was filled in and sent. */
export function hearDialogs(app: App, deps: HearDeps): void {
  app.view({ callback_id: CALLBACK, type: 'view_submission' }, async ({ view, body, context, ack }) => {
    const sent = sentDialog(view);
    if (sent === undefined || body.type !== 'view_submission') {
      await ack();
      return;
    }
    const { transport, refusal } = await comesFrom(deps, context);
    if (refusal !== undefined) {
      await ack({ response_action: 'update', view: sayingView('Tocsin', refusal) });
      return;
    }
    const { id: user, name } = body.user;
    const speaker = await deps.people.speaker(transport, user, name);
    const eventId = `form:${body.trigger_id}`;
    const work = takeDialog(
      deps,
      { ...sent, transport, user, speaker, viewId: view.id, eventId },
      async (answer) => (answer === undefined ? ack() : ack(answer)),
      deps.patienceMs,
    );
    deps.track(work);
    await work.catch(() => undefined);
  });
}
