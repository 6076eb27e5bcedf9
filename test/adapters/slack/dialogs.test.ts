import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { formView } from '../../../adapters/slack/modal.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Form } from '../../../src/model/form.js';
import type { Adapter, Opened, Reply, Submitted } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { status } from './cards.js';
import { openHouse, press, SECRET, sent, slash, type House } from './inbound.js';
import { problemsOfView } from './limits.js';

const FORM: Form = {
  opens: 'silence INC-1042',
  title: 'Silence INC-1042',
  submit: 'Silence',
  about: 'sbc1.contoso.com: 40 of 80 calls failed <!channel>',
  fields: [
    { name: 'duration', label: 'For how long', kind: 'line', initial: '1h', hint: '30m, 4h or 2d', max: 20 },
    { name: 'comment', label: 'Why', kind: 'text', initial: '', optional: true },
    { name: 'who', label: 'Who', kind: 'choice', initial: 'bob', choices: ['alice', 'bob'] },
  ],
};
const META = { opens: 'silence INC-1042', place: 'C000000001', card: true };

let house: House;
let sink: Sink;
let adapter: Adapter;

beforeEach(async () => {
  house = await openHouse();
  sink = await startSink();
  sink.answer({ body: JSON.stringify({ ok: true, channel: 'C000000001', ts: '2.2' }) });
  const settings = { botToken: 'xoxb-1', signingSecret: SECRET, apiUrl: `${sink.url}/api/` };
  adapter = await slack.open(settings, { log: silentLog, now: () => Date.now(), publicUrl: '' });
  adapter.channel('noc', { channel: 'C000000001' });
  await adapter.listen?.(house.inbox);
});

afterEach(async () => {
  await adapter.close();
  await house.close();
  await sink.close();
});

function forms(open: Opened, submit?: Submitted | Promise<Submitted>): void {
  house.forms({ open: async () => open, submit: async () => submit });
}

function pressed(over: object = {}): string {
  const actions = [
    {
      action_id: 'form/tocsin:silence',
      block_id: 'b',
      type: 'button',
      value: 'silence INC-1042',
      action_ts: '1795230600.5',
    },
  ];
  return press('silence INC-1042', `${sink.url}/respond`, { actions, trigger_id: 'trigger-9', ...over });
}

describe('a button that opens a form', () => {
  it('opens a dialog that Slack would take, as whoever pressed it', async () => {
    forms({ form: FORM });
    expect((await house.send(pressed())).status).toBe(200);
    const [opened] = await sink.arrived(1);
    expect(opened?.path).toBe('/api/views.open');
    const { trigger_id: trigger, view } = Object.fromEntries(new URLSearchParams(opened?.text));
    expect(trigger).toBe('trigger-9');
    expect(problemsOfView(JSON.parse(view ?? ''))).toEqual([]);
    expect(JSON.parse(view ?? '')).toMatchObject({
      type: 'modal',
      title: { text: 'Silence INC-1042' },
      blocks: [
        { text: { text: 'sbc1.contoso.com: 40 of 80 calls failed &lt;!channel&gt;' } },
        { block_id: 'duration', element: { type: 'plain_text_input', initial_value: '1h' } },
        { block_id: 'comment', optional: true, element: { multiline: true } },
        { block_id: 'who', element: { type: 'static_select', initial_option: { value: 'bob' } } },
      ],
    });
    expect(house.asks).toMatchObject([
      { text: 'silence INC-1042', button: true, channel: 'noc', speaker: { id: 'U0ALICE', name: 'alice' } },
    ]);
  });

  it('answers whoever may not, to them alone', async () => {
    forms({ reply: reply({}) });
    await house.send(pressed());
    const [told] = await sink.arrived(1);
    expect(told?.path).toBe('/respond');
    expect(told?.body).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: status.fallback,
    });
  });

  it('says so when Slack takes no dialog any more', async () => {
    forms({ form: FORM });
    sink.next({ body: JSON.stringify({ ok: false, error: 'expired_trigger_id' }) });
    await house.send(pressed());
    const [, told] = await sink.arrived(2);
    expect(told?.text).toMatch(/Please press again/);
  });
});

describe('/tocsin with too few words', () => {
  it('opens the form for the rest', async () => {
    house.answer(async () => reply({ form: 'note INC-1042' }));
    forms({ form: FORM });
    await house.send(slash('note INC-1042', `${sink.url}/respond`));
    const [opened] = await sink.arrived(1);
    expect(opened?.path).toBe('/api/views.open');
    // What was wrong with the words stands above it.
    expect(new URLSearchParams(opened?.text).get('view')).toContain(status.title);
    await adapter.close();
    expect(sink.requests).toHaveLength(1);
  });

  it('explains the command where no dialog opens', async () => {
    house.answer(async () => reply({ form: 'note INC-1042' }));
    forms({ form: FORM });
    sink.next({ body: JSON.stringify({ ok: false, error: 'expired_trigger_id' }) });
    await house.send(slash('note INC-1042', `${sink.url}/respond`));
    const [, told] = await sink.arrived(2);
    expect(told?.body).toMatchObject({ text: status.fallback });
  });
});

describe('a dialog that is sent', () => {
  const values = { duration: 'soon', comment: '', who: { choice: 'bob' } };

  it('has words at the field that is wrong', async () => {
    forms({ form: FORM }, { errors: { duration: '“soon” is not a duration' } });
    const answer = await house.send(sent(META, values));
    expect(JSON.parse(answer.text)).toEqual({
      response_action: 'errors',
      errors: { duration: '“soon” is not a duration' },
    });
    expect(house.submissions).toMatchObject([
      {
        text: 'silence INC-1042',
        values: { duration: 'soon', comment: '', who: 'bob' },
        button: true,
        channel: 'noc',
        eventId: 'form:trigger-1',
      },
    ]);
  });

  it('comes back as it was filled in, with the reason, where no field is wrong', async () => {
    forms({ form: FORM }, { form: FORM, reply: reply({}) });
    const answer = JSON.parse((await house.send(sent(META, values))).text) as Record<string, unknown>;
    expect(answer).toMatchObject({ response_action: 'update' });
    expect(problemsOfView(answer['view'])).toEqual([]);
    expect(JSON.stringify(answer['view'])).toContain(status.fallback.slice(0, 40));
  });

  it('closes; a living card says the rest', async () => {
    forms({ form: FORM }, { reply: reply({ replaces: true, audience: 'everyone' }) });
    expect(await house.send(sent(META, values))).toEqual({ status: 200, text: '' });
    await adapter.close();
    expect(sink.requests).toEqual([]);
  });

  it.each<[string, object, Partial<Reply>, string, object]>([
    [
      'in the channel',
      { card: false },
      { audience: 'everyone' },
      'chat.postMessage',
      { channel: 'C000000001' },
    ],
    ['to the asker alone', {}, { audience: 'asker' }, 'chat.postEphemeral', { user: 'U0ALICE' }],
    ['directly', { place: undefined }, {}, 'chat.postMessage', { channel: 'U0ALICE' }],
  ])('is answered %s', async (_, meta, over, method, to) => {
    forms({ form: FORM }, { reply: reply(over) });
    await house.send(sent({ ...META, ...meta }, values));
    const [told] = await sink.arrived(1);
    expect(told?.path).toBe(`/api/${method}`);
    expect(Object.fromEntries(new URLSearchParams(told?.text))).toMatchObject({
      ...to,
      text: status.fallback,
    });
  });

  it('is answered directly where the bot cannot write', async () => {
    forms({ form: FORM }, { reply: reply({}) });
    sink.next({ body: JSON.stringify({ ok: false, error: 'not_in_channel' }) });
    await house.send(sent(META, values));
    const [, told] = await sink.arrived(2);
    expect(told?.text).toContain('channel=U0ALICE');
  });

  it('is acknowledged in time however long it takes, and ends in the dialog', async () => {
    let finish: (done: Submitted) => void = () => undefined;
    forms({ form: FORM }, new Promise<Submitted>((resolve) => (finish = resolve)));
    const answer = JSON.parse((await house.send(sent(META, values))).text) as object;
    expect(answer).toMatchObject({
      response_action: 'update',
      view: { blocks: [{ text: { text: 'On it …' } }] },
    });
    expect(sink.requests).toEqual([]);

    finish({ form: FORM, reply: reply({}) });
    const [late] = await sink.arrived(1);
    expect(late?.path).toBe('/api/views.update');
    expect(Object.fromEntries(new URLSearchParams(late?.text))).toMatchObject({ view_id: 'V1' });
  });

  it('is only closed when it is a replay, or nothing of ours', async () => {
    forms({ form: FORM });
    expect(await house.send(sent(META, values))).toEqual({ status: 200, text: '' });
    expect(await house.send(sent('nonsense', values))).toEqual({ status: 200, text: '' });
    await adapter.close();
    expect([sink.requests, house.submissions.length]).toEqual([[], 1]);
  });
});

describe('a form as a dialog', () => {
  const field = { name: 'x', label: 'X', kind: 'choice', initial: 'x' } as const;

  it.each([
    ['no choices', []],
    ['more choices than Slack shows', Array.from({ length: 101 }, (_, i) => `c${i}`)],
    ['a choice that is too long', ['x'.repeat(76)]],
  ])('asks for text where there are %s', (_, choices) => {
    const view = formView({ ...FORM, fields: [{ ...field, choices }] }, '');
    expect(view.blocks.at(-1)).toMatchObject({ element: { type: 'plain_text_input', initial_value: 'x' } });
    expect(problemsOfView(view)).toEqual([]);
  });

  it.each(['🔔'.repeat(4_000), '<!channel> & <@U1>', '\u0000\u202e', ''])(
    'stays within the limits for %j',
    (text) => {
      const fields = FORM.fields.map((one) => ({
        ...one,
        label: text,
        hint: text,
        initial: text,
        choices: [text],
      }));
      const view = formView({ ...FORM, title: text, about: text, submit: text, fields }, '', text);
      expect(problemsOfView(view)).toEqual([]);
    },
  );
});

function reply(over: Partial<Reply>): Reply {
  return { card: status, audience: 'asker', replaces: false, ...over };
}
