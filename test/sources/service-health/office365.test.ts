import '../../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import type { Fact } from '../../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import { isFault } from '../../../src/lib/fault.js';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import type { Source } from '../../../src/sources/source.js';
import { quietDeps } from '../../support/graph-double.js';
import { tenantOf } from '../../support/tenant-of.js';

const T0 = Date.UTC(2026, 10, 2, 8, 0, 0);

let closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

interface Watcher {
  readonly source: Source;
  /** Polls, and gives the facts that differ from those of the last poll. */
  readonly poll: () => Promise<readonly Fact[]>;
  readonly known: () => readonly Fact[];
  readonly unchanged: () => boolean;
}

interface Rig {
  readonly sandbox: Sandbox;
  readonly clock: { now: number };
  readonly watch: (api: 'graph' | 'office365', tenantId?: string) => Watcher;
}

async function rig(options: SandboxOptions = {}): Promise<Rig> {
  const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
  const clock = { now: T0 };
  const sandbox = await openSandbox({ clock: { now: () => clock.now, real: (ms) => ms }, ...options });
  sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  sandbox.health.setService('Lync', { name: 'Skype for Business' });
  closing.push(() => sandbox.close());
  const watch: Rig['watch'] = (api, tenantId = sandbox.tenantId) => {
    const source = serviceHealth.open(
      serviceHealth.settings.parse({ api }),
      { everyMs: MINUTE },
      tenantOf(sandbox, tenantId),
      quietDeps,
    );
    closing.push(() => source.close());
    let memory: Json | undefined;
    let unchanged = false;
    const facts = new Map<string, string>();
    return {
      source,
      unchanged: () => unchanged,
      known: () => [...facts.values()].map((text) => JSON.parse(text) as Fact),
      poll: async () => {
        const poll = await source.poll(memory, clock.now);
        memory = JSON.parse(JSON.stringify(poll.memory)) as Json;
        unchanged = poll.unchanged;
        const { observation } = poll;
        if (observation.coverage === 'full') {
          const named = new Set(observation.facts.map(({ subject }) => subject));
          for (const subject of facts.keys()) if (!named.has(subject)) facts.delete(subject);
        }
        const changed = observation.facts.filter((fact) => facts.get(fact.subject) !== JSON.stringify(fact));
        for (const fact of changed) facts.set(fact.subject, JSON.stringify(fact));
        return changed;
      },
    };
  };
  return { sandbox, clock, watch };
}

/** What the retired API does not tell, or tells in its own way (reference, mapping of the old to the new). */
function comparable(facts: readonly Fact[]): unknown[] {
  return facts
    .map(({ subject, values: { origin: _origin, feature: _feature, highImpact: _high, ...values } }) => ({
      subject,
      values,
    }))
    .sort((a, b) => a.subject.localeCompare(b.subject));
}

/** An issue's whole life, one moment a poll. */
function story({ health }: Sandbox): readonly ((now: number) => void)[] {
  return [
    (now) => {
      health.putIssue(
        {
          id: 'EX7',
          title: 'Mail is slow',
          service: 'Exchange Online',
          featureGroup: 'E-Mail timely delivery',
          feature: 'x',
          impactDescription: 'Mail waits.',
        },
        now,
      );
      health.post('EX7', {
        at: now,
        html: 'Title: Mail is slow\n\nCurrent status: We look.\n\nNext update by: Monday, November 2, 2026, at 9:00 AM UTC',
      });
    },
    (now) => health.patchIssue('EX7', { status: 'serviceDegradation', classification: 'incident' }, now),
    (now) =>
      health.patchIssue(
        'EX7',
        { status: 'serviceInterruption', startDateTime: new Date(now - HOUR).toISOString() },
        now,
      ),
    (now) => health.post('EX7', { at: now, html: '<p>Current status: Half of it is <b>back</b>.</p>' }),
    (now) => health.patchIssue('EX7', { status: 'extendedRecovery' }, now),
    (now) => {
      health.putIssue(
        { id: 'LY9', title: 'A doubt', service: 'Skype for Business', status: 'investigating' },
        now,
      );
    },
    (now) =>
      health.patchIssue(
        'LY9',
        { status: 'falsePositive', isResolved: true, endDateTime: new Date(now).toISOString() },
        now,
      ),
    (now) =>
      health.patchIssue(
        'EX7',
        { status: 'serviceRestored', isResolved: true, endDateTime: new Date(now).toISOString() },
        now,
      ),
    (now) => {
      health.patchIssue('EX7', { status: 'postIncidentReviewPublished' }, now);
      health.post('EX7', { at: now, html: 'A post-incident report has been published.' });
    },
  ];
}

describe('the same story through both APIs', () => {
  it('gives the same facts at each step', async () => {
    const { sandbox, clock, watch } = await rig();
    const graph = watch('graph');
    const legacy = watch('office365');
    await graph.poll();
    await legacy.poll();
    for (const step of story(sandbox)) {
      clock.now += MINUTE;
      step(clock.now);
      expect(comparable(await legacy.poll())).toEqual(comparable(await graph.poll()));
    }
    expect(comparable(legacy.known())).toEqual(comparable(graph.known()));
    expect(legacy.known().find(({ subject }) => subject === 'issue:EX7')?.values).toMatchObject({
      status: 'postIncidentReviewPublished',
      active: false,
      pir: true,
      origin: 'unknown',
      feature: '',
    });
    expect(legacy.known().map(({ values }) => values['active'])).not.toContain(true);
  });

  it('and the same history, with the days that the old one tells by itself', async () => {
    const { sandbox, clock, watch } = await rig();
    const stamp = (ms: number): string => new Date(T0 - ms).toISOString();
    sandbox.health.putIssue(
      {
        id: 'EX1',
        title: 'Was',
        service: 'Exchange Online',
        classification: 'incident',
        status: 'serviceRestored',
        isResolved: true,
        startDateTime: stamp(2 * DAY),
        endDateTime: stamp(DAY),
      },
      T0 - DAY,
    );
    sandbox.health.putIssue(
      {
        id: 'LY1',
        title: 'Is',
        service: 'Skype for Business',
        status: 'serviceInterruption',
        startDateTime: stamp(HOUR),
      },
      T0,
    );
    const [a, b] = [watch('graph'), watch('office365')];
    const ask = { about: 'history', days: 7 } as const;
    const days = (facts: readonly Fact[]): unknown =>
      facts.map(({ values }) => [
        values['id'],
        (values['days'] as { day: string; level: string; issues: string[] }[]).map(
          ({ day, level, issues }) => [day, level, issues],
        ),
      ]);
    const expected = [
      [
        'Exchange',
        [
          ['2026-10-31', 'major', ['EX1']],
          ['2026-11-01', 'major', ['EX1']],
        ],
      ],
      ['Lync', [['2026-11-02', 'major', ['LY1']]]],
    ];
    const live = await a.source.look(ask, clock.now);
    expect(days(live)).toEqual(expected);
    expect(days(await b.source.look(ask, clock.now))).toEqual(expected);
    expect(days(await a.source.look({ ...ask, service: 'skype business' }, clock.now))).toEqual([
      expected[1],
    ]);
    expect(await a.source.look({ ...ask, service: 'nothing' }, clock.now)).toEqual([]);
    await a.poll();
    expect(await a.source.recall(ask, a.known(), clock.now)).toEqual(live);
    expect(live[0]?.values['issues']).toMatchObject([
      { id: 'EX1', startedAt: stamp(2 * DAY), endedAt: stamp(DAY), worst: 'major' },
    ]);
  });
});

describe('the retired API', () => {
  it('is unchanged while only its time moves, which is a day old by design', async () => {
    const { sandbox, clock, watch } = await rig();
    const { poll, unchanged, known } = watch('office365');
    sandbox.health.putIssue({ id: 'EX1', title: 'x', service: 'Exchange Online' }, T0);
    await poll();
    clock.now += MINUTE;
    await poll();
    clock.now += MINUTE;
    expect([await poll(), unchanged()]).toEqual([[], true]);
    expect(JSON.stringify(known())).not.toContain('2026-11-01');
  });

  it('finds what is open however long ago it began', async () => {
    const { sandbox, watch } = await rig();
    sandbox.health.putIssue(
      {
        id: 'EX1',
        title: 'Ancient',
        service: 'Exchange Online',
        startDateTime: new Date(T0 - 200 * DAY).toISOString(),
      },
      T0 - 100 * DAY,
    );
    const { poll } = watch('office365');
    expect((await poll()).map(({ subject, values }) => [subject, values['active'] ?? null])).toContainEqual([
      'issue:EX1',
      true,
    ]);
  });

  it('is read as it is documented too', async () => {
    const { sandbox, watch } = await rig({ legacyShape: 'documented' });
    const [open] = story(sandbox);
    open?.(T0);
    const { poll, source } = watch('office365');
    const facts = await poll();
    expect(facts.map(({ subject }) => subject)).toEqual(['service:Exchange', 'service:Lync', 'issue:EX7']);
    expect(facts[2]?.values).toMatchObject({
      title: 'Mail is slow',
      service: 'Exchange Online',
      serviceId: 'Exchange',
      active: true,
      classification: 'unknown',
      level: 'warning',
    });
    expect((await source.look({ about: 'issue', id: 'ex7' }, T0))[0]?.subject).toBe('issue:EX7');
    await expect(source.look({ about: 'issue', id: 'EX8' }, T0)).rejects.toMatchObject({
      code: 'api.not-found',
    });
  });

  it('says in doctor what is missing', async () => {
    const { watch } = await rig({ roles: ['ServiceHealth.Read.All'] });
    const lines = await watch('office365').source.check(T0);
    expect(lines.map(({ name, ok }) => [name, ok])).toEqual([
      ['token', true],
      ['CurrentStatus', false],
      ['Messages', false],
    ]);
    expect(lines[1]?.advice).toContain('ServiceHealth.Read of the Office 365 Management APIs');
  });

  it('refuses another tenant’s token, and says which setting is wrong', async () => {
    const { sandbox, watch } = await rig();
    const { source } = watch('office365');
    // The tenant of the token is the one in the path, whichever way it is written.
    await expect(source.poll(undefined, T0)).resolves.toBeDefined();
    await expect(watch('office365', 'contoso.example').source.poll(undefined, T0)).resolves.toBeDefined();
    sandbox.faults.add({
      match: /ServiceComms/,
      kind: {
        kind: 'status',
        status: 500,
        body: '{"error":{"code":"AF5000.  An internal server error occurred.","message":"Retry the request."}}',
      },
    });
    const error: unknown = await source.poll(undefined, T0).catch((reason: unknown) => reason);
    expect(isFault(error, 'api.failed') && error.message).toContain(
      'AF5000: An internal server error occurred. Retry the request.',
    );
  });
});
