import { describe, expect, it } from '@jest/globals';
import { cqdCard, incidentCard } from '../../src/cards/index.js';
import type { Fact } from '../../src/model/source.js';
import { MINUTE } from '../../src/model/time.js';
import { readStatus, type Stage } from '../../src/sources/cqd/schema.js';
import { siteFacts } from '../../src/sources/cqd/facts.js';
import { openSiteLog } from '../../src/sources/cqd/history.js';
import { judgeStage, type StageJudgement } from '../../src/sources/cqd/states.js';
import { aStatus, memorySamples } from '../sources/cqd/support.js';
import { anAlert, anIncident } from '../support/builders.js';
import { expectGolden } from './golden.js';

const NOW = Date.parse('2026-11-21T09:35:00Z');
const SITE = { name: 'paris', url: 'https://cqd.contoso.com', timeZone: 'Europe/Paris' };

const FAILING = aStatus({
  integrations: ['11/21/2026 10:30:13', '11/21/2026 10:28:29', '11/20/2026 15:15:17', '11/20/2026 15:00:17'],
  cubes: ['11/20/2026 15:16:40', '11/20/2026 15:01:41', '11/20/2026 14:47:19', '11/20/2026 14:31:40'],
  failedCubes: ['11/21/2026 10:30:58', '11/21/2026 10:29:28', '11/20/2026 10:02:20'],
  cubeStart: '11/21/2026 10:30:16',
});
const WELL = aStatus({
  integrations: ['11/21/2026 10:30:13', '11/21/2026 10:15:29', '11/21/2026 10:00:17'],
  cubes: ['11/21/2026 10:31:40', '11/21/2026 10:16:41', '11/21/2026 10:01:19'],
});

async function factsOf(body: string, site = SITE): Promise<readonly Fact[]> {
  const status = readStatus(body);
  if (status === undefined) return siteFacts(site, undefined);
  const { timeZone } = site;
  const log = await openSiteLog({ keep: memorySamples(), source: 's', status, timeZone, clock: NOW });
  const judged = (stage: Stage): StageJudgement => judgeStage(stage, log.logs[stage], NOW, undefined);
  return siteFacts(site, { integration: judged('integration'), cube: judged('cube') });
}

const look = (facts: readonly Fact[], over: object = {}) => ({
  tenant: 'contoso',
  facts,
  at: NOW,
  fresh: true,
  ...over,
});
const view = { now: NOW, url: 'https://tocsin.example' };

describe('the card of the dashboards', () => {
  it('tells all about one site in trouble', async () => {
    expectGolden('cqd-failing', cqdCard({ ...view, looks: [look(await factsOf(FAILING))] }));
  });

  it('is short about one that is well', async () => {
    expectGolden('cqd-well', cqdCard({ ...view, looks: [look(await factsOf(WELL))] }));
  });

  it('lists several sites, the worst first, and what was last known of one that does not answer', async () => {
    const oslo = { ...SITE, name: 'oslo', timeZone: 'Europe/Oslo', url: 'http://cqd.oslo.example' };
    const rome = { ...SITE, name: 'rome' };
    const looks = [
      look(await factsOf(WELL, oslo), {
        at: NOW - 25 * MINUTE,
        fresh: false,
        error: 'cqd.oslo.example answered 401 to GET /QoEDataService/IntegrationLog/Status.',
      }),
      look(await factsOf('', rome)),
      look(await factsOf(FAILING)),
    ];
    expectGolden('cqd-sites', cqdCard({ ...view, looks }));
  });

  it('says so when nothing is known yet', () => {
    const error = 'cqd.contoso.com refuses the connection (ECONNREFUSED).';
    expectGolden('cqd-unknown', cqdCard({ ...view, looks: [look([], { at: 0, fresh: false, error })] }));
  });

  it('links to the health page with a capital H (trap 20)', async () => {
    const text = JSON.stringify(cqdCard({ ...view, looks: [look(await factsOf(FAILING))] }));
    expect(text).toContain('https://cqd.contoso.com/CQD/#/Health');
  });
});

describe('an incident about a stage', () => {
  it('begins with its first failure and not with its last run', async () => {
    const fact = (await factsOf(FAILING))[1];
    const alert = anAlert({
      rule: 'cqd-failing',
      kind: 'cqd',
      sourceKey: 'contoso/cqd/paris',
      subject: 'cqd:paris/cube',
      summary:
        'Cube processing at paris: 2 runs failed since the last success at 2026-11-20 15:16:40 (Europe/Paris)',
      description: 'The last run that ended has failed.',
      because: 'failing → major',
      values: fact?.values ?? {},
      startsAt: NOW,
      firingAt: NOW,
    });
    const incident = anIncident({ id: 1042, alerts: [alert], openedAt: NOW, updatedAt: NOW });
    expectGolden('cqd-incident', incidentCard({ ...view, incident, timeline: [] }));
  });
});
