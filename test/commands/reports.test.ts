import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../../src/commands/index.js';
import type { Look } from '../../src/commands/command.js';
import { createOrder, runOrder } from '../../src/commands/support/report-words.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Order, Question } from '../../src/model/question.js';
import type { Role } from '../../src/model/person.js';
import type { Fact } from '../../src/model/source.js';
import { HOUR } from '../../src/model/time.js';
import { expectGolden } from '../cards/golden.js';
import { NOW } from '../cards/samples.js';
import { aContext, aDesk } from './desk.js';

const REPORT = 'd9548477-16d4-492a-bf9c-0cf91a9f69bf';
const QUERY = '6664daf3-c161-423a-92a1-0ea6db2c0384';

function aReport(over: JsonObject = {}): Fact {
  const values: JsonObject = {
    type: 'report',
    id: REPORT,
    name: 'Nightly Teams calls',
    status: 'Active',
    executionStatus: 'Completed',
    executeNow: false,
    startAt: '2026-10-31T02:00:00.000Z',
    everyHours: 24,
    count: null,
    runs: 21,
    expectedAt: '2026-11-22T02:00:00.000Z',
    overdue: false,
    overdueHours: 0,
    paused: false,
    stopped: false,
    ended: false,
    lastCompletedAt: '2026-11-21T02:12:00.000Z',
    lastExecutionId: 'e1',
    rows: 412,
    columns: 3,
    columnNames: ['CustomerId', 'MeetingCount', 'MeetingDuration'],
    rowsBefore: 409,
    columnsBefore: 3,
    shapeChanged: false,
    rowsDropped: false,
    changeText: '',
    empty: false,
    problem: '',
    format: 'csv',
    ...over,
  };
  return {
    subject: `report:${typeof values['id'] === 'string' ? values['id'] : ''}`,
    kind: 'partner-insights',
    values,
  };
}

const FACTS = [
  aReport(),
  aReport({
    id: '906931dc-4f2f-4195-bbb2-d7295c7550d3',
    name: 'Customers and revenue',
    overdue: true,
    overdueHours: 6,
    executionStatus: 'Pending',
    expectedAt: '2026-11-20T21:00:00.000Z',
  }),
  aReport({ id: '106931dc-4f2f-4195-bbb2-d7295c7550d3', name: 'Office usage', empty: true, rows: 0 }),
  aReport({
    id: '206931dc-4f2f-4195-bbb2-d7295c7550d3',
    name: 'Seats',
    status: 'Paused',
    paused: true,
    stateText: 'paused',
    expectedAt: null,
  }),
];

function rig(facts: readonly Fact[] = FACTS, role: Role = 'responder', error?: string) {
  const orders: Order[] = [];
  const asked: Question[] = [];
  const desk = {
    ...aDesk(),
    look: async (question: Question): Promise<readonly Look[]> => {
      asked.push(question);
      const found =
        question.about === 'report'
          ? facts.filter(({ values }) => [values['id'], values['name']].includes(question.id))
          : facts;
      return [
        {
          tenant: 'contoso',
          facts: found,
          at: NOW - 1_000,
          fresh: error === undefined,
          ...(error === undefined ? {} : { error }),
        },
      ];
    },
    order: async (order: Order): Promise<Look> => {
      orders.push(order);
      return { tenant: 'contoso', facts: [facts[0] ?? aReport()], at: NOW, fresh: true };
    },
  };
  return { orders, asked, run: (text: string) => runCommand(text, aContext(desk, { role })) };
}

describe('reports', () => {
  it('shows those in trouble first', async () => {
    const { card, audience } = await rig().run('reports');
    expect(audience).toBe('everyone');
    expectGolden('reports', card);
  });

  it('says how old the last known answer is, and that there is none', async () => {
    const { card } = await rig(FACTS, 'viewer', 'Partner Center answered 503.').run('reports');
    expect(JSON.stringify(card.sections)).toContain('Partner Center answered 503.');
    expect((await rig([]).run('reports')).card.title).toBe('No report is scheduled');
  });
});

describe('report', () => {
  it('shows one with its runs and first rows to the one who asked', async () => {
    const live = aReport({
      query:
        'SELECT CustomerId, MeetingCount, MeetingDuration FROM TeamsUsageMeetingsAndCalls TIMESPAN LAST_MONTH',
      user: 'analyst@contoso.example',
      executions: [
        { id: 'e2', status: 'Running', at: null },
        { id: 'e1', status: 'Completed', at: '2026-11-21T02:12:00.000Z' },
      ],
      firstRows: [
        ['0000-1', '17', '3.5'],
        ['0000-2', '4', '1'],
      ],
      firstRowsText: '',
    });
    const { card, audience } = await rig([live]).run(`report ${REPORT}`);
    expect(audience).toBe('asker');
    expectGolden('report', card);
  });

  it('suggests a name that is near', async () => {
    const { card, ok } = await rig().run('report Seat');
    expect(ok).toBe(false);
    expect(JSON.stringify(card)).toContain('report \\"Seats\\"');
  });

  it('warns before it deletes, and deletes when told to', async () => {
    const { run, orders } = rig();
    const { card } = await run(`report delete ${REPORT}`);
    expectGolden('report-delete', card);
    expect(orders).toEqual([]);
    expect((await run(`report delete ${REPORT} yes`)).card.title).toBe('Deleted: Nightly Teams calls');
    expect(orders).toEqual([{ do: 'report-delete', id: REPORT }]);
  });

  it('pauses and resumes by name', async () => {
    const { run, orders } = rig();
    await run('report pause Nightly Teams calls');
    await run('report resume "Nightly Teams calls"');
    expect(orders).toEqual([
      { do: 'report-pause', id: 'Nightly Teams calls' },
      { do: 'report-resume', id: 'Nightly Teams calls' },
    ]);
  });

  it('changes nothing for a viewer, who may read', async () => {
    const { run, orders } = rig(FACTS, 'viewer');
    for (const text of [
      `report pause ${REPORT}`,
      `report delete ${REPORT} yes`,
      `report create a ${QUERY}`,
      `query create a "SELECT b FROM c"`,
    ])
      expect((await run(text)).ok).toBe(false);
    expect(orders).toEqual([]);
    expect((await run(`report ${REPORT}`)).ok).toBe(true);
  });

  it('reads the words of create and run', () => {
    expect(
      createOrder(
        ['Nightly', 'sales', QUERY, 'every', '7d', 'start', '2026-11-22', '3:00', 'count', '5', 'TSV'],
        NOW,
      ),
    ).toEqual({
      do: 'report-create',
      name: 'Nightly sales',
      queryId: QUERY,
      everyHours: 168,
      startAt: Date.UTC(2026, 10, 22, 3),
      count: 5,
      format: 'tsv',
    });
    expect(createOrder(['a', QUERY, 'start', '07:00', 'every', '24'], NOW)).toMatchObject({
      everyHours: 24,
      startAt: Date.UTC(2026, 10, 22, 7),
    });
    expect(createOrder(['a', QUERY, 'start', '08:00'], NOW)).toMatchObject({
      startAt: Date.UTC(2026, 10, 21, 8),
    });
    expect(runOrder(['a', QUERY, 'from', '2026-05-01', 'to', '2026-06-01T00:00+02:00'], NOW)).toEqual({
      do: 'report-run',
      name: 'a',
      queryId: QUERY,
      from: Date.UTC(2026, 4, 1),
      to: Date.UTC(2026, 5, 1) - 2 * HOUR,
    });
  });

  it.each([
    ['a'],
    [QUERY],
    [`a ${QUERY} every`],
    [`a ${QUERY} every 90m`],
    [`a ${QUERY} count 0`],
    [`a ${QUERY} start noon`],
    [`a ${QUERY} start 25:00`],
    [`a ${QUERY} start 2026-02-31x`],
    [`a ${QUERY} xml`],
  ])('says how create is written: %s', async (words) => {
    const { run, orders } = rig();
    expect((await run(`report create ${words}`)).ok).toBe(false);
    expect(orders).toEqual([]);
  });
});

describe('queries', () => {
  const fact = (id: string, name: string, kind: string): Fact => ({
    subject: `query:${id}`,
    kind: 'partner-insights',
    values: {
      type: 'query',
      id,
      name,
      kind,
      query: 'SELECT CustomerName FROM CustomersAndTenants',
      description: '',
      user: '',
      createdAt: null,
    },
  });

  it('lists the own ones first', async () => {
    const { card } = await rig([fact(QUERY, 'Customers', 'system'), fact(REPORT, 'Mine', 'userDefined')]).run(
      'queries',
    );
    expectGolden('queries', card);
  });

  it('makes one of a text in quotes, and refuses one whose quotes are lost', async () => {
    const { run, orders } = rig([fact(REPORT, 'Mine', 'userDefined')]);
    expect((await run(`query create Mine "SELECT a FROM b WHERE c = 'x y'"`)).ok).toBe(true);
    expect((await run(`query create Mine SELECT a FROM b WHERE c = 'x y'`)).ok).toBe(false);
    expect((await run('query create Mine SELECT a, b FROM c LIMIT 5')).ok).toBe(true);
    expect(orders).toEqual([
      { do: 'query-create', name: 'Mine', query: "SELECT a FROM b WHERE c = 'x y'" },
      { do: 'query-create', name: 'Mine', query: 'SELECT a, b FROM c LIMIT 5' },
    ]);
  });

  it('tries one by its id or its text', async () => {
    const result: Fact = {
      subject: 'query-test',
      kind: 'partner-insights',
      values: {
        type: 'query-test',
        answered: true,
        rows: 100,
        columnNames: ['CustomerName'],
        firstRows: [['Fabrikam']],
        redacted: false,
        text: '',
      },
    };
    const { run, asked } = rig([result]);
    const { card, audience } = await run(`query test ${QUERY}`);
    expect(audience).toBe('asker');
    expectGolden('query-test', card);
    await run('query test SELECT a FROM b');
    expect(asked).toEqual([
      { about: 'query-test', queryId: QUERY },
      { about: 'query-test', query: 'SELECT a FROM b' },
    ]);
  });
});
