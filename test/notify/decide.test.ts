import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../src/model/time.js';
import { decide, statusOf, whatIsSaid, type DecideInput } from '../../src/notify/decide.js';
import { aDestination, anAlert, anIncident, aTelling, T0 } from '../support/builders.js';

const { acknowledged, resolved } = {
  acknowledged: { state: 'acknowledged' as const, acknowledgedBy: 'alice', acknowledgedAt: T0 },
  resolved: { state: 'resolved' as const, resolvedAt: T0, alerts: [anAlert({ state: 'resolved' })] },
};
const told = (over: Parameters<typeof aTelling>[1] = {}): ReturnType<typeof aTelling> =>
  aTelling('incident:1', { firing: whatIsSaid(anIncident(), false), ...over });
const ago = (ms: number): { firstAt: number; lastAt: number } => ({ firstAt: T0 - ms, lastAt: T0 - ms });
const opened = (ms: number): ReturnType<typeof anIncident> => anIncident({ openedAt: T0 - ms });
const hushed = { reason: 'silenced', detail: 'by alice', until: T0 + HOUR } as const;

function decided(over: Partial<DecideInput>): string {
  const decision = decide({
    incident: opened(MINUTE),
    destination: aDestination('noc'),
    told: undefined,
    owed: false,
    canEdit: true,
    sparing: false,
    pager: false,
    threadSeq: 0,
    hush: undefined,
    now: T0,
    ...over,
  });
  return `${decision.do} ${decision.reason}`;
}

describe('decide', () => {
  it.each<[string, Partial<DecideInput>, string]>([
    ['never told', {}, 'post first'],
    ['never told, still gathering its group', { incident: opened(29 * SECOND) }, 'hold group-wait'],
    ['never told, silenced', { hush: hushed }, 'hold silenced'],
    ['over before it was told', { incident: anIncident(resolved) }, 'nothing never-announced'],
    [
      'over before it could be told',
      { incident: anIncident({ ...resolved, openedAt: T0 - HOUR }), owed: true },
      'post first',
    ],
    [
      'an edge is told although it is over',
      {
        incident: anIncident({
          ...resolved,
          openedAt: T0 - HOUR,
          alerts: [anAlert({ once: true, state: 'resolved' })],
        }),
      },
      'post first',
    ],
    [
      'part of the first summary',
      { incident: anIncident({ baselineOf: 'contoso/service-health' }) },
      'nothing baseline',
    ],
    [
      'an attempt whose outcome nobody noted',
      { told: aTelling('incident:1', { state: 'sending' }) },
      'post outcome-unknown',
    ],
    ['told as it is', { told: told() }, 'nothing unchanged'],
    ['changed since', { told: told({ revision: 0 }) }, 'edit changed'],
    [
      'changed since, silenced: the card shows the truth all the same',
      { told: told({ revision: 0 }), hush: hushed },
      'edit changed',
    ],
    ['a line for the thread', { told: told(), threadSeq: 3 }, 'edit thread'],
    ['resolved', { told: told(), incident: anIncident({ ...resolved, revision: 2 }) }, 'edit changed'],
    ['long unattended', { told: told(ago(4 * HOUR)) }, 'remind repeat'],
    ['long unattended, silenced', { told: told(ago(4 * HOUR)), hush: hushed }, 'hold silenced'],
    [
      'long acknowledged',
      { told: told(ago(4 * HOUR)), incident: anIncident(acknowledged) },
      'nothing acknowledged',
    ],
    ['no longer routed here', { told: told(), destination: undefined }, 'nothing no-longer-routed'],
  ])('a card: %s', (_name, over, expected) => {
    expect(decided(over)).toBe(expected);
  });

  it.each<[string, Partial<DecideInput>, string]>([
    ['told as it is', { told: told() }, 'nothing unchanged'],
    [
      'acknowledged: the receiver has no word for it',
      { told: told({ revision: 0 }), incident: anIncident(acknowledged) },
      'nothing unchanged',
    ],
    [
      'worse',
      { told: told(ago(HOUR)), incident: anIncident({ alerts: [anAlert({ severity: 'critical' })] }) },
      'post changed',
    ],
    [
      'worse within the group interval',
      { told: told(ago(MINUTE)), incident: anIncident({ alerts: [anAlert({ severity: 'critical' })] }) },
      'hold group-interval',
    ],
    [
      'worse but silenced',
      {
        told: told(ago(HOUR)),
        hush: hushed,
        incident: anIncident({ alerts: [anAlert({ severity: 'critical' })] }),
      },
      'hold silenced',
    ],
    ['resolved', { told: told(ago(HOUR)), incident: anIncident(resolved) }, 'post changed'],
    [
      'resolved, silenced: an end is no noise',
      { told: told(ago(HOUR)), hush: hushed, incident: anIncident(resolved) },
      'post changed',
    ],
    [
      'told as resolved',
      { told: told({ ...ago(HOUR), status: 'resolved' }), incident: anIncident(resolved) },
      'nothing unchanged',
    ],
    ['long unattended', { told: told(ago(4 * HOUR)) }, 'remind repeat'],
  ])('a channel that cannot edit: %s', (_name, over, expected) => {
    expect(decided({ ...over, canEdit: false })).toBe(expected);
  });

  const critical = anAlert({ severity: 'critical' });
  const mailed = (over: Parameters<typeof aTelling>[1] = {}): ReturnType<typeof aTelling> =>
    told({ ...ago(HOUR), firing: whatIsSaid(anIncident(), true), ...over });
  const mailedAs = (incident: ReturnType<typeof anIncident>): ReturnType<typeof aTelling> =>
    mailed({ firing: whatIsSaid(incident, true) });

  it.each<[string, Partial<DecideInput>, string]>([
    [
      'other words',
      { told: mailed(), incident: anIncident({ alerts: [anAlert({ summary: 'In other words' })] }) },
      'nothing unchanged',
    ],
    ['worse', { told: mailed(), incident: anIncident({ alerts: [critical] }) }, 'post changed'],
    [
      'eased',
      { told: mailedAs(anIncident({ alerts: [critical] })), incident: anIncident() },
      'nothing unchanged',
    ],
    [
      'one alert more',
      {
        told: mailed(),
        incident: anIncident({ alerts: [anAlert(), anAlert({ subject: 'service:Teams' })] }),
      },
      'post changed',
    ],
    [
      'one alert less',
      {
        told: mailedAs(anIncident({ alerts: [anAlert(), anAlert({ subject: 'service:Teams' })] })),
        incident: anIncident(),
      },
      'nothing unchanged',
    ],
    ['taken', { told: mailed(), incident: anIncident(acknowledged) }, 'post changed'],
    [
      'taken at once: it waits with whatever comes in between',
      { told: mailed(ago(MINUTE)), incident: anIncident(acknowledged) },
      'hold group-interval',
    ],
    [
      'told as taken',
      { told: mailedAs(anIncident(acknowledged)), incident: anIncident(acknowledged) },
      'nothing unchanged',
    ],
    ['given back', { told: mailedAs(anIncident(acknowledged)) }, 'post changed'],
    ['resolved', { told: mailed(), incident: anIncident(resolved) }, 'post changed'],
    ['long unattended', { told: mailed(ago(4 * HOUR)) }, 'remind repeat'],
  ])('a mailbox, where every message is one more to read: %s', (_name, over, expected) => {
    expect(decided({ ...over, canEdit: false, sparing: true })).toBe(expected);
  });

  it.each<[string, Partial<DecideInput>, string]>([
    ['changed, silenced', { told: told({ revision: 0 }), hush: hushed }, 'edit changed'],
    ['back', { told: told({ revision: 0, status: 'resolved' }) }, 'edit changed'],
    ['back, silenced', { told: told({ revision: 0, status: 'resolved' }), hush: hushed }, 'hold silenced'],
  ])('a pager: %s', (_name, over, expected) => {
    expect(decided({ ...over, pager: true })).toBe(expected);
  });
});

describe('what an incident is told as', () => {
  const said = anAlert({ once: true, state: 'resolved' });
  it.each([
    ['open', anIncident(), 'firing'],
    ['over', anIncident(resolved), 'resolved'],
    ['an announcement, which was never open', anIncident({ ...resolved, alerts: [said] }), 'firing'],
    [
      'an announcement and what was open with it, both over',
      anIncident({ ...resolved, alerts: [said, anAlert({ state: 'resolved' })] }),
      'resolved',
    ],
  ])('%s', (_what, incident, status) => {
    expect(statusOf(incident)).toBe(status);
  });
});
