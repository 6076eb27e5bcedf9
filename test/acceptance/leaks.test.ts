import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch as fetchWith } from 'undici';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { FaultKind } from '../../src/sandbox/http/faults.js';
import { openDatabase } from '../../src/store/open.js';
import { aCall, aFailure, guid } from '../sources/direct-routing/support.js';
import { leaksIn, type Heard, type Secret } from '../support/leaks.js';
import { runTocsin, spawnTocsin, tempDir, writeSettings } from '../support/process.js';
import { putRecord } from '../support/record.js';
import { until } from '../support/until.js';
import { ACCOUNT, openWhole, SECRETS, type Whole } from './whole.js';

const CALLER = '+33155504711';
const CALLEE = '+4930990123456';
const LINK = 'https://files.example/reports/sales.csv?sv=2021-08-06&sp=r&sig=CanarySignature0123456789abcdef';
const TOKEN = `eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjYW5hcnkiLCJhdWQiOiJ4In0.Canary-signature-of-a-token`;
const DATABASE_PASSWORD = 'Canary-database-pw-4242';

let whole: Whole;
/** Everything that somebody could read of the run. */
const heard: Heard[] = [];
const hear = (where: string, text: string): void => void heard.push({ where, text });
const secrets: Secret[] = [
  { name: 'the caller’s number', value: CALLER.slice(1) },
  { name: 'the called number', value: CALLEE.slice(1) },
  { name: 'the link in an error', value: LINK },
  { name: 'the token in an error', value: TOKEN },
  { name: 'the password of a database', value: DATABASE_PASSWORD },
];

beforeAll(async () => {
  whole = await openWhole();
  secrets.push(...whole.secrets);
});
afterAll(() => whole.close());

const ASKED = [
  'help',
  'status',
  'status exchange',
  'history',
  'services',
  'issue EX920001',
  'messages',
  'message MC920001',
  'calls',
  'calls 24h',
  'calls sbc5',
  `call ${guid(0x500)}`,
  `call ${guid(0x600)}`,
  'trunks',
  'cqd',
  'cqd paris',
  'reports',
  'report Canary',
  'queries',
  'query test SELECT CustomerName FROM TeamsUsage3PApps',
  'incidents all',
  'incident INC-1001',
  'silences',
  'tenants',
  'doctor',
  'whoami',
];

async function ask(commands: readonly string[]): Promise<void> {
  await Promise.all(
    commands.map(async (text) => hear(`the answer to ${text}`, (await whole.command(text)).raw)),
  );
}

describe('a leak', () => {
  it.each([
    ['as it is', 'it is p&ss/w+rd "1"'],
    ['in an address', `x=${encodeURIComponent('p&ss/w+rd "1"')}`],
    ['in a form', new URLSearchParams({ x: 'p&ss/w+rd "1"' }).toString()],
    ['in JSON', JSON.stringify({ x: 'p&ss/w+rd "1"' })],
    ['on a page', 'p&amp;ss/w+rd &quot;1&quot;'],
    ['in a header', Buffer.from('svc:p&ss/w+rd "1"').toString('base64')],
  ])('is found %s', (_how, text) => {
    expect(leaksIn([{ where: 'here', text }], [{ name: 'it', value: 'p&ss/w+rd "1"' }])).toHaveLength(1);
  });

  it.each([TOKEN, `Bearer ${'x'.repeat(20)}`, LINK, CALLER, 'xoxb-1234567', `1.A${'x'.repeat(43)}`])(
    'is known by its looks: %s',
    (text) => {
      expect(leaksIn([{ where: 'here', text: `so: ${text} it is` }], [])).not.toEqual([]);
      expect(
        leaksIn([{ where: 'here', text: 'so: +3315***11 and https://a.example/b?c=d it is' }], []),
      ).toEqual([]);
    },
  );
});

describe('nobody can read a secret, a signed link or a whole number', () => {
  it('while everything works', async () => {
    const { sandbox, clock } = whole;
    happen();
    const query = await whole.command(
      'query create Canary SELECT CustomerName, UserCount FROM TeamsUsage3PApps',
    );
    hear('the answer to query create', query.raw);
    const [made] = sandbox.insights.queries();
    const id = made?.queryId ?? '';
    await ask([`report create Canary ${id} every 24h`, `report run Once ${id}`]);
    const report = await until(() => sandbox.insights.reports().find((one) => one.reportName === 'Canary'));
    const callback = /[^/]+$/.exec(new URL(report.callbackUrl ?? '').pathname)?.[0] ?? '';
    secrets.push({ name: 'the secret part of the callback’s address', value: callback });
    await whole.program.skip(6 * HOUR);
    // The runs are over, and their files were fetched through signed links.
    await until(() => sandbox.requests.some(({ host }) => host === 'files'));
    await until(async () => /\d+ rows/.test((await whole.command('report Once')).text));
    await until(() => whole.slack.cards().some(({ body }) => body.includes('sbc5.contoso.example')));
    expect((await whole.command(`call ${guid(0x500)}`)).text).toContain('+3315***11');
    await ask(ASKED);
    await ask([
      'ack INC-1001',
      'note INC-1001 we look at it',
      'silence subject="issue:EX920001" 1h',
      'resolve INC-1001',
    ]);
    expect(clock.now()).toBeGreaterThan(0);
  });

  const words = [
    `The header Authorization: Bearer ${TOKEN} is refused,`,
    `and so is client_secret=${SECRETS.contoso}&password=${SECRETS.cqd};`,
    `see ${LINK} or call ${CALLER}.`,
  ].join(' ');
  const echo = (status: number): FaultKind => ({
    kind: 'status',
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: { code: 'BadRequest', message: words, innerError: { 'request-id': guid(9) } },
      error_description: `AADSTS7000215: ${words}`,
    }),
  });
  const FAULTS: readonly (readonly [string, FaultKind])[] = [
    ['429', { kind: 'throttle', retryAfter: 1 }],
    ['503', { kind: 'unavailable', retryAfter: 1, asDate: true }],
    ['reset', { kind: 'reset' }],
    ['garbage', { kind: 'garbage' }],
    ['a web page', { kind: 'html' }],
    ['an empty body', { kind: 'empty' }],
    [
      '401 for want of a second factor',
      { kind: 'status', status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    ],
    ['400 that repeats what it was sent', echo(400)],
    ['403 that repeats what it was sent', echo(403)],
    ['500 that repeats what it was sent', echo(500)],
    ['200 that repeats what it was sent', echo(200)],
    [
      'a page that repeats what it was sent',
      { ...echo(502), body: `<html><title>${words}</title>${words}</html>` } as FaultKind,
    ],
  ];

  it.each(FAULTS)('while every API answers with %s', (_what, kind) => suffer(kind));

  it('once it all works again', async () => {
    await until(
      async () => !/unreachable|throttled|denied|failing/.test((await whole.command('tenants')).text),
    );
    await ask(ASKED);
    for (const path of [
      '/',
      '/login',
      '/incidents/INC-1001',
      '/metrics',
      '/healthz',
      '/readyz',
      '/nothing',
      '/api/v1/incidents?limit=1000',
      '/api/v1/subjects?limit=1000',
      '/api/v1/deliveries?limit=1000',
      '/api/v1/rules',
      '/api/v1/silences',
      '/api/v1/openapi.json',
      '/api/v1/nothing',
    ])
      hear(path, await whole.read(path));
    const { incidents } = (await whole.api('incidents?limit=1000')) as {
      incidents: readonly { id: string }[];
    };
    for (const { id } of incidents) hear(id, await whole.read(`/api/v1/incidents/${id}`));
  });

  it('on the command line, with good settings and with wrong ones', async () => {
    const run = async (...args: string[]): Promise<void> => {
      const { stdout, stderr } = await runTocsin(args);
      hear(`tocsin ${args.join(' ')}`, `${stdout}\n${stderr}`);
    };
    await Promise.all([
      run('check', '--config', whole.config),
      ...['doctor', 'calls', 'reports'].map((command) => run('ask', command, '--config', whole.config)),
      run('ask', 'status', '--json', '--config', whole.config),
    ]);
    await signIn();
    const [mistaken, refused] = wrongSettings().map((wrong) => writeSettings(tempDir(), wrong));
    const url = `postgres://tocsin:${DATABASE_PASSWORD}@127.0.0.1:1/tocsin`;
    const redis = `redis://:${DATABASE_PASSWORD}@127.0.0.1:1/0`;
    const [contoso] = whole.settings['tenants'] as readonly object[];
    const alone = { ...whole.settings, http: { port: 0 }, tenants: [contoso] };
    const dataDir = join(tempDir(), 'data');
    await putRecord(dataDir);
    const [noDatabase, noRedis] = [
      { ...alone, database: url },
      { ...alone, dataDir, redis },
    ].map((wrong) => writeSettings(tempDir(), wrong));
    await Promise.all([
      run('check', '--config', mistaken ?? ''),
      run('doctor', '--config', refused ?? ''),
      run('start', '--config', noDatabase ?? ''),
      run('start', '--config', noRedis ?? ''),
    ]);
  });

  // The last, and without the doctor, who asks one after the other: what waits for an answer that never comes waits long.
  it('while no API answers', () => suffer({ kind: 'hang' }, ['status', 'calls 1h', 'cqd']));

  it('in what was posted, logged, answered or kept', async () => {
    const { slack, teams, hook, program, dataDir } = whole;
    await whole.program.close();
    slack.said.forEach((text) => hear('Slack', text));
    teams.said.forEach((text) => hear('Teams', text));
    hook.requests.forEach(({ text, headers }) => hear('the webhook', `${text}\n${JSON.stringify(headers)}`));
    hear('the log', program.log());
    // It did happen: the masked number was seen, each kind of channel was told, the log is one of every request.
    for (const where of ['Slack', 'Teams', 'the webhook', 'the log', '/metrics'])
      expect([where, heard.filter((one) => one.where === where).length > 0]).toEqual([where, true]);
    expect(program.log()).toContain('api answer');
    expect(heard.some(({ text }) => text.includes('+3315***11'))).toBe(true);
    expect(leaksIn(heard, secrets)).toEqual([]);
    expect(await leaksInRecord(dataDir)).toEqual([]);
  });
});

const QUESTIONS: readonly string[] = [
  'doctor',
  'status',
  'message MC920001',
  'calls 1h',
  `call ${guid(0x500)}`,
  'cqd',
  'reports',
  'tenants',
];

/** Every API does so to a poll of each source, and to people's questions. */
async function suffer(kind: FaultKind, questions = QUESTIONS): Promise<void> {
  const { sandbox } = whole;
  const [seen, asked] = [sandbox.requests.length, sandbox.cqd.control.requests.length];
  const placed = sandbox.faults.add({ match: /./, kind });
  sandbox.cqd.control.fault(kind);
  try {
    await until(() => {
      const hosts = new Set(sandbox.requests.slice(seen).map(({ host }) => host));
      return hosts.has('graph') && hosts.has('manage') && hosts.has('partner');
    });
    await until(() => sandbox.cqd.control.requests.length > asked);
    expect(placed.hits).toBeGreaterThan(0);
    await ask(questions);
  } finally {
    placed.remove();
    sandbox.cqd.control.fault(undefined);
  }
}

/** Something for every source to tell, with numbers wherever a row can hold one. */
function happen(): void {
  const { sandbox, clock } = whole;
  const now = clock.now();
  sandbox.health.putIssue({
    id: 'EX920001',
    title: 'Some users may be unable to send mail',
    service: 'Exchange Online',
    status: 'serviceDegradation',
    classification: 'incident',
    feature: 'E-mail delivery',
    featureGroup: 'E-mail',
  });
  sandbox.messages.putMessage({
    id: 'MC920001',
    title: 'A change is coming',
    services: ['Exchange Online'],
    html: '<p>Something changes.</p>',
  });
  const people = {
    callerNumber: CALLER,
    calleeNumber: CALLEE,
    userDisplayName: `Lobby phone ${CALLER}`,
    userPrincipalName: `${CALLER}@contoso.example`,
    finalSipCodePhrase: `${CALLER} could not reach ${CALLEE} (${CALLEE.replace('+', '00')})`,
    trunkFullyQualifiedDomainName: 'sbc5.contoso.example',
  };
  sandbox.calls.put([
    ...Array.from({ length: 5 }, (_, i) => aFailure(0x500 + i, now - (8 - i) * MINUTE, 504, 569_008, people)),
    aCall(0x600, now - 3 * MINUTE, people),
    aFailure(0x601, now - 2 * MINUTE, 503, 560_503, { ...people, callType: 'ByotEmergencyOut' }),
  ]);
  sandbox.cqd.control.jobs.job('cube', 'fails', now - 2 * HOUR);
}

/** `tocsin login partner-center`, with what the browser does. */
async function signIn(): Promise<void> {
  const child = spawnTocsin(['login', 'partner-center', '--tenant', 'contoso', '--config', whole.config]);
  const address = await until(() => /https:\S+/.exec(child.stdout())?.[0]);
  const dispatcher = new Agent({ connect: { ca: whole.sandbox.caPem } });
  const { headers } = await fetchWith(address, { dispatcher, redirect: 'manual' });
  const back = new URL(headers.get('location') ?? '');
  secrets.push({ name: 'the code of a sign-in', value: back.searchParams.get('code') ?? '' });
  expect((await fetch(back.href.replace('localhost', '127.0.0.1'))).status).toBe(200);
  await child.ended;
  await dispatcher.close();
  hear('tocsin login', `${child.stdout()}\n${child.stderr()}`);
}

/** A secret written out, secrets that are refused, and mistakes around them. */
function wrongSettings(): readonly object[] {
  const { settings } = whole;
  const [contoso = {}] = settings['tenants'] as readonly Readonly<Record<string, unknown>>[];
  const { sandbox } = whole;
  const elsewhere = { ...settings, http: { port: 1 }, dataDir: join(tempDir(), 'data') };
  const wrong = {
    ...contoso,
    clientSecret: SECRETS.contoso,
    sources: [
      { kind: 'service-health', password: SECRETS.cqd },
      { kind: 'partner-insights', auth: { kind: 'refresh-token', tokn: TOKEN } },
    ],
  };
  const refused = {
    ...contoso,
    clientSecret: `${SECRETS.contoso}-that-is-wrong`,
    sources: [
      { kind: 'service-health' },
      { kind: 'partner-insights', auth: { kind: 'refresh-token', token: `1.A${'Canary'.repeat(8)}` } },
      {
        kind: 'cqd',
        name: 'paris',
        url: sandbox.cqd.url,
        timeZone: 'Europe/Paris',
        auth: { kind: 'ntlm', ...ACCOUNT, password: `${SECRETS.cqd}-that-is-wrong` },
      },
    ],
  };
  return [
    { ...elsewhere, tenants: [wrong], slack: { botToken: SECRETS.botToken, signingsecret: 'x' } },
    { ...elsewhere, tenants: [refused] },
  ];
}

/** Every row of the record as text, and every file of the data directory as it lies there. */
async function leaksInRecord(dataDir: string): Promise<readonly string[]> {
  const database = await openDatabase({ dataDir, thread: false });
  const rows: Heard[] = [];
  const tables = await database.query<{ s: string; t: string }>(
    "select table_schema as s, table_name as t from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
  );
  for (const { s, t } of tables) {
    const found = await database.query<{ row: string }>(
      `select to_jsonb(x)::text as row from "${s}"."${t}" x`,
    );
    rows.push(...found.map(({ row }) => ({ where: `the table ${t}`, text: row })));
  }
  await database.close();
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'vault.key')
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ where: `the file ${file}`, text: readFileSync(file, 'latin1') }));
  expect(rows.length).toBeGreaterThan(50);
  return [...leaksIn(rows, secrets), ...leaksIn(files, secrets)];
}
