import { describe, expect, it } from '@jest/globals';
import {
  auditCard,
  doctorCard,
  errorCard,
  helpCard,
  incidentsCard,
  issueCard,
  servicesCard,
  silenceCard,
  silencePreviewCard,
  silencesCard,
  statusCard,
  summaryCard,
  tenantsCard,
  whoamiCard,
} from '../../src/cards/index.js';
import type { AuditEntry } from '../../src/model/audit.js';
import type { LookView } from '../../src/cards/health.js';
import { COMMANDS } from '../../src/commands/index.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { aChange, anIncident, someHealth, T0 } from '../support/builders.js';
import { expectGolden } from './golden.js';
import { anIssue, anIssueIncident, aService, iso, issueValues, NOW, URL_BASE } from './samples.js';

const facts = [
  aService('Exchange', 'Exchange Online', 'serviceDegradation'),
  aService('microsoftteams', 'Microsoft Teams', 'serviceOperational'),
  aService('Intune', 'Microsoft Intune', 'somethingNew', { level: 'warning' }),
  anIssue(),
  anIssue({
    id: 'TM999999',
    service: 'Microsoft Teams',
    title: 'Old',
    active: false,
    status: 'serviceRestored',
  }),
];
const contoso: LookView = { tenant: 'contoso', facts, at: NOW - 1_000, fresh: true };
const fabrikam: LookView = {
  tenant: 'fabrikam',
  facts: facts.slice(0, 4),
  at: NOW - 7 * MINUTE,
  fresh: false,
  error: 'Graph answered 503. The service answered with an error of its own; trying again.',
};
const frame = { now: NOW, url: URL_BASE };

describe('status answers', () => {
  it('shows trouble first and what changed since yesterday', () => {
    const changes = [
      aChange('service:Exchange', {
        before: { name: 'Exchange Online', status: 'serviceOperational' },
        now: { name: 'Exchange Online', status: 'serviceDegradation', level: 'major' },
      }),
      aChange('issue:EX123456', { now: issueValues() }, T0 - MINUTE),
      aChange('service:Exchange', {
        before: { openIssues: 0, status: 'x' },
        now: { openIssues: 1, status: 'x' },
      }),
    ];
    expectGolden(
      'status',
      statusCard({ ...frame, looks: [contoso], changes, incidents: [anIssueIncident()] }),
    );
  });

  it('answers for one service', () => {
    const chosen = { words: 'teams', ids: ['microsoftteams'] };
    expectGolden(
      'status-teams',
      statusCard({ ...frame, looks: [contoso], chosen, changes: [], incidents: [] }),
    );
  });

  it('says how old the last known answer is and why there is no newer one', () => {
    const looks = [contoso, fabrikam];
    expectGolden('status-stale', statusCard({ ...frame, looks, changes: [], incidents: [] }));
  });

  it('knows nothing when nothing ever answered', () => {
    const never: LookView = {
      tenant: 'contoso',
      facts: [],
      at: 0,
      fresh: false,
      error: 'The network is down.',
    };
    expectGolden('status-unknown', statusCard({ ...frame, looks: [never], changes: [], incidents: [] }));
  });

  it('lists the services, worst first', () => {
    expectGolden(
      'services',
      servicesCard({ ...frame, looks: [contoso, { ...contoso, tenant: 'fabrikam' }] }),
    );
  });

  it('tells all of one issue', () => {
    expectGolden(
      'issue',
      issueCard({ ...frame, id: 'ex123456', looks: [contoso], incidents: [anIssueIncident()] }),
    );
    expect(issueCard({ ...frame, id: 'EX1', looks: [contoso], incidents: [] })).toBeUndefined();
  });
});

describe('lists of incidents', () => {
  const mine = anIssueIncident({ id: 3, state: 'acknowledged', acknowledgedBy: 'alice' });
  const over = anIncident({ id: 2, state: 'resolved', resolvedAt: NOW - MINUTE });

  it('puts what nobody has on top', () => {
    const incidents = [over, mine, anIssueIncident()];
    expectGolden('incidents', incidentsCard({ ...frame, incidents, scope: 'all' }));
  });

  it('says that nothing is open', () => {
    expectGolden(
      'incidents-none',
      incidentsCard({ ...frame, incidents: [], scope: 'open', tenant: 'contoso' }),
    );
  });

  it('sums up the first poll once', () => {
    const card = summaryCard({
      ...frame,
      source: 'contoso/service-health',
      tenant: 'contoso',
      incidents: [anIncident({ id: 2 }), { ...mine, state: 'open' }, anIssueIncident()],
      services: { total: 29, operational: 27 },
    });
    expectGolden('summary', card);
  });
});

describe('answers about Tocsin itself', () => {
  it('helps', () => {
    expectGolden('help', helpCard({ ...frame, commands: COMMANDS }));
    const command = COMMANDS.find(({ name }) => name === 'silence');
    if (command !== undefined)
      expectGolden('help-silence', helpCard({ ...frame, commands: COMMANDS, command }));
  });

  it('says what went wrong and what may have been meant', () => {
    const card = errorCard({
      now: NOW,
      message: 'I do not know the command “stauts”',
      suggestions: ['status', 'help'],
    });
    expectGolden('error', card);
  });

  it('puts failed checks first, with the next step', () => {
    const lines = [
      { subject: 'contoso/service-health', ok: true, detail: '29 services read', advice: '' },
      { subject: 'noc-slack', ok: false, detail: 'not_in_channel', advice: 'Invite the bot' },
    ];
    expectGolden('doctor', doctorCard({ lines, now: NOW }));
  });

  it('shows each source of each tenant', () => {
    const denied = someHealth({
      state: 'denied',
      message: 'Graph refused: 403.',
      advice: 'Grant ServiceHealth.Read.All.',
      blindSince: iso(T0),
    });
    const source = { key: 'contoso/service-health', kind: 'service-health' as const, polledAt: NOW - MINUTE };
    const tenant = {
      name: 'contoso',
      tenantId: 'contoso.example',
      cloud: 'global',
      sources: [
        { ...source, health: someHealth(), budgetLeft: 790 },
        { ...source, key: 'contoso/service-health/old', health: denied, budgetLeft: undefined },
        {
          ...source,
          key: 'contoso/service-health/new',
          health: undefined,
          polledAt: undefined,
          budgetLeft: 800,
        },
      ],
    };
    expectGolden('tenants', tenantsCard({ tenants: [tenant], now: NOW }));
    const many = Array.from({ length: 8 }, (_, i) => ({
      ...tenant,
      name: `tenant${i}`,
      sources: tenant.sources.slice(0, i === 7 ? 2 : 1),
    }));
    expectGolden('tenants-many', tenantsCard({ tenants: many, now: NOW }));
  });

  it('says who you are', () => {
    const actor = { name: 'dave', via: 'slack' as const };
    expectGolden('whoami', whoamiCard({ actor, role: 'viewer', platformId: 'slack U0123', now: NOW }));
  });

  it('says who did what', () => {
    const act = { at: NOW - HOUR, action: 'ack INC-1042', outcome: 'done' } as const;
    const alice = { name: 'alice', via: 'slack' } as const;
    const entries: readonly AuditEntry[] = [
      { ...act, actor: alice, detail: { id: 'slack U0123', role: 'admin', where: 'noc', button: true } },
      {
        ...act,
        actor: { name: 'bob', via: 'teams' },
        action: 'resolve INC-1042',
        outcome: 'refused',
        detail: { id: 'teams 29:bob', role: 'viewer', needs: 'responder', where: '19:x@thread.tacv2' },
      },
      {
        ...act,
        actor: alice,
        action: 'ack INC-7',
        outcome: 'failed',
        detail: { reason: 'There is no INC-7.' },
      },
    ];
    expectGolden('audit', auditCard({ entries, more: true, text: '', span: 7 * DAY, now: NOW }));
    expectGolden('audit-none', auditCard({ entries: [], more: false, text: 'bob', span: DAY, now: NOW }));
  });

  it('says what a silence holds back and would have cost, before and after it is set', () => {
    const matchers = [
      { name: 'tenant', op: '=' as const, value: 'contoso' },
      { name: 'severity', op: '=~' as const, value: 'critical|major' },
    ];
    const reach = {
      now: [{ incident: anIssueIncident(), alerts: 1, of: 2 }],
      since: NOW - 7 * DAY,
      fired: 41,
      acknowledged: 3,
      subjects: ['issue:EX123456', 'trunk:sbc1.contoso.com', 'trunk:sbc2.contoso.com'],
      unknownLabels: ['trunc'],
    };
    const order = { matchers, durationMs: 2 * HOUR, comment: 'planned work' };
    expectGolden('silence-preview', silencePreviewCard({ order, reach, now: NOW }));
    const silence = {
      id: 3,
      matchers,
      startsAt: NOW,
      endsAt: NOW + 2 * HOUR,
      author: { name: 'alice', via: 'teams' as const },
      comment: 'planned work',
    };
    expectGolden('silence', silenceCard({ silence, reach, now: NOW, url: URL_BASE, done: 'Silenced' }));
  });

  it('lists silences by their end', () => {
    const author = { name: 'alice', via: 'teams' as const };
    const base = { startsAt: T0, author };
    const silences = [
      {
        ...base,
        id: 2,
        matchers: [{ name: 'tenant', op: '=' as const, value: 'contoso' }],
        endsAt: NOW + 2 * HOUR,
        comment: '',
      },
      {
        ...base,
        id: 1,
        matchers: [{ name: 'subject', op: '=~' as const, value: 'issue:.*' }],
        endsAt: NOW + HOUR,
        comment: 'planned work',
      },
    ];
    expectGolden(
      'silences',
      silencesCard({
        silences: silences.map((silence, i) => ({ silence, holds: i === 0 ? [] : [1042, 1043] })),
        now: NOW,
      }),
    );
  });
});
