import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { event, headersFor, press, slash, type SendOver } from '../adapters/slack/inbound.js';
import { chromiumPath } from '../support/chromium.js';
import { mention } from '../support/playground.js';
import { startSink, type Sink } from '../support/sink.js';
import { openStage, type SlackCard, type Stage } from '../support/stage.js';
import { openPlaygroundEnd, type PlaygroundEnd, type TeamsPost } from '../support/teams-end.js';
import { needs } from '../support/tools.js';
import { pause, until } from '../support/until.js';

needs(chromiumPath, 'chromium')('people in Slack and in Teams', () => {
  let stage: Stage<PlaygroundEnd>;
  /** What Slack's response_url hears. */
  let answers: Sink;
  let issues = 0;

  beforeAll(async () => {
    answers = await startSink('the answer to Slack');
    stage = await openStage(openPlaygroundEnd);
  });

  afterAll(async () => {
    await stage.close();
    await answers.close();
  });

  it('Acknowledge pressed in Teams changes that card there and the same incident’s card in Slack', async () => {
    const { id, incident } = await openIssue();
    const before = await slackCard(id);
    const posted = stage.teams.page.locator('[role=group]', { hasText: id });
    await posted.getByRole('button', { name: 'Acknowledge', exact: true }).click();

    const teams = await teamsPost(id, 'ACKNOWLEDGED');
    expect(teams.card).toContain('Alex Wilber');
    expect(teams.card).toContain('Unacknowledge');
    const slack = await slackCard(id, 'ACKNOWLEDGED');
    expect(slack.ts).toBe(before.ts);
    expect(slack.words).toContain('Alex Wilber');
    expect(await stateOf(incident)).toEqual({ state: 'acknowledged', by: 'Alex Wilber' });
    await picture('ack');
  });

  it('@Tocsin status is answered in the thread of who asked', async () => {
    const { id } = await openIssue();
    await mention(stage.teams.page, 'status');
    const asked = await until(async () =>
      (await stage.teams.posts()).find(({ thread }) => thread.includes('Tocsin status')),
    );
    const answered = await until(async () => {
      const posts = await stage.teams.posts();
      return posts.find(({ card, thread }) => thread.includes('Tocsin status') && card.includes(id));
    });
    expect(asked.thread).toContain('Alex Wilber');
    expect(answered.card).toMatch(/1 of 2 services not operational/);
    await picture('status');
  });

  it('/tocsin incidents in Slack is acknowledged at once and answered', async () => {
    const { id, incident } = await openIssue();
    answers.clear();
    const begun = performance.now();
    const ack = await send(slash('incidents', `${answers.url}/respond`, { trigger_id: 'list' }));
    const [answer] = await answers.arrived(1);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(ack).toEqual({ status: 200, text: '' });
    expect(answer?.text).toContain(incident);
    expect(answer?.text).toContain(id);
  });

  it('Resolve pressed in Slack resolves the incident, and the card in Teams follows', async () => {
    const { id, incident } = await openIssue();
    const { ts } = await slackCard(id);
    expect((await send(resolvePress(incident, ts, '1795230601.1'))).status).toBe(200);

    const slack = await slackCard(id, 'RESOLVED');
    expect(slack.ts).toBe(ts);
    expect(slack.words).not.toContain('tocsin:resolve');
    expect((await teamsPost(id, 'RESOLVED')).card).not.toContain('Acknowledge');
    expect((await stateOf(incident)).state).toBe('resolved');
    // The line in the thread follows the edit.
    await until(async () => (await slackCard(id)).thread.some((line) => line.includes('alice')));
    await picture('resolved');
  });

  it('an unknown command gets the nearest one and help', async () => {
    answers.clear();
    await send(slash('incidnets', `${answers.url}/respond`, { trigger_id: 'typo' }));
    const [answer] = await answers.arrived(1);
    expect(answer?.text).toContain('`incidents`');
    expect(answer?.text).toContain('`help`');
    expect(answer?.body).toMatchObject({ response_type: 'ephemeral' });
  });

  it('what Slack delivers twice is acted on once', async () => {
    const { id, incident } = await openIssue();
    const { ts } = await slackCard(id);
    const said = event(
      { type: 'app_mention', text: `<@U0TOCSIN> note ${incident} the mail team looks at it`, thread_ts: ts },
      'Ev-note',
    );
    const pressed = press(`ack ${incident}`, `${answers.url}/respond`, messageAt(ts), '1795230602.1');
    for (const body of [said, said, pressed, pressed]) expect((await send(body)).status).toBe(200);
    await slackCard(id, 'ACKNOWLEDGED');
    await until(async () => (await linesOf(incident)).some(({ text }) => text.includes('mail team')));
    // Nothing more may come: there is no event to wait for.
    await pause(500);
    const lines = await linesOf(incident);
    expect(lines.filter(({ text }) => text.includes('mail team'))).toHaveLength(1);
    expect(lines.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  });

  it('neither a stale nor a future signature moves anything', async () => {
    const { id, incident } = await openIssue();
    const { ts } = await slackCard(id);
    for (const [skew, at] of [
      [-360, '1795230603.1'],
      [360, '1795230603.2'],
    ] as const) {
      expect((await send(resolvePress(incident, ts, at), { skew })).status).toBe(401);
      expect((await send(slash(`resolve ${incident}`, `${answers.url}/respond`), { skew })).status).toBe(401);
    }
    const forged = { signature: `v0=${'0'.repeat(64)}` };
    expect((await send(resolvePress(incident, ts, '1795230603.3'), forged)).status).toBe(401);
    await pause(500);
    expect((await stateOf(incident)).state).toBe('open');
  });

  /** Resolves when both platforms show its card. */
  async function openIssue(): Promise<{ readonly id: string; readonly incident: string }> {
    issues += 1;
    const id = `EX92000${issues}`;
    const { health } = stage.sandbox;
    health.putIssue({
      id,
      title: `Some users may be unable to send mail from site ${issues}`,
      service: 'Exchange Online',
      status: 'serviceDegradation',
      classification: 'incident',
      feature: 'E-mail delivery',
      featureGroup: 'E-mail',
    });
    health.post(id, { at: stage.now(), html: '<p>We are looking at the queues.</p>' });
    const { words } = await slackCard(id);
    await teamsPost(id);
    return { id, incident: /INC-\d+/.exec(words)?.[0] ?? '' };
  }

  function slackCard(id: string, badge = ''): Promise<SlackCard> {
    return until(async () =>
      (await stage.slackCards()).find(({ words }) => words.includes(id) && words.includes(badge)),
    );
  }

  function teamsPost(id: string, badge = ''): Promise<TeamsPost> {
    return until(async () =>
      (await stage.teams.posts()).find(
        ({ card, thread }) => card.includes(id) && card.includes(badge) && !thread.includes('Tocsin status'),
      ),
    );
  }

  async function send(body: string, over: SendOver = {}): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${stage.program.url}/slack/events`, {
      method: 'POST',
      headers: headersFor(body, over),
      body,
    });
    return { status: answer.status, text: await answer.text() };
  }

  function resolvePress(incident: string, ts: string, actionTs: string): string {
    return press(`resolve ${incident}`, `${answers.url}/respond`, messageAt(ts), actionTs);
  }

  async function detailOf(incident: string): Promise<Detail> {
    return (await stage.program.api(`incidents/${incident}`)) as Detail;
  }

  async function stateOf(incident: string): Promise<{ state: string; by?: string }> {
    const { state, acknowledgedBy } = await detailOf(incident);
    return { state, ...(acknowledgedBy === undefined ? {} : { by: acknowledgedBy }) };
  }

  async function linesOf(incident: string): Promise<Detail['timeline']> {
    return (await detailOf(incident)).timeline;
  }

  async function picture(name: string): Promise<void> {
    await stage.teams.page.screenshot({ path: join(tmpdir(), `tocsin-chat-${name}.png`), fullPage: true });
  }
});

interface Detail {
  readonly state: string;
  readonly acknowledgedBy?: string;
  readonly timeline: readonly { readonly kind: string; readonly text: string }[];
}

/** Where the press happened. */
function messageAt(ts: string): Record<string, unknown> {
  return {
    container: { type: 'message', message_ts: ts, channel_id: 'C000000001', is_ephemeral: false },
    message: { type: 'message', ts },
  };
}
