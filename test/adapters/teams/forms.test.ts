import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Form } from '../../../src/model/form.js';
import type { Adapter, Submission, Submitted } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { problemsOfCard } from './adaptive.js';
import { acknowledged, AT, incident, messageOf, openInbox, statusCard, type FakeInbox } from './fixtures.js';

const CHANNEL = '19:abc@thread.tacv2';
const THREAD = `${CHANNEL};messageid=17`;

const FORM: Form = {
  opens: 'silence INC-1042',
  title: 'Silence INC-1042',
  submit: 'Silence',
  about: 'sbc1.contoso.com: **31** of 40 calls failed',
  fields: [
    { name: 'duration', label: 'For how long', kind: 'line', initial: '1h', hint: '30m, 4h or 2d', max: 20 },
    { name: 'comment', label: 'Why', kind: 'text', initial: '', optional: true },
    { name: 'tenant', label: 'Tenant', kind: 'choice', initial: 'contoso', choices: ['contoso', 'fabrikam'] },
  ],
};

const DATA = { opens: 'silence INC-1042', topic: 'incident:1042', revision: 1, living: true };

describe('forms in Teams', () => {
  let connector: Sink;
  let inbox: FakeInbox;
  let adapter: Adapter;
  let sent: Submission[];
  let done: Submitted | undefined;
  let number = 0;

  beforeEach(async () => {
    sent = [];
    done = { reply: { card: acknowledged(), audience: 'everyone', replaces: true } };
    [connector, inbox] = await Promise.all([
      startSink(),
      openInbox(() => ({ card: statusCard(), audience: 'asker', replaces: false }), {
        open: async ({ text }) =>
          text.startsWith('silence')
            ? { form: FORM }
            : {
                reply: {
                  card: { ...statusCard(), fallback: 'You need the role admin.' },
                  audience: 'asker',
                  replaces: false,
                },
              },
        submit: async (submission) => {
          sent.push(submission);
          return done;
        },
      }),
    ]);
    connector.answer({ status: 201, body: JSON.stringify({ id: THREAD, activityId: '17' }) });
    adapter = await teams.open(teams.settings?.parse({ insecureLocal: true }), {
      log: silentLog,
      now: () => AT,
      publicUrl: '',
    });
    await adapter.listen?.(inbox);
  });

  afterEach(async () => {
    await adapter.close();
    await inbox.close();
    await connector.close();
  });

  async function invoke(name: string, value: object): Promise<{ status: number; body: unknown }> {
    const answered = await fetch(`${inbox.url}/api/messages`, {
      method: 'POST',
      body: JSON.stringify({
        type: 'invoke',
        name,
        id: `f:${++number}`,
        channelId: 'msteams',
        serviceUrl: connector.url,
        from: { id: '29:alex', name: 'Alex Wilber' },
        recipient: { id: '28:bot', name: 'Tocsin' },
        conversation: { id: THREAD, conversationType: 'channel', tenantId: 'contoso' },
        replyToId: '17',
        value,
      }),
    });
    const text = await answered.text();
    return { status: answered.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  const press = (verb: string, data: object) =>
    invoke('adaptiveCard/action', { action: { type: 'Action.Execute', verb, data } });

  /** The card that an answer shows, which is one that Teams can draw. */
  function cardIn({ body }: { body: unknown }): string {
    const { type, value } = body as { type: string; value: unknown };
    expect(type).toBe('application/vnd.microsoft.card.adaptive');
    expect(problemsOfCard(value)).toEqual([]);
    return JSON.stringify(value);
  }

  it('stand in place of the card for the one who pressed', async () => {
    const shown = cardIn(await press('form', DATA));
    expect(shown).toContain('"id":"field.duration"');
    expect(shown).toContain('"value":"1h"');
    expect(shown).toContain('30m, 4h or 2d');
    // Words of others stay words.
    expect(shown).not.toContain('**31**');
    expect(sent).toEqual([]);
  });

  it('say at the field what is wrong with it, and keep what was filled in', async () => {
    done = { errors: { duration: '“a while” is not a duration.' } };
    const shown = cardIn(
      await press('submit', { ...DATA, 'field.duration': 'a while', 'field.comment': 'a change' }),
    );
    expect(sent[0]).toMatchObject({
      text: 'silence INC-1042',
      button: true,
      values: { duration: 'a while', comment: 'a change' },
      speaker: { platform: 'teams', id: '29:alex' },
    });
    expect(shown.indexOf('“a while” is not a duration.')).toBeGreaterThan(shown.indexOf('field.duration'));
    expect(shown.indexOf('“a while” is not a duration.')).toBeLessThan(shown.indexOf('field.comment'));
    expect(shown).toContain('"value":"a change"');
  });

  it('give way to the card that shows what came of it', async () => {
    expect(cardIn(await press('submit', { ...DATA, 'field.duration': '2h' }))).toContain('ACKNOWLEDGED');
  });

  it('show the living card again when they are closed, or when what came of it is no card of it', async () => {
    const channel = adapter.channel('noc', { conversation: CHANNEL, serviceUrl: connector.url });
    await channel.post(messageOf(incident()));
    expect(cardIn(await press('cancel', DATA))).toContain('31 of 40 outbound calls failed');
    done = { reply: { card: statusCard(), audience: 'asker', replaces: false } };
    expect(cardIn(await press('submit', DATA))).toContain('31 of 40 outbound calls failed');
    expect(inbox.asked).toEqual([]);
  });

  it('are not opened for who may not: the one who pressed is told why', async () => {
    const { body } = await press('form', { ...DATA, opens: 'override voice' });
    expect(body).toMatchObject({
      type: 'application/vnd.microsoft.activity.message',
      value: 'You need the role admin.',
    });
  });

  it('are dialogs in a client without Universal Actions', async () => {
    const fetched = await invoke('task/fetch', { data: { ...DATA, msteams: { type: 'task/fetch' } } });
    expect(fetched.body).toMatchObject({ task: { type: 'continue', value: { title: 'Silence INC-1042' } } });
    done = { errors: { duration: 'That is not a duration.' } };
    const wrong = await invoke('task/submit', { data: { ...DATA, 'field.duration': 'x' } });
    expect(JSON.stringify(wrong.body)).toContain('That is not a duration.');
    expect(wrong.body).toMatchObject({ task: { type: 'continue' } });
    done = { reply: { card: acknowledged(), audience: 'everyone', replaces: true } };
    const right = await invoke('task/submit', { data: { ...DATA, 'field.duration': '2h' } });
    expect(right.body).toMatchObject({ task: { type: 'message', value: acknowledged().fallback } });
  });

  it('refuse what no button of ours carries', async () => {
    for (const value of [{}, { data: null }, { data: { opens: 7 } }, { data: { topic: 'incident:1' } }])
      expect((await invoke('task/submit', value)).status).toBe(400);
    expect(sent).toEqual([]);
  });
});
