import '../../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import type { Fact } from '../../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import { messageCenter } from '../../../src/sources/message-center/index.js';
import type { Source } from '../../../src/sources/source.js';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.js';
import { quietDeps } from '../../support/graph-double.js';
import { memorySamples } from '../../support/memory-keep.js';
import { tenantOf } from '../../support/tenant-of.js';

const T0 = Date.UTC(2026, 10, 2, 8, 0, 0);

let closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

interface Rig {
  readonly sandbox: Sandbox;
  readonly source: Source;
  readonly clock: { now: number };
  readonly samples: ReturnType<typeof memorySamples>;
  readonly poll: () => Promise<{ facts: readonly Fact[]; coverage: string; unchanged: boolean }>;
  /** `Messages` or `messages` requests since the last time. */
  readonly asked: () => readonly string[];
  readonly forget: () => void;
}

async function rig(api: 'graph' | 'office365' = 'graph', options: SandboxOptions = {}): Promise<Rig> {
  const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
  const clock = { now: T0 };
  const sandbox = await openSandbox({ clock: { now: () => clock.now, real: (ms) => ms }, ...options });
  const samples = memorySamples();
  const source = messageCenter.open(
    messageCenter.settings.parse({ api }),
    { everyMs: 15 * MINUTE },
    tenantOf(sandbox),
    { ...quietDeps, keep: { samples } } as unknown as typeof quietDeps,
  );
  closing.push(
    () => sandbox.close(),
    () => source.close(),
  );
  let memory: Json | undefined;
  let seen = 0;
  return {
    sandbox,
    source,
    clock,
    samples,
    forget: () => {
      memory = undefined;
    },
    asked: () => {
      const all = sandbox.requests
        .filter(({ path }) => /messages/i.test(path))
        .map(({ path, query }) => decodeURIComponent(`${path.split('/').slice(4).join('/')}${query}`));
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    poll: async () => {
      clock.now += 15 * MINUTE;
      const poll = await source.poll(memory, clock.now);
      memory = JSON.parse(JSON.stringify(poll.memory)) as Json;
      return {
        facts: poll.observation.facts,
        coverage: poll.observation.coverage,
        unchanged: poll.unchanged,
      };
    },
  };
}

function some({ messages }: Sandbox): void {
  messages.putMessage(
    { id: 'MC100001', title: 'First', services: ['Microsoft Teams'], html: '<p>One.</p><p>Two.</p>' },
    T0 - DAY,
  );
  messages.putMessage(
    {
      id: 'MC100002',
      title: 'Second',
      services: [],
      actionRequiredByDateTime: new Date(T0 + 5 * DAY).toISOString(),
      html: '<p>x</p>',
    },
    T0 - 2 * DAY,
  );
}

const ids = (facts: readonly Fact[]): string[] => facts.map(({ subject }) => subject).sort();

describe.each(['graph', 'office365'] as const)('the life of a message through %s', (api) => {
  it('is told once a version, with what changed', async () => {
    const { sandbox, poll, clock, source } = await rig(api);
    some(sandbox);
    const first = await poll();
    expect([first.coverage, ids(first.facts)]).toEqual(['full', ['message:MC100001', 'message:MC100002']]);
    expect(first.facts.map(({ values }) => [values['updates'], values['changed']])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    await poll();
    expect(await poll()).toMatchObject({ unchanged: true, facts: [] });

    sandbox.messages.patchMessage(
      'MC100001',
      { title: '(Updated) First', html: '<p>Updated: later.</p><p>One.</p>' },
      clock.now,
    );
    const second = await poll();
    expect(second.coverage).toBe('partial');
    expect(
      second.facts.map(({ subject, values }) => [subject, values['updates'], values['changed']]),
    ).toEqual([['message:MC100001', 1, '“Updated: later.”\n1 paragraph replaced or removed']]);
    sandbox.messages.patchMessage(
      'MC100001',
      { actionRequiredByDateTime: '2026-12-01T00:00:00Z' },
      clock.now + MINUTE,
    );
    const third = await poll();
    expect(third.facts[0]?.values).toMatchObject({
      updates: 2,
      changed: 'Action required by: none → 2026-12-01',
      daysLeft: 29,
      name: 'First',
    });

    clock.now += 7 * HOUR;
    const whole = await poll();
    expect([
      whole.coverage,
      whole.facts.find(({ subject }) => subject === 'message:MC100001')?.values['updates'],
    ]).toEqual(['full', 2]);
    expect((await source.look({ about: 'message', id: 'mc100001' }, clock.now))[0]?.values).toMatchObject({
      updates: 2,
    });
  });

  it('counts the days anew each day, and only then', async () => {
    const { sandbox, poll, clock } = await rig(api);
    some(sandbox);
    const left = (facts: readonly Fact[]): unknown =>
      facts.find(({ subject }) => subject.endsWith('2'))?.values['daysLeft'];
    expect(left((await poll()).facts)).toBe(5);
    clock.now += 6.5 * HOUR;
    expect(await poll()).toMatchObject({ facts: [], unchanged: true });
    clock.now = T0 + DAY - 8 * HOUR;
    const next = await poll();
    expect([next.coverage, left(next.facts)]).toEqual(['full', 4]);
  });
});

describe('a poll', () => {
  it('asks for changes alone between the whole ones', async () => {
    const { sandbox, poll, asked } = await rig();
    some(sandbox);
    await poll();
    expect(asked()).toEqual(['messages']);
    await poll();
    expect(asked()).toEqual(['messages?$filter=lastModifiedDateTime ge 2026-11-02T08:05:00.000Z']);
  });

  it('reads the newest where the filter is refused, and remembers it', async () => {
    const { sandbox, poll, asked, clock } = await rig();
    some(sandbox);
    await poll();
    sandbox.faults.add({
      match: /filter=lastModified/,
      kind: { kind: 'status', status: 400, body: '{"error":{"code":"BadRequest"}}' },
    });
    sandbox.messages.patchMessage('MC100002', { severity: 'high' }, clock.now + MINUTE);
    asked();
    expect(ids((await poll()).facts)).toContain('message:MC100002');
    await poll();
    expect(asked().map((query) => query.split('?')[1]?.slice(0, 9))).toEqual([
      '$filter=l',
      '$orderby=',
      '$orderby=',
    ]);
  });

  it('never takes an older telling for an update', async () => {
    const { sandbox, poll, clock } = await rig();
    some(sandbox);
    sandbox.messages.patchMessage('MC100001', { severity: 'high' }, T0);
    await poll();
    const [old] = sandbox.messages.snapshot();
    sandbox.messages.loadRaw(
      JSON.stringify({
        value: [{ ...old, severity: 'normal', lastModifiedDateTime: new Date(T0 - DAY).toISOString() }],
      }),
    );
    const stale = await poll();
    expect(stale.facts).toEqual([]);
    clock.now += 7 * HOUR;
    expect(await poll()).toMatchObject({ coverage: 'partial', facts: [] });
  });

  it('asks for what vanished from the list before it is gone', async () => {
    const { sandbox, poll, clock, asked } = await rig();
    some(sandbox);
    await poll();
    asked();
    sandbox.messages.removeMessage('MC100001');
    clock.now += 7 * HOUR;
    const after = await poll();
    expect([after.coverage, ids(after.facts), asked()]).toEqual([
      'full',
      ['message:MC100002'],
      ['messages', 'messages/MC100001'],
    ]);
  });

  it('takes an emptied list for a failure', async () => {
    const { sandbox, poll, clock } = await rig();
    some(sandbox);
    await poll();
    sandbox.messages.loadRaw('{"value":[]}');
    clock.now += 7 * HOUR;
    await expect(poll()).rejects.toMatchObject({ code: 'api.unreadable' });
  });

  it('knows versions again after its memory is lost', async () => {
    const { sandbox, poll, clock, forget, samples } = await rig();
    some(sandbox);
    await poll();
    sandbox.messages.patchMessage('MC100001', { severity: 'high' }, clock.now);
    await poll();
    forget();
    const again = await poll();
    expect(again.facts.find(({ subject }) => subject.endsWith('1'))?.values).toMatchObject({
      updates: 1,
      changed: 'Severity: normal → high',
    });
    expect(samples.size()).toBe(3);
  });

  it('leaves out what nobody has touched for months, unless its day is to come', async () => {
    const { sandbox, poll } = await rig();
    sandbox.messages.putMessage({ id: 'MC1', title: 'old', services: [], html: '' }, T0 - 121 * DAY);
    sandbox.messages.putMessage(
      {
        id: 'MC2',
        title: 'old, due',
        services: [],
        html: '',
        actionRequiredByDateTime: new Date(T0 + DAY).toISOString(),
      },
      T0 - 121 * DAY,
    );
    expect(ids((await poll()).facts)).toEqual(['message:MC2']);
  });

  it('lists attachments, a few at a time, and never their content', async () => {
    const { sandbox, poll, asked, source, clock } = await rig();
    for (let i = 0; i < 7; i += 1) {
      sandbox.messages.putMessage({ id: `MC10000${i}`, title: 'x', services: [], html: '' }, T0 - DAY);
      sandbox.messages.attach(
        `MC10000${i}`,
        { id: 'a', name: `plan ${i}.pdf`, contentType: 'application/pdf', content: Buffer.from('%PDF') },
        T0 - DAY,
      );
    }
    const listed = (facts: readonly Fact[]): number =>
      facts.filter(({ values }) => (values['attachments'] as unknown[]).length > 0).length;
    expect(listed((await poll()).facts)).toBe(5);
    clock.now += 7 * HOUR;
    const second = await poll();
    expect(listed(second.facts)).toBe(7);
    expect(second.facts[0]?.values).toMatchObject({
      hasAttachments: true,
      attachments: [{ name: 'plan 0.pdf', size: 4 }],
    });
    expect(asked().join()).not.toContain('content');
    const [one] = await source.look({ about: 'message', id: 'MC100006' }, clock.now);
    expect(one?.values['attachments']).toEqual([{ name: 'plan 6.pdf', size: 4 }]);
  });

  it('does not miss a message because its attachments are refused', async () => {
    const { sandbox, poll } = await rig();
    some(sandbox);
    sandbox.messages.attach(
      'MC100001',
      { id: 'a', name: 'x', contentType: 'a/b', content: Buffer.alloc(1) },
      T0,
    );
    sandbox.faults.add({ match: /attachments/, kind: { kind: 'status', status: 403, body: '{}' } });
    expect((await poll()).facts).toHaveLength(2);
  });
});

describe('questions', () => {
  it('are answered live and from the record, narrowed by words', async () => {
    const { sandbox, source, poll, clock } = await rig();
    some(sandbox);
    const { facts } = await poll();
    expect(ids(await source.look({ about: 'messages' }, clock.now))).toEqual(ids(facts));
    expect(ids(await source.look({ about: 'messages', service: 'teams' }, clock.now))).toEqual([
      'message:MC100001',
    ]);
    expect(ids(await source.recall({ about: 'messages', service: 'TEAMS' }, facts, clock.now))).toEqual([
      'message:MC100001',
    ]);
    expect(ids(await source.recall({ about: 'message', id: 'mc100002' }, facts, clock.now))).toEqual([
      'message:MC100002',
    ]);
    // Microsoft answers 403 with an outer code that says nothing: it is simply not there.
    await expect(source.look({ about: 'message', id: 'MC999999' }, clock.now)).rejects.toMatchObject({
      code: 'api.not-found',
      message: expect.stringContaining('MC999999'),
    });
  });

  it('and doctor names the permission', async () => {
    const { source } = await rig('graph', { roles: ['ServiceHealth.Read.All'] });
    const lines = await source.check(T0);
    expect(lines[1]).toMatchObject({
      name: 'messages',
      ok: false,
      advice: expect.stringContaining('ServiceMessage.Read.All'),
    });
  });
});

it('spends from the budget that service health spends from', async () => {
  const { sandbox, source, poll, clock } = await rig();
  some(sandbox);
  const before = source.budget(clock.now).left;
  await poll();
  expect(source.budget(clock.now).left).toBe(before - 1);
});
