import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Ask, Reply } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { until } from '../../support/until.js';
import { acknowledged, AT, incident, messageOf, openInbox, statusCard, type FakeInbox } from './fixtures.js';

const CHANNEL = '19:abc@thread.tacv2';
const THREAD = `${CHANNEL};messageid=17`;
const BOT = { id: '28:bot', name: 'Tocsin' };
const ALEX = { id: '29:alex', name: 'Alex Wilber', aadObjectId: '0f6f3c6e-33f7-4b0e-8f9d-7c2c1b5a9e02' };

function answer(ask: Ask): Reply {
  if (ask.text.startsWith('ack')) return { card: acknowledged(), audience: 'everyone', replaces: true };
  if (ask.text.startsWith('resolve')) {
    const card = { ...statusCard(), fallback: 'You need the role responder.' };
    return { card, audience: 'asker', replaces: false };
  }
  return { card: statusCard(), audience: 'asker', replaces: false };
}

describe('what people do in Teams', () => {
  let connector: Sink;
  let inbox: FakeInbox;
  let adapter: Adapter;
  let number = 0;

  beforeEach(async () => {
    [connector, inbox] = await Promise.all([startSink(), openInbox(answer)]);
    connector.answer({ status: 201, body: JSON.stringify({ id: '99' }) });
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

  async function say(activity: object): Promise<{ status: number; body: unknown }> {
    const whole = {
      type: 'message',
      id: `activity-${++number}`,
      channelId: 'msteams',
      serviceUrl: `${connector.url}/`,
      from: ALEX,
      recipient: BOT,
      conversation: { id: THREAD, conversationType: 'channel', tenantId: 'contoso' },
      ...activity,
    };
    const answered = await fetch(`${inbox.url}/api/messages`, {
      method: 'POST',
      body: JSON.stringify(whole),
    });
    const text = await answered.text();
    return { status: answered.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  const mention = (text: string): object => ({
    text: `<at>Tocsin</at> ${text}`,
    entities: [{ type: 'mention', text: '<at>Tocsin</at>', mentioned: BOT }],
  });

  const pressed = (verb: string, data: object, replyToId = '17'): object => ({
    type: 'invoke',
    name: 'adaptiveCard/action',
    replyToId,
    value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
  });

  async function postCard(): Promise<void> {
    const channel = adapter.channel('noc', { conversation: CHANNEL, serviceUrl: connector.url });
    connector.next({ status: 201, body: JSON.stringify({ id: THREAD, activityId: '17' }) });
    await channel.post(messageOf(incident()));
    connector.clear();
  }

  it('answers a mention in the thread', async () => {
    adapter.channel('noc', { conversation: CHANNEL });
    expect(await say(mention('status&nbsp;Exchange  &amp; co'))).toEqual({ status: 202, body: undefined });
    const [request] = await connector.arrived(1);
    expect(request?.path).toBe(`/v3/conversations/${encodeURIComponent(THREAD)}/activities`);
    expect(inbox.asked).toMatchObject([
      {
        text: 'status Exchange & co',
        button: false,
        channel: 'noc',
        eventId: 'teams:activity-1',
        speaker: { platform: 'teams', id: '29:alex', name: 'Alex Wilber' },
      },
    ]);
  });

  it.each([
    [
      'a member',
      { userPrincipalName: 'alex@contoso.com', email: 'a.wilber@contoso.com' },
      ['alex@contoso.com'],
    ],
    ['a guest', { userPrincipalName: 'alex@contoso.com', userRole: 'guest' }, []],
    ['somebody of another tenant', { userPrincipalName: 'alex_fabrikam.com#EXT#@contoso.com' }, []],
    ['nobody that Teams knows', undefined, []],
  ])('knows the address of %s, and the object id of Entra', async (_who, member, expected) => {
    await say({ ...mention('status'), from: { ...ALEX, aadObjectId: 'object-id' } });
    await connector.arrived(1);
    expect(inbox.asked[0]?.speaker).toMatchObject({ id: '29:alex', aliases: ['object-id'] });
    connector.next(
      member === undefined
        ? { status: 404, body: '{}' }
        : { status: 200, body: JSON.stringify({ id: '29:alex', name: 'Alex', ...member }) },
    );
    expect(await inbox.asked[0]?.speaker.emails?.()).toEqual(expected);
  });

  it('does not answer what is said to others, or to nobody', async () => {
    await say({ text: 'status' });
    await say({
      ...mention('status'),
      entities: [{ type: 'mention', text: '<at>Bob</at>', mentioned: { id: '29:bob' } }],
    });
    await adapter.close();
    expect(inbox.asked).toEqual([]);
    expect(connector.requests).toEqual([]);
  });

  it('needs no mention between two', async () => {
    await say({ text: 'help', conversation: { id: 'a:alex', conversationType: 'personal' } });
    await connector.arrived(1);
    expect(inbox.asked[0]?.text).toBe('help');
    expect(inbox.stored.get('teams:user:29:alex')).toMatchObject({ conversation: 'a:alex' });
    expect(inbox.stored.get(`teams:user:${ALEX.aadObjectId}`)).toMatchObject({ serviceUrl: connector.url });
  });

  it('acts once on a message that is delivered twice', async () => {
    await say({ ...mention('status'), id: 'same' });
    await say({ ...mention('status'), id: 'same' });
    await connector.arrived(1);
    await adapter.close();
    expect(inbox.asked).toHaveLength(1);
    expect(connector.requests).toHaveLength(1);
  });

  it('gives the changed card to the one who pressed', async () => {
    await postCard();
    const data = { command: 'ack INC-1042', topic: 'incident:1042', revision: 1, living: true };
    const { status, body } = await say(pressed('ack', data));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: { type: 'AdaptiveCard', refresh: { action: { verb: 'refresh' } } },
    });
    expect(JSON.stringify(body)).toContain('Acknowledged by Alex Wilber');
    const seen = await say(pressed('refresh', { ...data, command: undefined }));
    expect(JSON.stringify(seen.body)).toContain('Acknowledged by Alex Wilber');
    const newer = await say(pressed('refresh', { ...data, revision: 9 }));
    expect(newer.body).toMatchObject({ statusCode: 409, type: 'application/vnd.microsoft.error' });
    await adapter.close();
    expect(connector.requests).toEqual([]);
  });

  it('tells only the one who pressed why nothing changed', async () => {
    expect((await say(pressed('resolve', { command: 'resolve INC-1042' }))).body).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'You need the role responder.',
    });
  });

  it('puts the details into the thread', async () => {
    const { body } = await say(pressed('details', { command: 'incident INC-1042' }));
    expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' });
    await connector.arrived(1);
    expect(connector.requests[0]?.path).toContain(encodeURIComponent(THREAD));
  });

  it('changes the card from here when an older client sends the button as a message', async () => {
    await postCard();
    const value = { command: 'ack INC-1042', topic: 'incident:1042', revision: 1, living: true };
    await say({ value, replyToId: '17' });
    const [request] = await connector.arrived(1);
    expect(request).toMatchObject({ method: 'PUT', path: expect.stringMatching(/\/activities\/17$/) });
    expect(inbox.asked).toMatchObject([{ text: 'ack INC-1042', button: true }]);
  });

  it('renews an old copy with what the living card says, without asking', async () => {
    await postCard();
    const { body } = await say(pressed('refresh', { topic: 'incident:1042', revision: 0, living: true }));
    expect(JSON.stringify(body)).toContain('31 of 40 outbound calls failed');
    expect(inbox.asked).toEqual([]);
  });

  it('asks for the incident when it has not posted the card itself, and adopts that message', async () => {
    const { body } = await say(pressed('refresh', { topic: 'incident:7', revision: 1, living: true }, '5'));
    expect(inbox.asked).toMatchObject([{ text: 'incident 7', button: true }]);
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    await adapter.close();
    expect(inbox.stored.get(`teams:card:${CHANNEL}:incident:7`)).toMatchObject({
      adopted: true,
      ref: { conversation: `${CHANNEL};messageid=5`, activityId: '5' },
    });
  });

  it('turns a second card of one topic into a line when somebody sees it', async () => {
    await postCard();
    const thread = { conversation: { id: `${CHANNEL};messageid=16`, conversationType: 'channel' } };
    const data = { topic: 'incident:1042', revision: 1, living: true };
    const { body } = await say({ ...pressed('refresh', data, '16'), ...thread });
    expect(JSON.stringify(body)).toContain('31 of 40 outbound calls failed');
    const [request] = await connector.arrived(1);
    expect(request).toMatchObject({ method: 'PUT', path: expect.stringMatching(/\/activities\/16$/) });
    expect(request?.text).toContain('This card was replaced by the living card of INC-1042');
    expect(request?.text).toContain(
      `https://teams.microsoft.com/l/message/${encodeURIComponent(CHANNEL)}/17`,
    );
  });

  it('leaves the answers to commands alone, which are no second cards', async () => {
    await postCard();
    const data = { command: 'ack INC-1042', topic: 'incident:1042', revision: 1 };
    await say(pressed('ack', data, '55'));
    await adapter.close();
    expect(connector.requests).toEqual([]);
  });

  it.each([
    [{ type: 'invoke', name: 'task/fetch', value: {} }, 400],
    [{ type: 'invoke', name: 'adaptiveCard/action', value: 'text' }, 200],
    [{ type: 'invoke', name: 'adaptiveCard/action' }, 200],
    [{ type: 'typing' }, 202],
    [{ type: 'message', text: 5, conversation: 'x', from: null }, 202],
    [{ type: 'conversationUpdate', membersAdded: 'nobody' }, 202],
  ])('survives %j', async (activity, status) => {
    expect((await say(activity)).status).toBe(status);
  });

  it('welcomes a person once', async () => {
    const conversation = { id: 'a:alex', conversationType: 'personal' };
    await say({ type: 'installationUpdate', action: 'add', conversation });
    await say({ type: 'conversationUpdate', membersAdded: [BOT], conversation });
    await say({ type: 'conversationUpdate', membersAdded: [BOT] });
    await connector.arrived(1);
    await adapter.close();
    expect(connector.requests).toHaveLength(1);
    expect(connector.requests[0]?.text).toContain('Tocsin is here');
  });

  it('says that a channel is lost when the app is removed from its team, and back with the next word from there', async () => {
    adapter.channel('noc', { conversation: CHANNEL });
    adapter.channel('voice', { conversation: '19:voice@thread.tacv2' });
    adapter.channel('elsewhere', { conversation: '19:elsewhere@thread.tacv2' });
    const team = { id: '19:general@thread.tacv2', name: 'Voice operations' };
    const inTeam = { channelData: { team, tenant: { id: 'contoso' } } };
    const voice = { conversation: { id: '19:voice@thread.tacv2', conversationType: 'channel' } };
    await say({ ...mention('status'), ...inTeam });
    await say({ ...mention('status'), ...inTeam, ...voice });
    await until(() => inbox.presence.length >= 3);
    inbox.presence.length = 0;

    const general = { conversation: { id: team.id, conversationType: 'channel' } };
    await say({ type: 'installationUpdate', action: 'remove', ...general, ...inTeam });
    await until(() => inbox.presence.length === 2);
    expect(inbox.presence).toEqual([
      ['noc', 'The app was removed in Teams.'],
      ['voice', 'The app was removed in Teams.'],
    ]);
    inbox.presence.length = 0;
    await say({ type: 'installationUpdate', action: 'add', ...general, ...inTeam });
    await until(() => inbox.presence.length === 2);
    expect(inbox.presence).toEqual([
      ['noc', 'there'],
      ['voice', 'there'],
    ]);
  });

  it('says that a channel is lost when it is deleted, and the others of its team are not', async () => {
    adapter.channel('noc', { conversation: CHANNEL });
    adapter.channel('general', { conversation: '19:general@thread.tacv2' });
    await say({
      type: 'conversationUpdate',
      conversation: { id: '19:general@thread.tacv2', conversationType: 'channel' },
      channelData: {
        eventType: 'channelDeleted',
        channel: { id: CHANNEL },
        team: { id: '19:general@thread.tacv2' },
      },
    });
    await until(() => inbox.presence.length > 0);
    expect(inbox.presence).toEqual([['noc', 'The channel was deleted in Teams.']]);
  });
});
