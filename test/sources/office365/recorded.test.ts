import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fact } from '../../../src/model/source.js';
import { MINUTE } from '../../../src/model/time.js';
import { messageCenter } from '../../../src/sources/message-center/index.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import type { Source, SourcePlug } from '../../../src/sources/source.js';
import { quietDeps, startDouble, tenantOf, type Double } from '../../support/graph-double.js';
import { memoryDocuments, memorySamples } from '../../support/memory-keep.js';

const PAYLOADS = '../shared/payloads';
const given = existsSync(`${PAYLOADS}/legacy-Messages.json`) ? describe : describe.skip;

let double: Double;
const sources: Source[] = [];

beforeAll(async () => {
  double = await startDouble();
});

afterAll(async () => {
  for (const source of sources) await source.close();
  await double.close();
});

const file = (name: string): Buffer => readFileSync(`${PAYLOADS}/${name}`);

/** The double gives each operation's file, whole. */
function serve(prefix: string): void {
  double.answer(({ path }) => {
    const operation = /ServiceComms\/(\w+)/.exec(path)?.[1] ?? '';
    const name = ['json', 'txt']
      .map((end) => `${prefix}legacy-${operation}.${end}`)
      .find((one) => existsSync(`${PAYLOADS}/${one}`));
    return { body: file(name ?? 'missing') };
  });
}

function open(plug: SourcePlug): Source {
  const deps = {
    ...quietDeps,
    keep: { samples: memorySamples(), documents: memoryDocuments() },
  } as unknown as typeof quietDeps;
  const source = plug.open(
    plug.settings.parse({ api: 'office365' }),
    { everyMs: MINUTE },
    tenantOf(double),
    deps,
  );
  sources.push(source);
  return source;
}

async function facts(plug: SourcePlug, now: number): Promise<ReadonlyMap<string, Fact['values']>> {
  const { observation } = await open(plug).poll(undefined, now);
  return new Map(observation.facts.map(({ subject, values }) => [subject, values]));
}

given('the recorded answers', () => {
  const now = Date.UTC(2020, 7, 22);

  it('are services and issues in our words', async () => {
    serve('');
    const found = await facts(serviceHealth, now);
    expect(found.get('service:Forms')).toMatchObject({
      name: 'Microsoft Forms',
      status: 'serviceOperational',
      active: false,
      level: 'ok',
    });
    expect(found.get('issue:EX213379')).toMatchObject({
      status: 'extendedRecovery',
      classification: 'advisory',
      active: true,
      level: 'warning',
      service: 'Exchange Online',
      featureGroup: 'Management and Provisioning',
      startedAt: '2020-05-15T18:00:32.000Z',
      endedAt: null,
      lastModified: '2020-08-21T18:59:16.387Z',
      // The same words again and again are one post.
      latestPost: expect.stringContaining('User Impact'),
    });
    expect(found.get('issue:LY220759')).toMatchObject({
      status: 'falsePositive',
      classification: 'incident',
      active: false,
      level: 'ok',
    });
    expect([...found.keys()].some((subject) => subject.startsWith('issue:MC'))).toBe(false);
  });

  it('are posts of the Message center', async () => {
    serve('');
    const found = await facts(messageCenter, Date.UTC(2020, 0, 2));
    expect([...found.keys()]).toEqual(['message:MC198615']);
    expect(found.get('message:MC198615')).toMatchObject({
      category: 'stayInformed',
      severity: 'normal',
      services: ['Microsoft Forms'],
      endAt: '2021-02-10T08:00:00.000Z',
      actionRequiredBy: null,
      body: expect.stringContaining('How does this affect me?'),
    });
  });

  it('are a history without trouble', async () => {
    serve('');
    const [bookings] = await open(serviceHealth).look(
      { about: 'history', service: 'bookings', days: 7 },
      Date.UTC(2020, 8, 18),
    );
    expect(bookings?.values).toMatchObject({ id: 'Bookings', name: 'Microsoft Bookings', days: [] });
  });
});

given('the documented answers, faults included', () => {
  const now = Date.UTC(2015, 3, 11, 12);

  it('are services and issues in our words', async () => {
    serve('documented-');
    const found = await facts(serviceHealth, now);
    expect(found.get('service:Lync')).toMatchObject({ name: 'Lync Online', status: 'serviceOperational' });
    expect(found.get('issue:EX20119')).toMatchObject({
      title: 'E-Mail and calendar access',
      service: 'Exchange Online',
      serviceId: 'Exchange',
      status: 'serviceRestored',
      active: false,
      posts: 4,
      endedAt: '2015-04-07T21:48:00.000Z',
    });
  });

  it('are a history in which information was available', async () => {
    serve('documented-');
    const [exchange] = await open(serviceHealth).look(
      { about: 'history', service: 'Exchange', days: 2 },
      now,
    );
    expect(exchange?.values['days']).toEqual([
      {
        day: '2015-04-10',
        status: 'informationAvailable',
        statusText: 'Information available',
        level: 'info',
        issues: ['EX20870'],
        features: ['Voice mail'],
      },
    ]);
  });

  it('refuse in words', async () => {
    double.answer(() => ({ status: 500, body: file('documented-legacy-error.json') }));
    await expect(open(serviceHealth).poll(undefined, now)).rejects.toMatchObject({
      code: 'api.failed',
      message: expect.stringContaining('AF5000: An internal server error occurred. Retry the request.'),
    });
  });
});

given('the recorded Graph messages', () => {
  it('are posts of the Message center', async () => {
    double.answer(() => ({ body: file('graph-messages.json') }));
    const deps = {
      ...quietDeps,
      keep: { samples: memorySamples(), documents: memoryDocuments() },
    } as unknown as typeof quietDeps;
    const source = messageCenter.open(
      messageCenter.settings.parse({}),
      { everyMs: MINUTE },
      tenantOf(double),
      deps,
    );
    sources.push(source);
    const { observation } = await source.poll(undefined, Date.UTC(2021, 3, 2));
    expect(observation.facts.map(({ subject }) => subject)).toEqual([
      'message:MC237349',
      'message:MC237741',
      'message:MC247825',
      'message:MC248201',
    ]);
    expect(observation.facts[3]?.values).toMatchObject({
      services: ['SharePoint Online', 'Power BI'],
      isMajorChange: true,
    });
  });
});
