import '../../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import { MINUTE } from '../../../src/model/time.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import type { Source } from '../../../src/sources/source.js';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.js';

import { clientCertificate, quietDeps } from '../../support/graph-double.js';

const T0 = Date.UTC(2026, 10, 2, 8, 0, 0);

let closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

interface Rig {
  readonly sandbox: Sandbox;
  readonly source: Source;
  /** Polls a minute later, and says what changed in words. */
  readonly next: () => Promise<string[]>;
}

async function rig(options: SandboxOptions = {}, certificatePem?: string): Promise<Rig> {
  const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
  let now = T0;
  let memory: Json | undefined;
  const sandbox = await openSandbox({ clock: { now: () => now, real: (ms) => ms }, ...options });
  sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  const source = serviceHealth.open(
    serviceHealth.settings.parse({}),
    { everyMs: MINUTE, name: 'main' },
    {
      name: 'contoso',
      tenantId: sandbox.tenantId,
      cloud: 'global',
      clientId: sandbox.clientId,
      credential: certificatePem === undefined ? { secret: sandbox.clientSecret } : { certificatePem },
      endpoints: sandbox.endpoints,
      customHosts: true,
      ca: sandbox.caPem,
    },
    quietDeps,
  );
  closing.push(
    () => sandbox.close(),
    () => source.close(),
  );
  return {
    sandbox,
    source,
    async next() {
      now += MINUTE;
      const poll = await source.poll(memory, now);
      memory = JSON.parse(JSON.stringify(poll.memory)) as Json;
      return poll.observation.facts.map(({ subject, values }) =>
        [subject, values['status'], values['level'], values['posts'] ?? values['openIssues']]
          .map(String)
          .join(' '),
      );
    },
  };
}

describe('the life of an issue', () => {
  it.each(['camel', 'pascal'] as const)(
    'is followed from the first post to the review, in %s case',
    async (casing) => {
      const { sandbox, source, next } = await rig({ casing });
      const { health } = sandbox;
      expect(source.key).toBe('contoso/service-health/main');
      expect(await next()).toEqual(['service:Exchange serviceOperational ok ']);

      health.putIssue({
        id: 'EX7',
        title: 'Mail is slow',
        service: 'Exchange Online',
        status: 'investigating',
      });
      health.post('EX7', { at: T0 + MINUTE, html: '<p>Current status: We look.</p>' });
      expect(await next()).toEqual([
        'service:Exchange investigating warning EX7',
        'issue:EX7 investigating warning 1',
      ]);
      expect(await next()).toEqual([]);

      health.patchIssue('EX7', { classification: 'incident', status: 'serviceInterruption' });
      expect(await next()).toEqual([
        'service:Exchange serviceInterruption critical EX7',
        'issue:EX7 serviceInterruption critical 1',
      ]);

      health.post('EX7', { at: T0 + 4 * MINUTE, html: '<p>Final status: Done.</p>' });
      health.patchIssue('EX7', { status: 'serviceRestored', isResolved: true });
      expect(await next()).toEqual([
        'service:Exchange serviceOperational ok ',
        'issue:EX7 serviceRestored ok 2',
      ]);

      health.post('EX7', { at: T0 + 5 * MINUTE, html: 'A post-incident report has been published.' });
      health.patchIssue('EX7', { status: 'postIncidentReviewPublished' });
      expect(await next()).toEqual([
        'service:Exchange serviceOperational ok ',
        'issue:EX7 postIncidentReviewPublished ok 3',
      ]);
    },
  );

  it('reads through faults that pass by themselves', async () => {
    const { sandbox, next } = await rig();
    sandbox.faults.add({ match: /healthOverviews/, kind: 'unavailable', times: 1 });
    sandbox.faults.add({ match: /isResolved/, kind: { kind: 'reset', afterBytes: 5 }, times: 1 });
    expect(await next()).toEqual(['service:Exchange serviceOperational ok ']);
  });

  it('is read with a certificate as well', async () => {
    const { certificate, privateKey } = await clientCertificate();
    const { source } = await rig({ certificates: [certificate] }, certificate + privateKey);
    expect((await source.check(T0)).map((line) => line.ok)).toEqual([true, true, true]);
  });

  it('is not read without consent, and doctor names the permission', async () => {
    const { source, next } = await rig({ roles: [] });
    await expect(next()).rejects.toMatchObject({ code: 'api.denied', status: 403 });
    expect((await source.check(T0))[1]?.advice).toMatch(/ServiceHealth\.Read\.All/);
  });
});
