import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, AuditFilter } from '../../src/model/audit.js';
import type { Incident } from '../../src/model/incident.js';
import type { EscalationState } from '../../src/model/page.js';
import { DAY, MINUTE, SECOND } from '../../src/model/time.js';
import type { Database } from '../../src/store/database.js';
import { openEmbedded } from '../../src/store/pglite.js';
import { openServer } from '../../src/store/postgres.js';
import { openStore } from '../../src/store/sql.js';
import type { AffectedAsk, Store, TurnRecord } from '../../src/store/store.js';
import {
  aChange,
  aDelivery,
  aFact,
  aLine,
  anAlert,
  anEvaluation,
  anIncident,
  anOutboxRow,
  aTelling,
  aTurn,
  someHealth,
  T0,
} from '../support/builders.js';
import { startPostgres } from '../support/servers.js';
import { findTool, needs } from '../support/tools.js';

/** The promises of the Store port, on one database that all cases share: each uses names of its own. */
function keepsItsPromises(start: () => Promise<{ database: Database; stop: () => Promise<void> }>): void {
  let database: Database;
  let store: Store;
  let stop: () => Promise<void>;
  let cases = 0;

  beforeAll(async () => {
    ({ database, stop } = await start());
    // Two programs that start together on an empty database.
    [store] = await Promise.all([openStore(database), openStore(database)]);
  });
  afterAll(async () => {
    await store.close();
    await stop();
  });

  /** A source, a tenant, a channel and subjects that no other case knows. */
  function aCase() {
    cases += 1;
    const tenant = `t${cases}`;
    const source = `${tenant}/service-health`;
    const turn = (over: Partial<TurnRecord> = {}): TurnRecord => aTurn({ source, tenant, ...over });
    const alert = (subject: string, over: Parameters<typeof anAlert>[0] = {}) =>
      anAlert({ tenant, subject, ...over });
    const ask = (over: Partial<AffectedAsk>): Promise<readonly Incident[]> =>
      store.affected({ source, groupKeys: [], fingerprints: [], subjects: [], ...over });
    return { tenant, source, channel: `noc${cases}`, turn, alert, ask };
  }

  async function opened(over: Partial<Incident> & { tenant: string }): Promise<Incident> {
    const name = `${over.tenant}/opener-${(cases += 1)}`;
    const turn = aTurn({ source: name, tenant: over.tenant, incidents: [anIncident(over)] });
    const { incidents } = await store.commit(turn);
    if (incidents[0] === undefined) throw new Error('nothing was opened');
    return incidents[0];
  }

  describe('a turn', () => {
    it('numbers the first incident INC-1001 and translates what refers to it', async () => {
      const { turn, tenant, channel, alert } = aCase();
      const one = anIncident({ tenant, alerts: [alert('service:A')] });
      const two = anIncident({ id: -2, tenant, alerts: [alert('service:B')], groupKey: `${tenant}|two` });
      const committed = await store.commit(
        turn({
          incidents: [one, two],
          timeline: [aLine(-2, { text: 'b1' }), aLine(-1, { text: 'a1' }), aLine(-2, { text: 'b2' })],
          outbox: [anOutboxRow('incident:-1', { channel }), anOutboxRow('incident:-2', { channel })],
        }),
      );
      expect(committed.incidents).toEqual([
        { ...one, id: 1001 },
        { ...two, id: 1002 },
      ]);
      expect(committed.outbox.map((row) => row.topic)).toEqual(['incident:1001', 'incident:1002']);
      expect(await store.incident(1001)).toEqual({ ...one, id: 1001 });
      expect((await store.timeline(1002)).map(({ seq, text }) => [seq, text])).toEqual([
        [1, 'b1'],
        [2, 'b2'],
      ]);
      expect((await store.timeline(1002, 1)).map(({ text }) => text)).toEqual(['b2']);
      expect((await store.due(channel, T0, 10)).map((row) => row.topic)).toEqual([
        'incident:1001',
        'incident:1002',
      ]);
    });

    it('begins with nothing known, and is known afterwards', async () => {
      const { source, turn, alert } = aCase();
      expect(await store.known(source)).toEqual({
        version: 0,
        fresh: true,
        memory: undefined,
        health: undefined,
        facts: new Map(),
        alerts: [],
      });
      const fact = aFact('service:Exchange', { status: 'ok', nested: { list: [1, 2.5, null] } });
      const pending = alert('service:Exchange', { state: 'pending', clearSince: T0 + 1 });
      await store.commit(turn({ memory: { cursor: null }, put: [fact], alerts: [pending] }));
      expect(await store.known(source)).toEqual({
        version: 1,
        fresh: false,
        memory: { cursor: null },
        health: someHealth(),
        facts: new Map([[fact.subject, fact]]),
        alerts: [pending],
      });
    });

    it('is refused when another was committed on the same version', async () => {
      const { source, turn } = aCase();
      await store.commit(turn());
      await expect(store.commit(turn())).rejects.toMatchObject({ code: 'store.conflict' });
      const both = await Promise.allSettled(
        ['a', 'b'].map((subject) => store.commit(turn({ version: 1, put: [aFact(subject)] }))),
      );
      expect(both.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      const known = await store.known(source);
      expect([known.version, known.facts.size]).toEqual([2, 1]);
    });

    it('is refused for a source that is not there at a version it never had', async () => {
      const { turn } = aCase();
      await expect(store.commit(turn({ version: 3 }))).rejects.toMatchObject({ code: 'store.conflict' });
    });

    it('stays fresh, keeps memory and the last good time while polls fail', async () => {
      const { source, tenant, turn } = aCase();
      const failed = { good: false, health: someHealth({ state: 'denied', failures: 1 }) };
      await store.commit(turn({ ...failed }));
      expect(await store.known(source)).toMatchObject({ version: 1, fresh: true, memory: undefined });
      await store.commit(turn({ version: 1, at: T0 + MINUTE, memory: 'cursor' }));
      await store.commit(turn({ version: 2, at: T0 + 2 * MINUTE, ...failed }));
      expect(await store.known(source)).toMatchObject({ version: 3, fresh: false, memory: 'cursor' });
      expect((await store.sources()).filter((row) => row.tenant === tenant)).toEqual([
        {
          source,
          tenant,
          kind: 'service-health',
          health: failed.health,
          polledAt: T0 + 2 * MINUTE,
          goodAt: T0 + MINUTE,
        },
      ]);
    });

    it('remembers null as a value', async () => {
      const { source, turn } = aCase();
      await store.commit(turn({ memory: null }));
      expect((await store.known(source)).memory).toBeNull();
    });

    it('leaves nothing behind when it fails halfway', async () => {
      const { source, turn, tenant, channel, alert } = aCase();
      const stale = anIncident({ id: 999_999, tenant, revision: 7 });
      const whole = turn({
        put: [aFact('service:A')],
        changes: [aChange('service:A', { now: {} })],
        alerts: [alert('service:A')],
        incidents: [anIncident({ tenant, groupKey: `${tenant}|x` }), stale],
        outbox: [anOutboxRow('incident:-1', { channel })],
        decisions: [{ at: T0, rule: `r-${tenant}`, subject: 's', outcome: 'firing', reason: 'x' }],
      });
      await expect(store.commit(whole)).rejects.toMatchObject({ code: 'store.conflict' });
      expect(await store.known(source)).toMatchObject({ version: 0, facts: new Map(), alerts: [] });
      expect(await store.incidents({ tenant })).toEqual([]);
      expect(await store.changes({ source })).toEqual([]);
      expect(await store.due(channel, T0, 10)).toEqual([]);
      expect(await store.decisions({ rule: `r-${tenant}` })).toEqual([]);
    });

    it('keeps since when the values were as they are', async () => {
      const { tenant, turn } = aCase();
      const rows = async () =>
        (await store.subjects({ tenant })).map(({ subject, since, seenAt }) => [
          subject,
          since - T0,
          seenAt - T0,
        ]);
      await store.commit(turn({ put: [aFact('a', { x: 1, y: 2 }), aFact('b'), aFact('c')] }));
      await store.commit(
        turn({
          version: 1,
          at: T0 + 5,
          put: [aFact('a', { y: 2, x: 1 }), aFact('b', { z: 1 })],
          gone: ['c'],
        }),
      );
      expect(await rows()).toEqual([
        ['a', 0, 5],
        ['b', 5, 5],
      ]);
      await store.commit(turn({ version: 2, at: T0 + 9 }));
      expect(await rows()).toEqual([
        ['a', 0, 9],
        ['b', 5, 9],
      ]);
    });

    it('finds subjects by tenant, kind and prefix', async () => {
      const { tenant, source, turn } = aCase();
      await store.commit(
        turn({ put: [aFact('service:A'), aFact('issue:1'), aFact(`source:${source}`, {}, 'tocsin')] }),
      );
      const names = async (filter: Parameters<Store['subjects']>[0]) =>
        (await store.subjects({ tenant, ...filter })).map((row) => row.subject);
      expect(await names({ prefix: 'issue:' })).toEqual(['issue:1']);
      expect(await names({ kind: 'tocsin' })).toEqual([`source:${source}`]);
      expect(await names({ prefix: '%' })).toEqual([]);
    });

    it('keeps live alerts only', async () => {
      const { source, tenant, turn, alert } = aCase();
      const [a, b, c] = [alert('a'), alert('b', { state: 'pending' }), alert('c')];
      await store.commit(turn({ alerts: [a, b, c] }));
      const worse = { ...a, severity: 'critical' as const };
      await store.commit(
        turn({
          version: 1,
          alerts: [worse, { ...c, state: 'resolved', endsAt: T0 + 1 }],
          dropped: [b.fingerprint],
        }),
      );
      expect((await store.known(source)).alerts).toEqual([worse]);
      expect(await store.alerts({ tenant })).toEqual([worse]);
    });

    it('keeps history and decisions, newest first', async () => {
      const { source, turn } = aCase();
      const subject = `service:${source}`;
      const first = aChange(subject, { now: { status: 'ok' } });
      const second = aChange(subject, { before: { status: 'ok' }, now: { status: 'bad' } }, T0 + 1);
      const third = aChange(subject, { before: { status: 'bad' } }, T0 + 1);
      const decided = { at: T0, rule: 'r', subject, outcome: 'firing', reason: 'because' };
      await store.commit(
        turn({ changes: [first, second, third], decisions: [decided, { ...decided, outcome: 'updated' }] }),
      );
      expect(await store.changes({ subject })).toEqual([third, second, first]);
      expect(await store.changes({ source, since: T0 + 1, limit: 1 })).toEqual([third]);
      expect((await store.decisions({ subject })).map((row) => row.outcome)).toEqual(['updated', 'firing']);
      expect(await store.decisions({ subject, rule: 'other' })).toEqual([]);
      expect(await store.decisions({ subject, limit: 1 })).toHaveLength(1);
    });

    it('keeps the latest evaluation of each rule on each subject, and those that changed its mind', async () => {
      const { tenant, source, turn } = aCase();
      const subject = `trunk:${tenant}`;
      const silent = anEvaluation({ subject });
      const other = anEvaluation({ subject, rule: 'sbc-dns', at: T0 + 1 });
      await store.commit(turn({ evaluations: [silent, other] }));
      expect(await store.evaluations({ subject })).toEqual([
        { ...other, source, since: T0 + 1 },
        { ...silent, source, since: T0 },
      ]);
      // The same once more is no later evaluation, and another value is no other state.
      const drier = anEvaluation({ subject, at: T0 + 3, reason: 'fewer calls' });
      await store.commit(turn({ version: 1, evaluations: [{ ...silent, at: T0 + 2 }] }));
      expect(await store.evaluations({ subject, rule: silent.rule })).toEqual([
        { ...silent, source, since: T0 },
      ]);
      await store.commit(
        turn({ version: 2, evaluations: [{ ...drier, reason: 'twice in one turn' }, drier] }),
      );
      expect(await store.evaluations({ tenant, rule: silent.rule })).toEqual([
        { ...drier, source, since: T0 },
      ]);
      const firing = anEvaluation({
        subject,
        at: T0 + 4,
        state: 'firing',
        startsAt: T0 + 4,
        severity: 'major',
      });
      const decided = { at: T0 + 4, rule: silent.rule, subject, outcome: 'firing', reason: 'is true' };
      await store.commit(
        turn({ version: 3, evaluations: [firing], decisions: [{ ...decided, evaluation: firing }] }),
      );
      expect(await store.evaluations({ source, rule: silent.rule })).toEqual([
        { ...firing, source, since: T0 + 4 },
      ]);
      expect(await store.decisions({ subject })).toEqual([{ ...decided, source, evaluation: firing }]);
      expect(await store.evaluations({ tenant, limit: 1 })).toHaveLength(1);
    });

    it('takes a thousand facts at once, and the same subject twice', async () => {
      const { source, turn } = aCase();
      const facts = Array.from({ length: 1_000 }, (_, n) => aFact(`issue:${n}`, { n }));
      await store.commit(turn({ put: [...facts, aFact('issue:7', { n: 'last' })] }));
      const known = await store.known(source);
      expect(known.facts.size).toBe(1_000);
      expect(known.facts.get('issue:7')?.values).toEqual({ n: 'last' });
    });
  });

  describe('an incident', () => {
    it('is read back as it was written, optional keys and milliseconds included', async () => {
      const { tenant, source } = aCase();
      const full = await opened({
        tenant,
        groupKey: `${tenant}|full`,
        state: 'resolved',
        openedAt: T0 + 1,
        updatedAt: T0 + 999,
        acknowledgedAt: T0 + 2,
        acknowledgedBy: 'alice',
        resolvedAt: T0 + 3,
        resolvedBy: 'microsoft',
        baselineOf: source,
      });
      expect(await store.incident(full.id)).toEqual(full);
      expect(await store.incidents({ baselineOf: source })).toEqual([full]);
      expect(await store.incident(999_999_999_999)).toBeUndefined();
    });

    it('changes only on the revision it was decided on', async () => {
      const { tenant, turn } = aCase();
      const incident = await opened({ tenant });
      const worse = { ...incident, severity: 'critical' as const, revision: 2 };
      await store.commit(turn({ incidents: [worse] }));
      expect(await store.incident(incident.id)).toEqual(worse);
      await expect(store.commit(turn({ version: 1, incidents: [worse] }))).rejects.toMatchObject({
        code: 'store.conflict',
      });
      await expect(
        store.editIncident({ incident: worse, revision: 1, timeline: [], outbox: [] }),
      ).rejects.toMatchObject({ code: 'store.conflict' });
    });

    it('is edited by one of two people at once', async () => {
      const { tenant, channel } = aCase();
      const incident = await opened({ tenant });
      const edits = await Promise.allSettled(
        ['alice', 'bob'].map((name) =>
          store.editIncident({
            incident: { ...incident, state: 'acknowledged', acknowledgedBy: name, revision: 2 },
            revision: 1,
            timeline: [
              aLine(incident.id, { kind: 'acknowledged', actor: { name, via: 'slack' }, text: name }),
            ],
            outbox: [anOutboxRow(`incident:${incident.id}`, { channel })],
          }),
        ),
      );
      const [won] = edits.filter((edit) => edit.status === 'fulfilled');
      expect(edits.filter((edit) => edit.status === 'rejected')).toHaveLength(1);
      expect(await store.incident(incident.id)).toEqual(won?.value);
      expect((await store.timeline(incident.id)).map((line) => line.text)).toEqual([
        won?.value.acknowledgedBy,
      ]);
    });

    it('numbers lines without a gap when many append at once', async () => {
      const { tenant } = aCase();
      const { id } = await opened({ tenant });
      await Promise.all(
        Array.from({ length: 12 }, (_, n) => store.appendTimeline([aLine(id), aLine(id, { text: `${n}` })])),
      );
      const lines = await store.timeline(id);
      expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
      expect(lines[0]).toEqual(aLine(id, { seq: 1 }));
      await store.appendTimeline([aLine(987_654_321)]);
      expect(await store.timeline(987_654_321)).toEqual([]);
    });

    it('is opened once for a group that two sources open at the same time', async () => {
      const { tenant } = aCase();
      for (let round = 0; round < 5; round += 1) {
        const groupKey = `${tenant}|round ${round}`;
        const turns = await Promise.allSettled(
          ['a', 'b'].map((name) =>
            store.commit(
              aTurn({ source: `${groupKey}/${name}`, tenant, incidents: [anIncident({ tenant, groupKey })] }),
            ),
          ),
        );
        expect(
          turns.filter((turn) => turn.status === 'rejected').map((turn) => turn.reason as unknown),
        ).toEqual([expect.objectContaining({ code: 'store.conflict' })]);
      }
      expect(await store.incidents({ tenant })).toHaveLength(5);
    });

    it('may share its group with a resolved one and with one reopened in the same turn', async () => {
      const { tenant, turn } = aCase();
      const groupKey = `${tenant}|g`;
      const old = await opened({ tenant, groupKey, state: 'resolved', resolvedAt: T0 });
      const { resolvedAt: _, ...rest } = old;
      const reopened: Incident = { ...rest, state: 'open', revision: 2 };
      await store.commit(turn({ incidents: [anIncident({ tenant, groupKey }), reopened] }));
      expect(await store.incidents({ tenant, states: ['open'] })).toHaveLength(2);
    });

    it('is listed unresolved first, then newest first', async () => {
      const { tenant } = aCase();
      const list = async (filter: Parameters<Store['incidents']>[0] = {}) =>
        (await store.incidents({ tenant, ...filter })).map((incident) => incident.title);
      const one = (title: string, over: Partial<Incident>) =>
        opened({ tenant, title, groupKey: `${tenant}|${title}`, ...over });
      await one('old open', { openedAt: T0 });
      await one('new resolved', { openedAt: T0 + 9, state: 'resolved', resolvedAt: T0 + 10 });
      await one('new acknowledged', { openedAt: T0 + 5, state: 'acknowledged' });
      await one('old resolved', {
        openedAt: T0 - 9,
        state: 'resolved',
        resolvedAt: T0 + 99,
        alerts: [anAlert({ tenant, subject: 'trunk:x' })],
      });
      expect(await list()).toEqual(['new acknowledged', 'old open', 'new resolved', 'old resolved']);
      expect(await list({ states: ['open', 'acknowledged'] })).toEqual(['new acknowledged', 'old open']);
      expect(await list({ subject: 'trunk:x' })).toEqual(['old resolved']);
      expect(await list({ limit: 1 })).toEqual(['new acknowledged']);
      expect(await list({ openedSince: T0 + 5 })).toEqual(['new acknowledged', 'new resolved']);
      expect(await list({ states: [] })).toEqual([]);
    });
  });

  describe('the incidents a turn may touch', () => {
    it('are unresolved ones of a group or an alert, and the newest resolved one of a subject', async () => {
      const { tenant, alert, ask } = aCase();
      const inc = (name: string, over: Partial<Incident> = {}) =>
        opened({ tenant, groupKey: `${tenant}|${name}`, title: name, ...over });
      const over = { state: 'resolved', resolvedAt: T0 } as const;
      const a = await inc('a', { alerts: [alert('service:A')] });
      const b = await inc('b', { alerts: [alert('service:B')], state: 'acknowledged' });
      await inc('older', { ...over, alerts: [alert('service:C')] });
      const newer = await inc('newer', { ...over, alerts: [alert('service:C'), alert('service:D')] });
      await inc('foreign', { ...over, alerts: [alert('service:C', { sourceKey: 'other/service-health' })] });

      expect(await ask({ groupKeys: [a.groupKey, `${tenant}|older`, 'none'] })).toEqual([a]);
      expect(
        await ask({ fingerprints: [alert('service:B').fingerprint, alert('service:C').fingerprint] }),
      ).toEqual([b]);
      expect(await ask({ subjects: ['service:A', 'service:C', 'service:D', 'service:Z'] })).toEqual([newer]);
      expect(await ask({})).toEqual([]);
      expect(
        await ask({
          groupKeys: [a.groupKey],
          fingerprints: [alert('service:A').fingerprint],
          subjects: ['service:C'],
        }),
      ).toEqual([a, newer]);
    });

    it('follow the alerts that an incident holds now', async () => {
      const { tenant, turn, alert, ask } = aCase();
      const [x, y] = [alert('x'), alert('y')];
      const incident = await opened({ tenant, alerts: [x] });
      await store.commit(turn({ incidents: [{ ...incident, alerts: [y], revision: 2 }] }));
      expect(await ask({ fingerprints: [x.fingerprint] })).toEqual([]);
      expect((await ask({ fingerprints: [y.fingerprint] })).map(({ id }) => id)).toEqual([incident.id]);
    });
  });

  describe('the outbox', () => {
    it('merges what is enqueued again: the earlier times, the more urgent priority, no attempts', async () => {
      const { channel } = aCase();
      const row = anOutboxRow('summary:a', {
        channel,
        dueAt: T0 + 100,
        changedAt: T0 + 50,
        priority: 2,
        attempts: 3,
        lastError: 'timeout',
      });
      await store.enqueue([row]);
      expect(await store.due(channel, T0 + 99, 9)).toEqual([]);
      expect(await store.due(channel, T0 + 100, 9)).toMatchObject([row]);
      const later = { ...row, dueAt: T0 + 200, changedAt: T0 + 40, priority: 1, attempts: 0 };
      await store.enqueue([later, { ...later, dueAt: T0 + 70, priority: 3 }]);
      const [merged, ...others] = await store.due(channel, T0 + 200, 9);
      expect(others).toEqual([]);
      expect(merged).toMatchObject({ dueAt: T0 + 70, changedAt: T0 + 40, priority: 1, attempts: 0 });
      expect(merged).not.toHaveProperty('lastError');
    });

    it('hands out by priority, then by age', async () => {
      const { channel } = aCase();
      const row = (topic: string, priority: number, changedAt: number) =>
        anOutboxRow(topic, { channel, priority, changedAt });
      await store.enqueue([row('d', 3, T0), row('b', 1, T0 + 2), row('a', 0, T0 + 9), row('c', 1, T0 + 3)]);
      await store.enqueue([anOutboxRow('e', { channel, dueAt: T0 + 1 })]);
      const topics = async (limit: number) => (await store.due(channel, T0, limit)).map((due) => due.topic);
      expect(await topics(9)).toEqual(['a', 'b', 'c', 'd']);
      expect(await topics(2)).toEqual(['a', 'b']);
      expect([await store.queued('e', channel), await store.queued('e', 'other')]).toEqual([true, false]);
      expect((await store.waiting()).find((waiting) => waiting.channel === channel)).toEqual({
        channel,
        dueAt: T0,
        rows: 5,
      });
    });

    it('is settled with its telling and deliveries in one step', async () => {
      const { channel } = aCase();
      const topic = `summary:${channel}`;
      await store.enqueue([anOutboxRow(topic, { channel })]);
      const [row] = await store.due(channel, T0, 1);
      const telling = aTelling(topic, { channel, attemptAt: T0 });
      const delivery = aDelivery(topic, { channel, durationMs: 1.25 });
      if (row === undefined) throw new Error('no row');
      await store.settle(row, { telling, deliveries: [delivery] });
      expect(await store.due(channel, T0, 1)).toEqual([]);
      expect(await store.telling(topic, channel)).toEqual(telling);
      expect(await store.deliveries({ topic })).toEqual([delivery]);
    });

    it('keeps a row that was enqueued again since it was read, however alike', async () => {
      const { channel } = aCase();
      const mine = anOutboxRow('summary:x', { channel });
      for (const again of [mine, { ...mine, dueAt: T0 - 5 }, { ...mine, changedAt: T0 + 5 }]) {
        await store.enqueue([mine]);
        const [read] = await store.due(channel, T0, 1);
        if (read === undefined) throw new Error('no row');
        await store.enqueue([again]);
        await store.settle(read, { deliveries: [], next: { ...read, dueAt: T0 + DAY } });
        const [still] = await store.due(channel, T0, 1);
        expect(still).toMatchObject({ topic: 'summary:x', dueAt: Math.min(T0, again.dueAt) });
        await store.settle(read, { deliveries: [] });
        if (still === undefined) throw new Error('the row was lost');
        expect(await store.due(channel, T0, 1)).toEqual([still]);
        await store.settle(still, { deliveries: [] });
        expect(await store.due(channel, T0, 1)).toEqual([]);
      }
    });

    it('never loses a change that comes while another is settled', async () => {
      const { channel } = aCase();
      const mine = anOutboxRow('summary:race', { channel });
      for (let round = 0; round < 8; round += 1) {
        await store.enqueue([mine]);
        const [read] = await store.due(channel, T0, 1);
        if (read === undefined) throw new Error('no row');
        await Promise.all([
          store.settle(read, { deliveries: [] }),
          store.enqueue([{ ...mine, changedAt: T0 + round }]),
        ]);
        expect(await store.due(channel, T0, 9)).toHaveLength(1);
      }
    });

    it('becomes a later attempt', async () => {
      const { channel } = aCase();
      await store.enqueue([anOutboxRow('summary:n', { channel })]);
      const [read] = await store.due(channel, T0, 1);
      if (read === undefined) throw new Error('no row');
      const next = { ...read, dueAt: T0 + SECOND, attempts: 1, lastError: 'HTTP 503' };
      await store.settle(read, { deliveries: [aDelivery('summary:n', { channel })], next });
      expect(await store.due(channel, T0, 1)).toEqual([]);
      const [later] = await store.due(channel, T0 + SECOND, 1);
      expect(later).toMatchObject({ attempts: 1, lastError: 'HTTP 503', dueAt: T0 + SECOND });
      // A second worker that had read the first row changes nothing any more.
      await store.settle(read, { deliveries: [] });
      expect(await store.due(channel, T0 + SECOND, 1)).toEqual([later]);
    });
  });

  describe('channels', () => {
    it('keep what they were told', async () => {
      const { channel } = aCase();
      const topic = `incident:${channel}`;
      const {
        ref: _ref,
        firstAt: _first,
        lastAt: _last,
        ...sending
      } = aTelling(topic, { channel, state: 'sending' });
      await store.putTelling({ ...sending, attemptAt: T0 });
      expect(await store.telling(topic, channel)).toEqual({ ...sending, attemptAt: T0 });
      const told = aTelling(topic, { channel, ref: ['C1', '17.5'], firing: ['a', 'b'], threadSeq: 4 });
      await store.putTelling(told);
      await store.putTelling({ ...told, channel: `${channel}-b` });
      expect(await store.tellings(topic)).toEqual([told, { ...told, channel: `${channel}-b` }]);
      expect(await store.telling('incident:0', channel)).toBeUndefined();
    });

    it('list deliveries newest first', async () => {
      const { channel } = aCase();
      const one = aDelivery('incident:1', { channel });
      const two = aDelivery('incident:2', { channel, action: 'edit' });
      const three = aDelivery('incident:1', { channel, at: T0 - 1 });
      await store.addDeliveries([one, two, three]);
      expect(await store.deliveries({ channel })).toEqual([two, one, three]);
      expect(await store.deliveries({ channel, topic: 'incident:1', limit: 1 })).toEqual([one]);
    });

    it('keep their health', async () => {
      const { channel } = aCase();
      const mine = async () => (await store.channels()).filter((health) => health.channel === channel);
      const broken = {
        channel,
        state: 'broken',
        since: T0,
        reason: '403',
        retryAt: T0 + 1,
        failures: 2,
      } as const;
      await store.putChannel(broken);
      expect(await mine()).toEqual([broken]);
      const well = { channel, state: 'ok', since: T0 + 2, reason: '', failures: 0 } as const;
      await store.putChannel(well);
      expect(await mine()).toEqual([well]);
    });

    it('are drained by one holder at a time', async () => {
      const { channel } = aCase();
      const take = (owner: string, now: number) => store.lease(channel, owner, now, now + MINUTE);
      const first = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => take(owner, T0)));
      expect(first.filter(Boolean)).toHaveLength(1);
      const holder = ['a', 'b', 'c', 'd'][first.indexOf(true)] ?? '';
      expect(await take(holder, T0 + SECOND)).toBe(true);
      expect(await take('late', T0 + MINUTE)).toBe(false);
      expect(await take('late', T0 + SECOND + MINUTE)).toBe(true);
      await store.release(channel, holder);
      expect(await take('other', T0 + SECOND + MINUTE)).toBe(false);
      await store.release(channel, 'late');
      expect(await take('other', T0 + SECOND + MINUTE)).toBe(true);
    });
  });

  describe('small things', () => {
    it('lists silences that have not ended', async () => {
      const { tenant } = aCase();
      const silence = {
        matchers: [{ name: 'tenant', op: '=', value: tenant } as const],
        startsAt: T0,
        endsAt: T0 + MINUTE,
        author: { name: 'alice', via: 'teams' } as const,
        comment: 'known',
      };
      const mine = async (now: number) =>
        (await store.silences(now)).filter(({ matchers }) => matchers[0]?.value === tenant);
      const one = await store.addSilence(silence);
      const two = await store.addSilence(silence);
      expect(two).toEqual({ ...silence, id: two.id });
      expect(two.id).not.toBe(one.id);
      expect(await mine(T0)).toEqual([one, two]);
      expect(await mine(T0 + MINUTE)).toEqual([]);
    });

    it('changes a silence, and says once that it is over until it is changed again', async () => {
      const { tenant } = aCase();
      const matchers = [{ name: 'tenant', op: '=', value: tenant } as const];
      const author = { name: 'alice', via: 'teams' } as const;
      const over = async (now: number) =>
        (await store.silencesOver(now)).filter((found) => found.matchers[0]?.value === tenant);
      const { id, ...kept } = await store.addSilence({
        matchers,
        startsAt: T0,
        endsAt: T0 + MINUTE,
        author,
        comment: '',
      });
      expect(await over(T0 + MINUTE - 1)).toEqual([]);
      expect((await over(T0 + MINUTE)).map((found) => found.id)).toEqual([id]);
      await store.noteSilencesOver([id]);
      expect(await over(T0 + DAY)).toEqual([]);
      const change = { endsAt: T0 + 2 * MINUTE, comment: 'longer' };
      expect(await store.changeSilence(id, change)).toEqual({ ...kept, ...change, id });
      expect(await store.silence(id)).toEqual({ ...kept, ...change, id });
      expect((await over(T0 + DAY)).map((found) => found.id)).toEqual([id]);
      expect(await store.changeSilence(999_999_999, change)).toBeUndefined();
      expect(await store.silence(999_999_999)).toBeUndefined();
    });

    it('keeps each firing with its end and its worst severity, whatever is repeated', async () => {
      const { tenant, turn, alert } = aCase();
      const rule = `${tenant}-rule`;
      const firing = alert('service:A', { rule });
      const incident = anIncident({ tenant, alerts: [firing], openedAt: T0 });
      const { incidents } = await store.commit(turn({ alerts: [firing], incidents: [incident] }));
      const worse = { ...firing, severity: 'critical' as const };
      await store.commit(turn({ version: 1, alerts: [worse] }));
      await store.commit(turn({ version: 2, alerts: [{ ...worse, severity: 'warning' }] }));
      const over = { ...firing, state: 'resolved' as const, endsAt: T0 + MINUTE };
      await store.commit(turn({ version: 3, alerts: [over] }));
      await store.commit(turn({ version: 4, alerts: [{ ...over, endsAt: T0 + DAY }] }));
      const again = { ...firing, startsAt: T0 + 2 * MINUTE, firingAt: T0 + 2 * MINUTE };
      await store.commit(turn({ version: 5, alerts: [again] }));
      const pending = alert('service:B', { rule, state: 'pending' });
      const { firingAt: _, ...waits } = pending;
      await store.commit(turn({ version: 6, alerts: [waits] }));
      const found = await store.firings({ since: T0, rule });
      const same = {
        rule,
        tenant,
        subject: 'service:A',
        once: false,
        baseline: false,
        incident: incidents[0]?.id,
      };
      expect(found.map(({ fingerprint: _print, labels: _labels, ...rest }) => rest)).toEqual([
        { ...same, severity: 'major', firedAt: T0 + 2 * MINUTE },
        { ...same, severity: 'critical', firedAt: T0, endedAt: T0 + MINUTE },
      ]);
      expect(await store.firings({ since: T0 + 1, rule, limit: 5 })).toHaveLength(1);
      expect(await store.alerts({ tenant })).toHaveLength(2);
    });

    it('finds what time alone will have changed, and the acts of people', async () => {
      const { tenant } = aCase();
      const snoozed = await opened({
        tenant,
        state: 'acknowledged',
        acknowledgedAt: T0,
        acknowledgedBy: 'alice',
        snoozedUntil: T0 + MINUTE,
      });
      const flap = { fingerprint: 'x', fired: [T0], since: T0, count: 4, calmAt: T0 + 2 * MINUTE };
      const flapping = await opened({ tenant, groupKey: `${tenant}|f`, flaps: [flap], wokeAt: T0, shown: 0 });
      const due = async (dueBy: number) => (await store.incidents({ tenant, dueBy })).map(({ id }) => id);
      expect(await store.incident(flapping.id)).toEqual(flapping);
      expect(await store.incident(snoozed.id)).toEqual(snoozed);
      expect(await due(T0 + MINUTE - 1)).toEqual([]);
      expect(await due(T0 + MINUTE)).toEqual([snoozed.id]);
      expect((await due(T0 + DAY)).sort()).toEqual([snoozed.id, flapping.id].sort());
      await store.appendTimeline([
        aLine(snoozed.id, { kind: 'acknowledged', at: T0 + 5 }),
        aLine(snoozed.id, { kind: 'post', at: T0 + 6 }),
        aLine(snoozed.id, { kind: 'note', at: T0 + 7 }),
      ]);
      const acts = (await store.acts(T0)).filter((line) => line.incident === snoozed.id);
      expect(acts.map(({ kind }) => kind)).toEqual(['acknowledged', 'note']);
      expect((await store.acts(T0 + 6)).filter((line) => line.incident === snoozed.id)).toHaveLength(1);
    });

    it('sees an id the first time once', async () => {
      const { tenant } = aCase();
      const seen = (id: string, now = T0) => store.firstSeen(id, now, MINUTE);
      const all = await Promise.all(Array.from({ length: 5 }, () => seen(`${tenant}-ev`)));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await seen(`${tenant}-ev`, T0 + MINUTE - 1)).toBe(false);
      expect(await seen(`${tenant}-ev`, T0 + MINUTE)).toBe(true);
      const long = unlikely(100_000);
      expect([await seen(long), await seen(long), await seen(`${long}!`)]).toEqual([true, false, true]);
    });

    it('keeps named values', async () => {
      const { tenant } = aCase();
      expect(await store.get(tenant)).toBeUndefined();
      await store.put(tenant, null);
      expect(await store.get(tenant)).toBeNull();
      await store.put(tenant, { a: [1, 'x', { b: false }] });
      expect(await store.get(tenant)).toEqual({ a: [1, 'x', { b: false }] });
    });

    it('notes who did what', async () => {
      const actor = { name: 'alice', via: 'console' } as const;
      const by = (minute: number, action: string, outcome: AuditEntry['outcome']): AuditEntry => ({
        at: T0 + minute * MINUTE,
        actor,
        action,
        outcome,
        detail: { id: 'slack U0123', where: 'noc' },
      });
      const entries = [
        by(0, 'ack INC-1001', 'done'),
        by(1, 'resolve INC-1002', 'refused'),
        by(2, 'ack INC-1003', 'done'),
      ];
      for (const entry of entries) await store.audit(entry);
      const seen = async (filter: Omit<AuditFilter, 'limit'>): Promise<string[]> =>
        (await store.audits({ ...filter, limit: 10 })).map(({ action }) => action);
      expect(await store.audits({ limit: 2 })).toEqual([entries[2], entries[1]]);
      expect(await seen({ since: T0 + 2 * MINUTE })).toEqual(['ack INC-1003']);
      expect(await seen({ outcome: 'refused' })).toEqual(['resolve INC-1002']);
      expect(await seen({ text: 'inc-1001' })).toEqual(['ack INC-1001']);
      expect(await seen({ text: 'u0123' })).toHaveLength(3);
      expect(await seen({ text: 'ALICE' })).toHaveLength(3);
      expect(await seen({ text: '%' })).toEqual([]);
    });

    it('finds escalations that are due, and incidents whose escalation does not stand as they do', async () => {
      const { tenant, turn, alert } = aCase();
      const far = T0 + 400 * 86_400_000;
      const { incidents } = await store.commit(
        turn({
          incidents: [anIncident({ tenant, updatedAt: far, alerts: [alert('service:A', {})] })],
        }),
      );
      const [incident] = incidents;
      if (incident === undefined) throw new Error('no incident');
      const state: EscalationState = {
        incident: incident.id,
        escalation: 'voice',
        run: 1,
        round: 0,
        step: 1,
        dueAt: far + MINUTE,
        startedAt: far,
        state: 'running',
        severity: incident.severity,
        acknowledgedBy: '',
      };
      const step = (version: number, over: Partial<EscalationState> = {}) =>
        store.commitEscalation({
          state: { ...state, ...over },
          version,
          wakeAt: far + MINUTE,
          pages: [],
          timeline: [],
          outbox: [],
        });
      const due = async (now: number, changedSince: number) =>
        (await store.escalationsDue(now, changedSince, 10_000)).includes(incident.id);
      expect([await due(far, far), await due(far, far + 1)]).toEqual([true, false]);
      await step(0);
      expect([await due(far, far), await due(far + MINUTE, far + 1)]).toEqual([false, true]);
      // It was given back: nothing is due, and it has to begin anew.
      await step(1, { state: 'acknowledged' });
      expect([await due(far, far), await due(far, far + 1)]).toEqual([true, false]);
      await step(2, { severity: 'warning' });
      expect(await due(far, far)).toBe(true);
      await expect(step(1)).rejects.toMatchObject({ code: 'store.conflict' });
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });

  it.each([
    ['quotes', `'; drop table tocsin.facts; -- "$1" \\ {"a":1}`, undefined],
    ['emoji', 'SBC 🔥 👩‍🚒 ßü漢字 \u202e', undefined],
    ['U+0000', 'a\0b\\u0000', 'a\uFFFDb\\u0000'],
    ['lone surrogates', 'a\ud83db\udd25 c\\ud83d', 'a\uFFFDb\uFFFD c\\ud83d'],
    ['200 KB', unlikely(200_000), undefined],
  ])('stores hostile text: %s', async (_name, text, expected = text) => {
    const { source, tenant, turn, channel, alert } = aCase();
    const fact = aFact('service:A', { text, [text]: [text] });
    const incident = anIncident({
      tenant,
      title: text,
      groupKey: `${tenant}|${text}`,
      groupLabels: { [text]: text },
      alerts: [alert('service:A', { summary: text })],
    });
    const { incidents } = await store.commit(
      turn({
        memory: text,
        put: [fact],
        changes: [aChange('service:A', { now: { text } })],
        evaluations: [anEvaluation({ rule: tenant, reason: text })],
        incidents: [incident],
        timeline: [aLine(-1, { text })],
        outbox: [anOutboxRow('incident:-1', { channel, lastError: text })],
        decisions: [{ at: T0, rule: tenant, subject: 's', outcome: 'firing', reason: text }],
      }),
    );
    const id = incidents[0]?.id ?? 0;
    const known = await store.known(source);
    expect(known.memory).toBe(expected);
    expect(known.facts.get('service:A')?.values).toEqual({ text: expected, [expected]: [expected] });
    expect(await store.incident(id)).toMatchObject({
      title: expected,
      groupLabels: { [expected]: expected },
    });
    expect(await store.timeline(id)).toMatchObject([{ text: expected }]);
    expect(await store.due(channel, T0, 1)).toMatchObject([{ lastError: expected }]);
    expect(await store.decisions({ rule: tenant })).toMatchObject([{ reason: expected }]);
    expect(await store.evaluations({ rule: tenant })).toMatchObject([{ reason: expected }]);
    const affected = await store.affected({
      source,
      groupKeys: [incident.groupKey],
      fingerprints: [],
      subjects: [],
    });
    expect(affected.map((found) => found.id)).toEqual([id]);
    await store.put(`${tenant}:x`, text);
    expect(await store.get(`${tenant}:x`)).toBe(expected);
  });

  describe('tidying', () => {
    it('deletes what is old and told, and nothing else', async () => {
      const { tenant, source, turn, channel } = aCase();
      const long = T0 - 500 * DAY;
      const over = { state: 'resolved', openedAt: long, resolvedAt: long } as const;
      const old = await opened({ tenant, ...over });
      const untold = await opened({ tenant, ...over, groupKey: 'untold' });
      const recent = await opened({ tenant, ...over, resolvedAt: T0, groupKey: 'recent' });
      const open = await opened({ tenant, openedAt: long, groupKey: 'open' });
      await store.appendTimeline([aLine(old.id), aLine(open.id, { at: long })]);
      await store.enqueue([anOutboxRow(`incident:${untold.id}`, { channel })]);
      await store.putTelling(aTelling(`incident:${old.id}`, { channel }));
      await store.putTelling(aTelling(`incident:${open.id}`, { channel }));
      await store.addDeliveries([aDelivery('x', { channel, at: long }), aDelivery('x', { channel })]);
      await store.commit(
        turn({
          put: [aFact('a')],
          changes: [aChange('a', { now: {} }, long), aChange('a', { now: {} })],
          decisions: [{ at: long, rule: tenant, subject: 'a', outcome: 'firing', reason: '' }],
          evaluations: ['a', 'gone'].map((subject) => anEvaluation({ subject, at: long })),
        }),
      );
      await store.firstSeen(`${tenant}-old`, long, 1);

      await store.tidy(T0 - 400 * DAY);

      const left = (await store.incidents({ tenant })).map((incident) => incident.id).sort();
      expect(left).toEqual([untold.id, recent.id, open.id].sort());
      expect(await store.timeline(old.id)).toEqual([]);
      expect(await store.timeline(open.id)).toHaveLength(1);
      expect(await store.tellings(`incident:${old.id}`)).toEqual([]);
      expect(await store.tellings(`incident:${open.id}`)).toHaveLength(1);
      expect(await store.deliveries({ channel })).toHaveLength(1);
      expect(await store.changes({ source })).toHaveLength(1);
      expect(await store.decisions({ rule: tenant })).toEqual([]);
      expect((await store.evaluations({ source })).map(({ subject }) => subject)).toEqual(['a']);
      expect((await store.known(source)).facts.size).toBe(1);
      expect(await store.firstSeen(`${tenant}-old`, long, 1)).toBe(true);
    });
  });

  describe('the schema', () => {
    it('is brought up to date again without a change', async () => {
      const { source, turn } = aCase();
      await store.commit(turn());
      const again = await openStore(database);
      expect((await again.known(source)).version).toBe(1);
    });

    it('of a newer version is refused with both versions named', async () => {
      await database.query(`insert into tocsin.migrations (version, name) values (77, 'later')`);
      await expect(openStore(database)).rejects.toMatchObject({
        code: 'store.newer',
        message: expect.stringMatching(
          /^The database is at version 77; this Tocsin knows versions up to \d+\.$/,
        ),
      });
      await database.query('delete from tocsin.migrations where version = 77');
      await expect(openStore(database)).resolves.toBeDefined();
    });
  });
}

/** Text that does not compress: an index entry of it is as long as it looks. */
function unlikely(length: number): string {
  let state = 42;
  const letters = Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCodePoint(0x4e00 + ((state >> 12) % 20_000));
  });
  return letters.join('');
}

describe('the store on PGlite', () => {
  keepsItsPromises(async () => ({
    database: await openEmbedded('memory://', { thread: false }),
    stop: async () => undefined,
  }));
});

needs(findTool('postgres'), 'postgres')('the store on a Postgres server', () => {
  keepsItsPromises(async () => {
    const server = await startPostgres();
    return { database: await openServer(server.url), stop: () => server.close() };
  });
});
