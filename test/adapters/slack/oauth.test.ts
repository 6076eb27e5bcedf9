import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, AdapterVault } from '../../../src/notify/adapter.js';
import { startSink, type Sink } from '../../support/sink.js';
import { chartCard } from '../../support/chart.js';
import { acknowledged, critical, messageOf, status } from './cards.js';
import { event, openHouse, SECRET, slash, type House } from './inbound.js';
import { FIRST, SECOND, startTwoWorkspaces, type TwoWorkspaces } from './two-workspaces.js';

const CHANNEL = 'C000000001';

let house: House;
let world: TwoWorkspaces;
let answers: Sink;
let adapter: Adapter;
const secrets = new Map<string, string>();
const vault: AdapterVault = {
  get: async (name) => secrets.get(name),
  put: async (name, secret) => void secrets.set(name, secret),
};

beforeAll(async () => {
  house = await openHouse();
  house.answer(async () => ({ card: status, audience: 'asker', replaces: false }));
  [world, answers] = await Promise.all([
    startTwoWorkspaces(`${house.url}/slack/oauth_redirect`),
    startSink(),
  ]);
  adapter = await open();
  await adapter.listen?.(house.inbox);
});

afterAll(async () => {
  await adapter.close();
  await Promise.all([house.close(), world.close(), answers.close()]);
});

async function open(oauth: object = {}): Promise<Adapter> {
  const settings = {
    oauth: { clientId: '1.2', clientSecret: 'x', stateSecret: 'state-secret-of-tests', ...oauth },
    signingSecret: SECRET,
    apiUrl: world.apiUrl,
  };
  const { memory } = house.inbox;
  return slack.open(settings, { log: silentLog, now: () => Date.now(), publicUrl: house.url, memory, vault });
}

interface Visit {
  /** Slack's page. */
  readonly page: string;
  readonly cookie: string;
}

async function visit(): Promise<Visit> {
  const answer = await fetch(`${house.url}/slack/install`);
  const page = /href="([^"]*authorize[^"]*)"/.exec(await answer.text())?.[1]?.replaceAll('&#38;', '&') ?? '';
  return { page, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
}

async function back(address: string, cookie: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(address, { headers: { cookie } });
  return { status: answer.status, text: await answer.text() };
}

async function install(team: string): Promise<{ status: number; text: string }> {
  const { page, cookie } = await visit();
  return back(await world.authorize(page, team), cookie);
}

function post(team: string | undefined, key: string): Promise<unknown> {
  return adapter
    .channel('noc', { channel: CHANNEL, ...(team === undefined ? {} : { team }) })
    .post(messageOf(critical, key));
}

describe('before it is installed anywhere', () => {
  it('a channel says where to install it', async () => {
    await expect(post(FIRST, 'early')).rejects.toMatchObject({
      code: 'channel.unauthorized',
      advice: `Install it at ${house.url}/slack/install.`,
    });
  });

  it('a state that this browser was not given installs nothing', async () => {
    const { page } = await visit();
    expect(page).toMatch(/\/oauth\/v2\/authorize\?scope=/);
    const address = await world.authorize(page, FIRST);
    expect(await back(address, '')).toMatchObject({
      status: 400,
      text: expect.stringContaining('did not begin in this browser'),
    });
    const other = await visit();
    expect((await back(address, other.cookie)).status).toBe(400);
    expect(secrets.size).toBe(0);
  });

  it('a workspace that the settings do not name cannot install it', async () => {
    const strict = await openHouse();
    const choosy = await open({ workspaces: ['T0OTHER'] });
    await choosy.listen?.(strict.inbox);
    const { page, cookie } = await visit();
    const address = (await world.authorize(page, FIRST)).replace(house.url, strict.url);
    expect(await back(address, cookie)).toMatchObject({ status: 403 });
    expect(secrets.size).toBe(0);
    await choosy.close();
    await strict.close();
  });
});

describe('installed in two workspaces, with the scopes of the manifest alone', () => {
  beforeAll(async () => {
    for (const [team, name] of [
      [FIRST, 'Contoso'],
      [SECOND, 'Fabrikam'],
    ] as const) {
      const { status: code, text } = await install(team);
      expect([code, text.includes(name)]).toEqual([200, true]);
    }
  });

  it.each([FIRST, SECOND])('speaks to %s with its own token', async (team) => {
    const noc = adapter.channel('noc', { channel: CHANNEL, team });
    const message = messageOf(critical, `card-${team}`);
    const ref = await noc.post(message);
    expect(await noc.update?.(ref, messageOf(acknowledged, `card-${team}`))).toEqual(ref);
    await noc.thread?.(ref, {
      at: critical.at,
      who: 'alice',
      text: [{ kind: 'paragraph', inlines: [{ text: 'on it' }] }],
    });
    expect(await noc.find?.(message, critical.at)).toEqual(ref);
    expect(await noc.check()).toMatch(team === FIRST ? /Signed in to Contoso/ : /Signed in to Fabrikam/);
    expect(await noc.check()).not.toMatch(/missing/i);
    expect(await adapter.person?.('@alice/slack', `${team}/U000000001`).check()).toMatch(/can write/);
  });

  it('knows whose the people are', async () => {
    await house.send(slash('status', `${answers.url}/respond`, { team_id: SECOND, trigger_id: 'second' }));
    await answers.arrived(1);
    expect(house.asks.at(-1)?.speaker).toMatchObject({ id: `${SECOND}/U0ALICE`, name: 'alice' });
  });

  it('answers a mention with its chart as a file', async () => {
    const ref = await adapter
      .channel('noc', { channel: CHANNEL, team: FIRST })
      .post(messageOf(critical, 'asked'));
    const { ts } = ref as { ts: string };
    house.answer(async () => ({ card: chartCard(), audience: 'everyone', replaces: false }));
    const from = { team_id: FIRST, authorizations: [{ team_id: FIRST, is_enterprise_install: false }] };
    const said = { type: 'app_mention', text: '<@U0TOCSIN> calls', channel: CHANNEL, ts, user: 'U000000001' };
    await house.send(JSON.stringify({ ...(JSON.parse(event(said, 'Ev-chart')) as object), ...from }));
    await until(async () => JSON.stringify(await world.replies(FIRST, ts)).includes('slack_file'));
  });

  it('is asked with the channels of the workspace, outside of them too', async () => {
    adapter.channel('noc-b', { channel: 'C000000002', team: SECOND });
    const elsewhere = { team_id: SECOND, channel_id: 'C0PRIVATE', trigger_id: 'near' };
    await house.send(slash('status', `${answers.url}/respond`, elsewhere));
    await until(async () => house.asks.at(-1)?.conversation === 'C0PRIVATE');
    expect(house.asks.at(-1)?.near).toContain('noc-b');
    expect(house.asks.at(-1)?.channel).toBeUndefined();
  });

  it('answers nobody in a workspace of which the settings name nothing', async () => {
    const other = await openHouse();
    const unaware = await open();
    await unaware.listen?.(other.inbox);
    answers.clear();
    const from = { team_id: SECOND, trigger_id: 'stranger-2' };
    await other.send(slash('status', `${answers.url}/respond`, from));
    const [told] = await answers.arrived(1);
    expect(told?.text).toContain('channels[].team');
    expect(other.asks).toEqual([]);
    await unaware.close();
    await other.close();
  });

  it('asks which, where no channel says it', async () => {
    await expect(post(undefined, 'which')).rejects.toMatchObject({
      code: 'channel.refused',
      advice: `Say which with team: ${FIRST} (Contoso), ${SECOND} (Fabrikam).`,
    });
  });

  it('tells a workspace that it does not know how to install it', async () => {
    answers.clear();
    await house.send(
      slash('status', `${answers.url}/respond`, { team_id: 'T0STRANGER', trigger_id: 'stranger' }),
    );
    const [told] = await answers.arrived(1);
    expect(told?.body).toMatchObject({ response_type: 'ephemeral' });
    expect(told?.text).toContain(`${house.url}/slack/install`);
  });

  it('keeps the tokens in the vault alone', async () => {
    expect([...secrets.values()].join()).toContain('xoxb-');
    expect(JSON.stringify(await house.inbox.memory.get('slack/installs'))).not.toContain('xoxb-');
  });
});

describe('a workspace that takes it out', () => {
  const later = () => Math.floor(Date.now() / 1_000) + 60;
  const said = (inner: Record<string, unknown>, id: string, over: object) =>
    JSON.stringify({ ...(JSON.parse(event(inner, id)) as object), ...over });

  it('is told nothing any more, and the other goes on', async () => {
    adapter.channel('noc', { channel: CHANNEL, team: FIRST });
    const removal = said({ type: 'app_uninstalled' }, 'Ev-gone', { team_id: FIRST, event_time: later() });
    expect((await house.send(removal)).status).toBe(200);
    await until(async () => house.words.some((said) => said.includes('removed')));
    // Said at once, before there is anything to tell.
    expect(house.words).toContain(`noc: Tocsin was removed from the Slack workspace Contoso (${FIRST}).`);
    expect(secrets.get(`slack/${FIRST}`)).toBe('');
    await expect(post(FIRST, 'gone')).rejects.toMatchObject({
      code: 'channel.unauthorized',
      message: `Tocsin was removed from the Slack workspace Contoso (${FIRST}).`,
    });
    await post(SECOND, 'still');
    // It is the only one now, and needs no name.
    await post(undefined, 'alone');
  });

  it('has it again when it installs it again, and what is late changes nothing', async () => {
    adapter.channel('noc', { channel: CHANNEL, team: FIRST });
    const before = house.words.length;
    await install(FIRST);
    expect(house.words.slice(before)).toContain('noc: is there again');
    await post(FIRST, 'again');
    const late = said({ type: 'tokens_revoked', tokens: { bot: ['U0TOCSIN'] } }, 'Ev-late', {
      team_id: FIRST,
      event_time: 1_600_000_000,
    });
    await house.send(late);
    const people = said({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } }, 'Ev-people', {
      team_id: FIRST,
      event_time: later(),
    });
    await house.send(people);
    await post(FIRST, 'after');
  });

  it('also when its token alone is revoked', async () => {
    const revoked = said({ type: 'tokens_revoked', tokens: { bot: ['U0TOCSIN'] } }, 'Ev-revoked', {
      team_id: SECOND,
      event_time: later(),
    });
    await house.send(revoked);
    await until(async () => secrets.get(`slack/${SECOND}`) === '');
    await expect(post(SECOND, 'revoked')).rejects.toMatchObject({ code: 'channel.unauthorized' });
  });
});

async function until(met: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await met())) {
    if (performance.now() > deadline) throw new Error('not within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
