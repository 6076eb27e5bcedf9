import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actOn } from '../../src/engine/act.js';
import { auditEscalations, type EscalationAuditDeps } from '../../src/engine/audit-escalations.js';
import { escalate } from '../../src/engine/escalate.js';
import { openEscalations } from '../../src/engine/escalations.js';
import { openQueues } from '../../src/engine/queues.js';
import { MINUTE } from '../../src/model/time.js';
import type { EmbeddedDatabase } from '../../src/store/pglite.js';
import { openStore } from '../../src/store/sql.js';
import { escalating } from '../support/escalating.js';
import { aPerson } from '../support/on-call.js';
import { memoryDatabase } from '../support/record.js';
import { anIssue, aRoute, aService, aWorld, type World } from '../support/world.js';

let database: EmbeddedDatabase;
let world: World;
let deps: EscalationAuditDeps;

beforeAll(async () => {
  database = await memoryDatabase();
  world = await aWorld({ store: await openStore(database) });
  world.set.root = aRoute({ escalation: 'voice' });
  deps = {
    ...escalating(world, {
      people: () => [aPerson('alice', { slack: 'U1' })],
      escalations: [
        {
          name: 'voice',
          repeat: 0,
          steps: [
            { notify: [{ kind: 'person', name: 'alice' }], wait: 5 * MINUTE },
            { notify: [{ kind: 'person', name: 'alice' }], wait: 5 * MINUTE },
          ],
        },
      ],
      reachable: ['@alice/slack'],
    }),
    rules: () => world.set.rules,
    channelNames: () => ['noc', 'hook'],
  };
});
afterAll(() => world.close());

const alarm = async () => (await world.store.alerts()).filter(({ rule }) => rule === 'escalation-stuck');

describe('the audit of escalations', () => {
  it('finds within two minutes what nobody woke, says so in another channel, and is content when it goes on', async () => {
    world.answers([aService('Exchange')]);
    await world.poll();
    world.answers([anIssue('EX1')]);
    await world.poll();
    const [incident] = await world.store.incidents({ subject: 'issue:EX1' });
    const id = incident?.id ?? 0;

    // What should have begun it was lost.
    expect((await auditEscalations(deps)).stuck).toEqual([]);
    world.wait(2 * MINUTE);
    const audit = await auditEscalations(deps);
    expect(audit.stuck).toEqual([id]);
    expect((await alarm()).map(({ state, severity, summary }) => [state, severity, summary])).toEqual([
      ['firing', 'critical', `The escalation of INC-${id} stands still: it has not begun`],
    ]);
    const [said] = audit.committed?.incidents ?? [];
    expect(said?.destinations.map(({ channel }) => channel)).toEqual(['hook']);

    // It is woken, and the alarm is over.
    await escalate(id, deps);
    expect((await auditEscalations(deps)).stuck).toEqual([]);
    expect(await alarm()).toEqual([]);

    // The next step's job is lost.
    world.wait(5 * MINUTE + 2 * MINUTE);
    expect((await auditEscalations(deps)).stuck).toEqual([id]);
    expect((await alarm())[0]?.summary).toContain('step 2 has not run');
    await escalate(id, deps);

    // Given back, and nobody noticed.
    await world.act(id, { do: 'ack' });
    await escalate(id, deps);
    world.wait(MINUTE);
    await world.act(id, { do: 'unack' });
    world.wait(2 * MINUTE);
    expect((await auditEscalations(deps)).stuck).toEqual([id]);
    await escalate(id, deps);

    // Silenced: it waits on purpose.
    await world.act(id, { do: 'silence', durationMs: 60 * MINUTE, comment: 'known' });
    world.wait(10 * MINUTE);
    expect((await auditEscalations(deps)).stuck).toEqual([]);
  });

  it('finds a reminder that never came, and a second acknowledgement that nobody was called for', async () => {
    world.answers([anIssue('EX1'), anIssue('EX3')]);
    await world.poll();
    const [incident] = await world.store.incidents({ subject: 'issue:EX3' });
    const id = incident?.id ?? 0;
    const [policy] = deps.escalations();
    if (policy === undefined) throw new Error('no escalation');
    const wanting = {
      ...deps,
      escalations: () => [{ ...policy, acknowledgements: 2, renotify: 30 * MINUTE }],
    };
    const stuck = async (): Promise<boolean> => (await auditEscalations(wanting)).stuck.includes(id);
    const why = async (): Promise<string | undefined> =>
      (await alarm()).find(({ subject }) => subject === `escalation:INC-${id}`)?.summary;
    await escalate(id, wanting);
    await world.act(id, { do: 'ack' });
    await escalate(id, wanting);
    expect(await stuck()).toBe(false);
    world.wait(7 * MINUTE);
    expect(await stuck()).toBe(true);
    expect(await why()).toContain('step 2 has not run');
    await escalate(id, wanting);
    await actOn(
      id,
      { do: 'ack' },
      { name: 'bob', via: 'teams' },
      { store: world.store, clock: deps.clock, kick: async () => undefined },
    );
    await escalate(id, wanting);
    expect(await stuck()).toBe(false);
    world.wait(32 * MINUTE);
    expect(await stuck()).toBe(true);
    expect(await why()).toContain('whoever has it was not reminded');
    await escalate(id, wanting);
    expect(await stuck()).toBe(false);
  });

  it('finds within two minutes an escalation whose job was deleted from the queue', async () => {
    world.answers([anIssue('EX1'), anIssue('EX2')]);
    await world.poll();
    const [incident] = await world.store.incidents({ subject: 'issue:EX2' });
    const id = incident?.id ?? 0;
    const queues = await openQueues({ database });
    const escalations = openEscalations({
      ...deps,
      queues,
      works: false,
      wake: async () => undefined,
      guarded: (step) => step(),
    });
    await escalations.look([id]);
    const queue = queues.queue('escalate');
    expect(await queue.getJobCountByTypes('waiting')).toBe(1);
    await queue.obliterate({ force: true });
    world.wait(2 * MINUTE);
    const { stuck, committed } = await auditEscalations(deps);
    expect(stuck).toContain(id);
    const said = committed?.incidents.find(({ alerts }) =>
      alerts.some(({ subject }) => subject === `escalation:INC-${id}`),
    );
    expect(said?.destinations.map(({ channel }) => channel)).toEqual(['hook']);
    await escalations.look(stuck);
    expect(await queue.getJobCountByTypes('waiting')).toBe(stuck.length);
    await queues.close();
  });
});
