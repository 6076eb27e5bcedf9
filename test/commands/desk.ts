import type { AuditEntry } from '../../src/model/audit.js';
import { COMMANDS } from '../../src/commands/index.js';
import type { Asker, CommandContext, Desk, IncidentAct, Look } from '../../src/commands/command.js';
import type { ResponseWeek } from '../../src/model/response.js';
import type { NoiseRow } from '../../src/model/noise.js';
import type { Reach } from '../../src/incidents/silence.js';
import { Fault } from '../../src/lib/fault.js';
import { formatMatcher } from '../../src/lib/matchers.js';
import type { Actor, Incident } from '../../src/model/incident.js';
import type { Role } from '../../src/model/person.js';
import type { Schedule } from '../../src/model/schedule.js';
import type { Roster } from '../../src/oncall/on-call.js';
import type { Matcher, Silence } from '../../src/model/silence.js';
import type { Change } from '../../src/model/source.js';
import { DAY, MINUTE } from '../../src/model/time.js';
import { targetText } from '../../src/oncall/by-hand.js';
import { aBacktest } from '../cards/backtests.js';
import { aRule, anIncident } from '../support/builders.js';
import { aRoster } from '../support/on-call.js';
import { anIssue, aService, NOW, URL_BASE } from '../cards/samples.js';

export interface FakeDesk extends Desk {
  /** Every act, as `ack 1042 alice`. */
  readonly acts: string[];
}

interface World {
  readonly incidents?: readonly Incident[];
  readonly looks?: readonly Look[];
  readonly changes?: readonly Change[];
  readonly silences?: readonly Silence[];
  readonly tenants?: readonly string[];
  /** Names. */
  readonly rules?: readonly string[];
  readonly noise?: readonly NoiseRow[];
  readonly response?: readonly ResponseWeek[];
  readonly schedules?: readonly Schedule[];
  readonly roster?: Roster;
  readonly audits?: readonly AuditEntry[];
  readonly reach?: (matchers: readonly Matcher[]) => Partial<Reach>;
}

export const FACTS = [
  aService('Exchange', 'Exchange Online', 'serviceDegradation'),
  aService('microsoftteams', 'Microsoft Teams', 'serviceOperational'),
  aService('PowerApps', 'Power Apps', 'serviceOperational'),
  aService('PowerBIcom', 'Power BI', 'serviceOperational'),
  anIssue(),
];

const NOBODY = aRoster([]);

/** A desk over plain values: it remembers what was done. */
export function aDesk(world: World = {}): FakeDesk {
  const names = world.tenants ?? ['contoso', 'fabrikam'];
  const incidents = [...(world.incidents ?? [])];
  const looks = world.looks ?? [{ tenant: 'contoso', facts: FACTS, at: NOW, fresh: true }];
  const acts: string[] = [];
  return {
    acts,
    now: () => NOW,
    tenants: async () =>
      names.map((name) => ({ name, tenantId: `${name}.example`, cloud: 'global', sources: [] })),
    look: async (question, tenant) =>
      looks
        .filter((look) => tenant === undefined || look.tenant === tenant)
        .map((look) => ({ ...look, facts: look.facts.filter(({ subject }) => concerns(subject, question)) })),
    order: async (order, tenant, actor) => {
      acts.push(`${order.do} ${actor.name}`);
      return { tenant: tenant ?? 'contoso', facts: [], at: NOW, fresh: true };
    },
    changes: async () => world.changes ?? [],
    incidents: async ({ scope, tenant, subject }) =>
      incidents.filter(
        (incident) =>
          (scope === 'all' || incident.state !== 'resolved') &&
          (tenant === undefined || incident.tenant === tenant) &&
          (subject === undefined || incident.alerts.some((alert) => alert.subject === subject)),
      ),
    incident: async (id) => incidents.find((incident) => incident.id === id),
    timeline: async () => [],
    tellings: async () => [],
    deliveries: async () => [],
    alerts: async () => [],
    channels: async () => [],
    keepPostmortem: async (id, { name }) => {
      acts.push(`postmortem ${id} ${name}`);
    },
    calls: async () => [],
    deliveriesTo: async () => [],
    subjects: async () => [],
    subjectNames: async () => [],
    rules: () => (world.rules ?? []).map((name) => aRule({ name })),
    evaluations: async () => [],
    decisions: async () => [],
    backtest: async ({ rule, days }) => {
      acts.push(`backtest ${rule} ${days}`);
      return aBacktest({ rules: [rule], from: NOW - days * DAY, until: NOW });
    },
    response: async () => world.response ?? [],
    noise: async ({ rule }) => (world.noise ?? []).filter((row) => rule === undefined || row.rule === rule),
    silences: async () => world.silences ?? [],
    silence: async (id) => world.silences?.find((silence) => silence.id === id),
    reach: async (matchers) => ({
      now: [],
      since: NOW - 7 * DAY,
      fired: 0,
      acknowledged: 0,
      subjects: [],
      unknownLabels: [],
      ...world.reach?.(matchers),
    }),
    onCall: async () => ({ schedules: world.schedules ?? [], roster: world.roster ?? NOBODY }),
    feed: async (schedule) => `https://tocsin.example/calendars/x/${schedule}.ics`,
    override: async ({ schedule, person, from, to, comment }, actor) => {
      acts.push(
        `override ${schedule} ${person} ${new Date(from).toISOString()} ${new Date(to).toISOString()} "${comment}" ${actor.name}`,
      );
      return { id: 1, schedule, person, from, to, author: actor.name, comment, at: NOW };
    },
    page: async ({ target, text, tenant }, actor) => {
      acts.push(
        `page ${targetText(target)} "${text}" ${actor.name}${tenant === undefined ? '' : ` ${tenant}`}`,
      );
      const ways = [
        { via: 'slack', after: 0 },
        { via: 'email', after: 5 * MINUTE },
      ];
      return {
        incident: { ...anIncident({ title: text, severity: 'critical' }), id: 7 },
        again: text === 'again',
        called: [{ name: target.kind === 'person' ? target.name : 'alice', why: 'by name', ways }],
      };
    },
    endOverride: async (id) => {
      const found = world.roster?.overrides.find((one) => one.id === id);
      if (found === undefined) throw new Fault('command.not-found', `There is no override #${id}.`);
      acts.push(`override end #${id}`);
      return found;
    },
    setSilence: async ({ matchers, durationMs, comment }, actor) => {
      acts.push(
        `silence ${matchers.map(formatMatcher).join(' ')} ${durationMs / MINUTE}m "${comment}" ${actor.name}`,
      );
      return { id: 9, matchers, startsAt: NOW, endsAt: NOW + durationMs, author: actor, comment };
    },
    changeSilence: async (id, { endsAt, comment }, actor) => {
      const found = world.silences?.find((silence) => silence.id === id);
      if (found === undefined) throw new Fault('command.not-found', `There is no silence #${id}.`);
      acts.push(`change #${id} ${(endsAt - NOW) / MINUTE}m "${comment}" ${actor.name}`);
      return { ...found, endsAt, comment };
    },
    endSilence: async (id, actor) => {
      const found = world.silences?.find((silence) => silence.id === id);
      if (found === undefined) throw new Fault('command.not-found', `There is no silence #${id}.`);
      acts.push(`unsilence #${id} ${actor.name}`);
      return { ...found, endsAt: NOW };
    },
    act: async (id, act, actor) => {
      const at = incidents.findIndex((incident) => incident.id === id);
      const found = incidents[at];
      if (found === undefined) throw new Fault('command.not-found', `There is no INC-${id}.`);
      acts.push(`${act.do} ${id} ${actor.name}${extra(act)}`);
      const after = applied(found, act, actor);
      incidents[at] = after;
      return after;
    },
    audits: async ({ text, outcome }) =>
      (world.audits ?? []).filter(
        (entry) =>
          (outcome === undefined || entry.outcome === outcome) &&
          (text === undefined || `${entry.actor.name} ${entry.action}`.includes(text)),
      ),
    doctor: async () => [
      { subject: 'contoso/service-health', ok: true, detail: 'works', advice: '' },
      { subject: 'fabrikam/service-health', ok: false, detail: 'denied', advice: 'Consent' },
      { subject: 'noc', ok: true, detail: 'works', advice: '' },
    ],
  };
}

function concerns(subject: string, question: Parameters<Desk['look']>[0]): boolean {
  if (question.about === 'services') return subject.startsWith('service:');
  if (question.about === 'issues') return subject.startsWith('issue:');
  return question.about === 'issue' && subject === `issue:${question.id}`;
}

function extra(act: IncidentAct): string {
  if (act.do === 'note') return ` "${act.text}"`;
  if (act.do === 'snooze') return ` ${act.durationMs / 60_000}m`;
  return act.do === 'silence' ? ` ${act.durationMs / 60_000}m "${act.comment}"` : '';
}

function applied(incident: Incident, act: IncidentAct, actor: Actor): Incident {
  const { acknowledgedBy: _by, ...rest } = incident;
  if (act.do === 'ack') return { ...incident, state: 'acknowledged', acknowledgedBy: actor.name };
  if (act.do === 'unack') return { ...rest, state: 'open' };
  return act.do === 'resolve' ? { ...incident, state: 'resolved', resolvedBy: actor.name } : incident;
}

export function aContext(desk: Desk, over: Partial<CommandContext> & { role?: Role } = {}): CommandContext {
  const { role = 'responder', ...rest } = over;
  const asker: Asker = { actor: { name: 'alice', via: 'slack' }, role, platformId: 'slack U1' };
  return { desk, asker, tenant: undefined, commands: COMMANDS, url: URL_BASE, button: false, ...rest };
}
