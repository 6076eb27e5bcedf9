import '../../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../src/lib/log.js';
import type { Json, JsonObject } from '../../../src/model/json.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import { serviceHealth } from '../../../src/sources/service-health/index.js';
import type { ReportState } from '../../../src/sources/service-health/memory.js';
import { fileReports } from '../../../src/sources/service-health/reports.js';
import { quietDeps } from '../../support/graph-double.js';
import { aFact } from '../../support/builders.js';
import { memoryDocuments } from '../../support/memory-keep.js';
import { tenantOf } from '../../support/tenant-of.js';

const T0 = Date.UTC(2026, 10, 2, 8, 0, 0);

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

describe('a post-incident report', () => {
  it.each(['graph', 'office365'] as const)('is fetched once and filed, through %s', async (api) => {
    const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
    let now = T0;
    let memory: Json | undefined;
    const sandbox = await openSandbox({ clock: { now: () => now, real: (ms) => ms } });
    const documents = memoryDocuments();
    const source = serviceHealth.open(
      serviceHealth.settings.parse({ api }),
      { everyMs: MINUTE },
      tenantOf(sandbox),
      { ...quietDeps, keep: { ...quietDeps.keep, documents } },
    );
    closing.push(
      () => sandbox.close(),
      () => source.close(),
    );
    const next = async (wait = MINUTE): Promise<JsonObject | undefined> => {
      now += wait;
      const poll = await source.poll(memory, now);
      memory = JSON.parse(JSON.stringify(poll.memory)) as Json;
      return poll.observation.facts.find(({ subject }) => subject === 'issue:EX7')?.values;
    };
    const { health } = sandbox;
    health.setService('Exchange', { name: 'Exchange Online' });
    health.putIssue({
      id: 'EX7',
      title: 'Mail is slow',
      service: 'Exchange Online',
      status: 'investigating',
    });
    expect(await next()).toMatchObject({ reportName: '', reportBytes: 0 });
    health.patchIssue('EX7', { status: 'postIncidentReviewPublished', isResolved: true });
    const filed = await next();
    expect(filed).toMatchObject({ reportName: 'EX7-PIR.docx', reportBytes: expect.any(Number) });
    const document = await documents.get('contoso/service-health', 'issue:EX7');
    expect(document?.body.length).toBe(filed?.['reportBytes']);
    // A full poll an hour later lists the issue again and asks for nothing.
    const asked = (): number =>
      sandbox.requests.filter(({ path }) => /incidentReport|documents/.test(path)).length;
    expect(asked()).toBe(1);
    expect(await next(HOUR)).toMatchObject({ reportName: 'EX7-PIR.docx' });
    expect(asked()).toBe(1);
  });

  const pir = (id: string): ReturnType<typeof aFact> =>
    aFact(`issue:${id}`, { type: 'issue', id, pir: true, reportName: '' });
  const file = (
    ids: readonly string[],
    report: () => Promise<Buffer | undefined>,
    over: { spare?: number; known?: Record<string, ReportState> } = {},
  ) =>
    fileReports({
      facts: ids.map(pir),
      known: over.known ?? {},
      client: { report },
      documents: memoryDocuments(),
      source: 'contoso/service-health',
      spare: over.spare ?? 100,
      now: T0,
      log: silentLog,
    });

  it('that is not there, or cannot be had, fails nothing and is given up in the end', async () => {
    let tries = 0;
    const failing = (): Promise<Buffer | undefined> => {
      tries += 1;
      return tries % 2 === 0 ? Promise.resolve(undefined) : Promise.reject(new Error('it broke'));
    };
    let known: Record<string, ReportState> = {};
    for (let poll = 0; poll < 20; poll += 1) {
      const done = await file(['EX1'], failing, { known });
      expect(done.facts[0]?.values['reportName']).toBe('');
      known = { ...done.known };
    }
    expect(tries).toBe(6);
  });

  it('waits its turn: two a poll, and none where the budget is for other things', async () => {
    const word = async (): Promise<Buffer> => Buffer.from('%PDF-1.7 …');
    const first = await file(['EX1', 'EX2', 'EX3'], word);
    expect(first.facts.map(({ values }) => values['reportName'])).toEqual(['EX1-PIR.pdf', 'EX2-PIR.pdf', '']);
    const second = await file(['EX1', 'EX2', 'EX3'], word, { known: { ...first.known } });
    expect(second.facts[2]?.values['reportName']).toBe('EX3-PIR.pdf');
    expect((await file(['EX1'], word, { spare: 0 })).facts[0]?.values['reportName']).toBe('');
  });

  it('is named by what it is, not by what it is said to be', async () => {
    const html = async (): Promise<Buffer> => Buffer.from('<script>alert(1)</script>');
    expect((await file(['EX1'], html)).facts[0]?.values['reportName']).toBe('EX1-PIR.bin');
  });
});
