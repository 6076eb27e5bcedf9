import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ADAPTERS } from '../../adapters/index.js';
import { sign } from '../../adapters/webhook/render.js';
import { runRuleTests } from '../../src/main/rule-tests.js';
import { expectationSchema, stepSchema, testSchema } from '../../src/main/rule-tests/schema.js';
import { readRules } from '../../src/main/rules.js';
import { FACT_TABLES } from '../../src/model/facts/index.js';
import { compileRules } from '../../src/rules/compile.js';
import { openScene, type Scene } from '../../src/rules/scene.js';
import { parseRules } from '../../src/rules/definition.js';
import { checkSettings } from '../../src/settings/index.js';
import { SOURCES } from '../../src/sources/index.js';
import { codes, page, ROOT, under } from './tables.js';

const FOLDER = 'docs/examples/';

/** Whatever an example asks the environment for, in a shape that fits. */
const ENV = {
  CONTOSO_SECRET: 'a',
  FABRIKAM_SECRET: 'b',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  SLACK_SIGNING_SECRET: 'c',
  TEAMS_SECRET: 'd',
  HOOK_SECRET: 'e',
  SMTP_PASSWORD: 'g',
  PAGERDUTY_KEY: '0123456789abcdef0123456789abcdef',
  CQD_PASSWORD: 'f',
  TOCSIN_TOKEN: 'a-long-token',
  DATABASE_URL: 'postgres://db.test/tocsin',
  REDIS_URL: 'redis://redis.test',
  HEARTBEAT_URL: 'https://beats.test/ping/1',
};

const examples = readdirSync(new URL(FOLDER, ROOT)).filter((name) => name.endsWith('.yaml'));

describe('an example', () => {
  it.each(examples)('%s has neither a problem nor a warning', (name) => {
    const { problems, warnings, rules } = checkSettings(page(`${FOLDER}${name}`), {
      path: fileURLToPath(new URL(`${FOLDER}${name}`, ROOT)),
      sources: SOURCES,
      adapters: ADAPTERS,
      env: ENV,
      readFile: () => {
        throw new Error('examples read no file');
      },
    });
    expect([...problems, ...warnings, ...readRules(rules, 'https://x.test').problems]).toEqual([]);
  });

  it.each([
    ['minimal.yaml', 'yaml'],
    ['verify-webhook.mjs', 'js'],
  ])('%s stands in the README as it is', (name, language) => {
    const text = page(`${FOLDER}${name}`);
    expect(page('README.md')).toContain(`<!-- ${FOLDER}${name} -->\n\n\`\`\`${language}\n${text}\`\`\``);
  });

  it('of a rule in docs/rules.md compiles', () => {
    const [, text = ''] = /## Writing one\n\n```yaml\n([\s\S]*?)```/.exec(page('docs/rules.md')) ?? [];
    const { rules, problems } = parseRules(text, 'docs/rules.md');
    expect([...problems, ...compileRules(rules, FACT_TABLES).problems]).toEqual([]);
    expect(rules).toHaveLength(1);
  });
});

describe('the example rule tests', () => {
  const FILES = readdirSync(new URL(`${FOLDER}rule-tests/`, ROOT));

  it.each(FILES)('%s passes', async (file) => {
    let said = '';
    const say = (text: string): void => void (said += text);
    const files = [fileURLToPath(new URL(`${FOLDER}rule-tests/${file}`, ROOT))];
    expect(await runRuleTests({ files, json: false, say, complain: say })).toBe(0);
    expect(said).toMatch(/^\d+ tests?, all as expected\.\n$/);
  });

  it('stand in docs/rules.md, and so does every key', () => {
    const text = page(`${FOLDER}rule-tests/contoso.yaml`);
    const told = under(page('docs/rules.md'), '## Testing rules');
    expect(told).toContain(`<!-- ${FOLDER}rule-tests/contoso.yaml -->\n\n\`\`\`yaml\n${text}\`\`\``);
    const keys = [stepSchema, expectationSchema, testSchema].flatMap((schema) => Object.keys(schema.shape));
    const words = new Set(codes(told.replace(/```[\s\S]*?```/g, '')).flatMap((code) => code.split(/[^\w]+/)));
    expect(keys.filter((key) => !words.has(key))).toEqual([]);
  });
});

describe('the example rules', () => {
  const { rules } = compileRules(parseRules(page(`${FOLDER}rules/contoso.yaml`), 'contoso.yaml').rules);
  const holds = (name: string, now: Scene['now'], before: Scene['before'] = now): boolean | undefined =>
    rules
      .find((rule) => rule.definition.name === name)
      ?.holds(openScene({ now, before, subject: 'x', tenant: 'contoso', at: Date.UTC(2026, 10, 21, 12) }));

  it('announce a review once, at the change', () => {
    expect(holds('review-published', { pir: true }, { pir: false })).toBe(true);
    expect(holds('review-published', { pir: true }, {})).toBe(true);
    expect(holds('review-published', { pir: true }, { pir: true })).toBe(false);
  });

  it('search without regard to case', () => {
    const mail = { active: true, service: 'Exchange Online', impact: 'Users see Delayed messages' };
    expect(holds('exchange-mail-flow', mail)).toBe(true);
    expect(holds('exchange-mail-flow', { ...mail, impact: 'Calendars are slow' })).toBe(false);
  });

  it('read the clock', () => {
    expect(holds('blind-for-an-hour', { blindSince: '2026-11-21T10:59:00.000Z' })).toBe(true);
    expect(holds('blind-for-an-hour', { blindSince: '2026-11-21T11:30:00.000Z' })).toBe(false);
    expect(holds('blind-for-an-hour', { blindSince: null })).toBe(false);
  });
});

describe('the example that verifies a webhook', () => {
  type Verify = (header: string | undefined, body: string, secret: string, now: number) => boolean;
  const example = import(new URL(`${FOLDER}verify-webhook.mjs`, ROOT).href) as Promise<{
    isFromTocsin: Verify;
  }>;
  const now = Date.UTC(2026, 10, 21, 12);
  const body = '{"version":"4","status":"firing","receiver":"höök"}';
  const header = sign(body, 'hush', now);

  it('accepts what Tocsin signs', async () => {
    const { isFromTocsin } = await example;
    expect(isFromTocsin(header, body, 'hush', now + 60_000)).toBe(true);
  });

  it.each<readonly [what: string, ...Parameters<Verify>]>([
    ['another body', header, `${body} `, 'hush', now],
    ['another secret', header, body, 'hash', now],
    ['an old request', header, body, 'hush', now + 301_000],
    ['no signature', undefined, body, 'hush', now],
    ['half a signature', header.slice(0, -2), body, 'hush', now],
  ])('refuses %s', async (_what, ...given) => {
    const { isFromTocsin } = await example;
    expect(isFromTocsin(...given)).toBe(false);
  });
});
