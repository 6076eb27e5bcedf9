import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { COMMANDS } from '../../src/commands/index.js';
import { nextHealth, sourceFact } from '../../src/engine/health.js';
import { openApi } from '../../src/http/openapi.js';
import type { Fact } from '../../src/model/source.js';
import { FACT_TABLES, fieldsOf } from '../../src/model/facts/index.js';
import { parseRules } from '../../src/rules/definition.js';
import { siteFacts } from '../../src/sources/cqd/facts.js';
import { pollFacts } from '../../src/sources/direct-routing/poll-facts.js';
import { messageFact } from '../../src/sources/message-center/facts.js';
import type { Message } from '../../src/sources/message-center/schema.js';
import { reportFact, type ReportView } from '../../src/sources/partner-insights/facts.js';
import { issueFact, serviceFact } from '../../src/sources/service-health/facts.js';
import type { Issue, Overview } from '../../src/sources/service-health/schema.js';
import { factSections } from './fact-tables.js';
import { codes, page, ROOT, rows, under } from './tables.js';

const reference = page('docs/reference.md');
const rules = page('docs/rules.md');

function firstCodes(text: string): string[] {
  return rows(text).flatMap(([first = '']) => codes(first));
}

describe('docs/reference.md', () => {
  it('lists every command with its usage and role, in the order of help', () => {
    const told = rows(under(reference, '## Chat commands')).map(([usage = '', role]) => [
      codes(usage)[0],
      role,
    ]);
    expect(told).toEqual(COMMANDS.map((command) => [command.usage, command.role]));
  });

  it('lists every subcommand of the command line', () => {
    const told = firstCodes(under(reference, '## Command line')).map((usage) => usage.split(' ')[0]);
    const cli = page('src/cli.ts');
    const added = [...(/\[\s*(add[^\]]+)\]/.exec(cli)?.[1]?.matchAll(/add(\w+)/g) ?? [])].map(
      ([, name = '']) => name.toLowerCase(),
    );
    expect([...told].sort()).toEqual([...added].sort());
    expect(added.length).toBeGreaterThan(3);
  });

  it('lists every metric, and none that is not there', () => {
    const told = firstCodes(under(reference, '## Metrics')).map((metric) => metric.replace(/\{.*/, ''));
    const real = [...page('src/engine/metrics.ts').matchAll(/name: '(tocsin_\w+)'/g)].map(([, name]) => name);
    expect([...told].sort()).toEqual([...real].sort());
  });

  it("lists every metric's labels", () => {
    const told = firstCodes(under(reference, '## Metrics')).map((metric) => {
      const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(metric) ?? [];
      return `${name}: ${labels}`;
    });
    const real = [
      ...page('src/engine/metrics.ts').matchAll(
        /name: '(tocsin_\w+)',[^}]*?(?:labelNames: \[([^\]]*)\][^}]*)?\}/g,
      ),
    ].map(([, name, labels = '']) => `${name}: ${labels.replace(/['\s]/g, '')}`);
    expect([...told].sort()).toEqual([...real].sort());
  });

  it('lists every path of the API', () => {
    const { paths } = openApi('https://tocsin.test') as { readonly paths: Readonly<Record<string, unknown>> };
    const told = firstCodes(under(reference, '## HTTP')).map((line) => line.split(' ')[1] ?? '');
    const real = Object.keys(paths).map((path) => `/api/v1${path}`.replace('{id}', 'INC-1042'));
    expect(real.filter((path) => !told.includes(path))).toEqual([]);
    expect(told.filter((path) => path.startsWith('/api/v1') && !real.includes(path))).toEqual([]);
  });
});

describe('docs/rules.md', () => {
  const overview = { id: 'Exchange', service: 'Exchange Online', status: 'serviceOperational' } as Overview;
  const issue = { id: 'EX1', posts: [] } as unknown as Issue;
  const health = nextHealth(undefined, { ok: true }, 0);

  const message = { id: 'MC1', services: [], tags: [], details: [], content: '' } as unknown as Message;
  const [site] = siteFacts({ name: 'x', url: 'https://x.test', timeZone: 'UTC' }, undefined);
  if (site === undefined) throw new Error('a site has facts');
  const report = {
    id: 'r',
    name: 'r',
    query: '',
    status: 'Active',
    startAt: null,
    everyHours: null,
    count: null,
  } as unknown as ReportView['report'];
  const memory = { status: 'Active', resumedAt: null, runs: 0, lastRunAt: null, last: null, tries: null };

  const fieldsUnder = (subject: string): string[] => {
    const table = Object.values(FACT_TABLES)
      .flat()
      .find((one) => one.subject === subject);
    if (table === undefined) throw new Error(`no table of ${subject}`);
    return [...fieldsOf(table).keys()].sort();
  };

  it('is made of the tables by which rules are checked', async () => {
    const path = new URL('docs/rules.md', ROOT);
    const from = rules.indexOf('\n## Facts of ');
    const made = await format(`${rules.slice(0, from)}\n${factSections()}`, {
      ...(await resolveConfig(path)),
      parser: 'markdown',
    });
    // UPDATE_DOCS=1 writes it.
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, made);
    else expect(rules).toBe(made);
  });

  it.each<readonly [subject: string, fact: Fact]>([
    [
      'message:<id>',
      messageFact(message, { updates: 0, changed: '', attachments: [] }, { cloud: 'global', now: 0 }),
    ],
    ['cqd:<site>/<stage>', site],
    ['report:<id>', reportFact({ report, executions: [], memory, graceMs: 0, now: 0, callback: false })],
    ['service:<id>', serviceFact(overview, new Map())],
    ['issue:<id>', issueFact(issue, { serviceIds: new Map(), cloud: 'global' })],
    ['source:<tenant>/<kind>[/<name>]', sourceFact('contoso/x', 'contoso', 'service-health', health)],
  ])('knows every field of %s', (subject, fact) => {
    expect(fieldsUnder(subject)).toEqual(Object.keys(fact.values).sort());
  });

  it('knows every field of the facts of direct routing', () => {
    const now = Date.UTC(2026, 10, 21, 12);
    const by = ['trunk', 'direction', 'country', 'user', 'code'] as const;
    const key = 'sbc1.x|o||504/569008||';
    const facts = pollFacts({
      tenant: 'contoso',
      each: (tell) => tell(now, key, 1),
      now,
      runs: new Map(),
      asks: [{ by, windowMs: 15 * 60_000, marks: [] }],
      byUser: [{ minute: now, key, count: 1 }],
    });
    expect(['trunk:<fqdn>', 'tenant:<name>', '<trunk or tenant>/<finer>'].map(fieldsUnder)).toEqual(
      facts.map(({ values }) => Object.keys(values).sort()),
    );
  });

  it('has every rule of the pack', () => {
    const told = firstCodes(under(rules, '## The built-in pack'));
    const real = readdirSync(new URL('src/rules/pack/', ROOT)).flatMap((file) =>
      parseRules(page(`src/rules/pack/${file}`), file).rules.map((rule) => rule.name),
    );
    expect([...told].sort()).toEqual([...real].sort());
  });

  it('has every key of a rule', () => {
    const told = firstCodes(under(rules, '## Writing one'));
    const real = /strictObject\(\{([\s\S]*?)\n\}\)/.exec(page('src/rules/definition.ts'))?.[1] ?? '';
    const keys = [...real.matchAll(/^ {2}(\w+):/gm)].map(([, key]) => key);
    expect([...told].sort()).toEqual([...keys].sort());
  });
});

describe('links between pages', () => {
  const pages = ['README.md', 'CHANGELOG.md', ...markdownIn('docs/')];

  it.each(pages)('of %s lead somewhere', (path) => {
    const links = [...page(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    );
    const dead = links.filter((link) => !existsSync(new URL(link, new URL(path, ROOT))));
    // Pictures are made by running the program; a page may be read before they are.
    expect(dead.filter((link) => !link.endsWith('.png'))).toEqual([]);
  });

  it.each(pages)('of %s to headings lead somewhere', (path) => {
    const links = [...page(path).matchAll(/\]\(([^)#\s]*)#([^)]+)\)/g)].filter(
      ([, file = '']) => !/^https?:/.test(file),
    );
    const dead = links.filter(([, file = '', anchor]) => {
      const target = page(
        (file === '' ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT))).href.slice(ROOT.href.length),
      );
      const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replace(/\s/g, '-'),
      );
      return anchor === undefined || !anchors.includes(anchor);
    });
    expect(dead.map(([whole]) => whole)).toEqual([]);
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? markdownIn(`${folder}${entry.name}/`)
      : entry.name.endsWith('.md')
        ? [`${folder}${entry.name}`]
        : [],
  );
}
