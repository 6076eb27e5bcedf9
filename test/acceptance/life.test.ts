import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { openStage, type SlackCard, type Stage } from '../support/stage.js';
import { openTeamsEnd, type TeamsEnd, type TeamsPost } from '../support/teams-end.js';
import { until } from '../support/until.js';

const ID = 'EX910001';

/** What a person reads in the thread, oldest first. */
const HISTORY = [
  'queue of one datacenter is growing',
  'Traffic is being moved away',
  'Classification changed from advisory to incident',
  'Severity raised from warning to major',
  'Service degradation → Service restored',
  'Mail flows again',
  'Resolved: Exchange Online',
  'Service restored → Post-incident review published',
  'post-incident report',
];

describe('the life of an issue, from Microsoft to Slack, Teams and a webhook', () => {
  let stage: Stage<TeamsEnd>;

  beforeAll(async () => {
    stage = await openStage(openTeamsEnd);
  });

  afterAll(() => stage.close());

  it('is one card in each channel, edited each time, with its history in its thread, and the late report re-opens nothing', async () => {
    const { health } = stage.sandbox;
    const post = (html: string, postType = 'regular'): void =>
      health.post(ID, { at: stage.now(), html: `<p>${html}</p>`, postType });

    health.putIssue({
      id: ID,
      title: 'Some users may be unable to send mail',
      service: 'Exchange Online',
      status: 'serviceDegradation',
      feature: 'E-mail delivery',
      featureGroup: 'E-mail',
    });
    const opened = await shown('WARNING');

    await stage.program.skip(30 * MINUTE);
    post('The queue of one datacenter is growing.');
    await shown('queue of one datacenter');

    await stage.program.skip(30 * MINUTE);
    post('Traffic is being moved away from it.');
    await shown('Traffic is being moved away');

    await stage.program.skip(10 * MINUTE);
    health.patchIssue(ID, { classification: 'incident' });
    await shown('MAJOR');

    await stage.program.skip(HOUR);
    health.patchIssue(ID, {
      status: 'serviceRestored',
      isResolved: true,
      endDateTime: new Date(stage.now()).toISOString(),
    });
    post('Mail flows again.');
    await shown('RESOLVED');
    const told = stage.hook.requests.length;

    await stage.program.skip(3 * DAY);
    health.patchIssue(ID, { status: 'postIncidentReviewPublished' });
    post('A post-incident report has been published.', 'strategic');
    const late = await until(async () => {
      const [slack, teams] = await view();
      return last(slack.thread, teams) && { slack, teams };
    });

    expect(late.slack.ts).toBe(opened.slack.ts);
    for (const words of [late.slack.words, late.teams.card]) {
      expect(words).toContain('RESOLVED');
      expect(words).not.toMatch(/MAJOR|WARNING/);
    }
    expect(inOrder(late.slack.thread.join('\n'))).toEqual(HISTORY);
    expect(inOrder(late.teams.thread)).toEqual(HISTORY);
    // A report is a line in the thread: a receiver that only knows firing and resolved is told nothing new.
    expect(stage.hook.requests).toHaveLength(told);
    await expectOneIncident();
    expectOneLife(stage.hook.bodies() as readonly Hooked[]);
  });

  /** Waits until all three show these words; there may never be a second card. */
  async function shown(words: string): Promise<{ slack: SlackCard; teams: TeamsPost }> {
    return until(async () => {
      const [slack, teams] = await view();
      const hooked = stage.hook.requests.at(-1)?.text ?? '';
      const said = (text: string): boolean => text.toLowerCase().includes(words.toLowerCase());
      return said(slack.words) && said(teams.card) && said(hooked) && { slack, teams };
    });
  }

  async function view(): Promise<readonly [SlackCard, TeamsPost]> {
    const [slack, teams] = await Promise.all([stage.slackCards(), stage.teams.posts()]);
    if (slack.length > 1) throw new Error(`a second card in Slack: ${JSON.stringify(slack)}`);
    if (teams.length > 1) throw new Error(`a second card in Teams: ${JSON.stringify(teams)}`);
    return [slack[0] ?? { ts: '', words: '', thread: [] }, teams[0] ?? { card: '', thread: '' }];
  }

  async function expectOneIncident(): Promise<void> {
    const { incidents } = (await stage.program.api('incidents?state=all')) as {
      incidents: readonly { state: string }[];
    };
    expect(incidents.map(({ state }) => state)).toEqual(['resolved']);
    for (const name of ['noc-slack', 'noc-teams']) {
      // An edit is noted once its thread has been told.
      const done = await until(async () => {
        const known = await deliveriesTo(name);
        return known.filter(({ action }) => action === 'edit').length >= 5 && known;
      });
      // What waits for Slack's one message a second is no failure.
      expect(done.filter(({ outcome }) => outcome !== 'accepted' && outcome !== 'held')).toEqual([]);
      expect(done.filter(({ action }) => action === 'post')).toHaveLength(1);
    }
  }

  async function deliveriesTo(name: string): Promise<readonly Delivery[]> {
    const answer = await stage.program.api(`deliveries?limit=1000&channel=${name}`);
    return (answer as { deliveries: readonly Delivery[] }).deliveries;
  }
});

interface Delivery {
  readonly action: string;
  readonly outcome: string;
}

interface Hooked {
  readonly status: string;
  readonly groupKey: string;
  readonly alerts: readonly { fingerprint: string; startsAt: string; labels: { severity: string } }[];
}

/** One alert to the receiver: told when it fires, when it is told of anew and worsens, and once when it is over. */
function expectOneLife(bodies: readonly Hooked[]): void {
  expect(bodies.map(({ status }) => status)).toEqual([...bodies.slice(1).map(() => 'firing'), 'resolved']);
  expect(new Set(bodies.map(({ groupKey }) => groupKey)).size).toBe(1);
  const alerts = bodies.flatMap((body) => body.alerts);
  expect(alerts).toHaveLength(bodies.length);
  expect(new Set(alerts.map(({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`)).size).toBe(1);
  expect([...new Set(alerts.map(({ labels }) => labels.severity))]).toEqual(['warning', 'major']);
}

function last(slack: readonly string[], teams: TeamsPost): boolean {
  const words = HISTORY.at(-1) ?? '';
  return slack.some((line) => line.includes(words)) && teams.thread.includes(words);
}

/** The lines of the history that stand in the thread, in its order. */
function inOrder(thread: string): readonly string[] {
  return HISTORY.filter((words) => thread.includes(words)).sort(
    (a, b) => thread.indexOf(a) - thread.indexOf(b),
  );
}
