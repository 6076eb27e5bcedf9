import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { isFault } from '../../src/lib/fault.js';
import { runManifest } from '../../src/main.js';
import { unzip } from '../support/unzip.js';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const APP_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const HTTP = 'http: { publicUrl: "https://tocsin.contoso.com:8443/" }\n';
const TEAMS = `${HTTP}teams: { appId: ${APP_ID}, appPassword: env:NOT_THERE_YET }\n`;

interface Ran {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

async function run(platform: 'slack' | 'teams', settings: string, out?: string): Promise<Ran> {
  const configPath = join(folder, 'tocsin.yaml');
  writeFileSync(configPath, settings);
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runManifest({
    configPath,
    platform,
    out,
    version: '0.1.0',
    say: (text) => void said.push(text),
    complain: (text) => void complained.push(text),
  });
  return { code, said: said.join(''), complained: complained.join('') };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isFault(error, 'settings.invalid')
    ? `${error.message} ${error.advice}`
    : `no fault: ${String(error)}`;
}

interface SlackManifest {
  readonly display_information: { readonly name: string };
  readonly features: { readonly slash_commands: readonly { readonly url?: string }[] };
  readonly settings: {
    readonly socket_mode_enabled: boolean;
    readonly event_subscriptions: { readonly request_url?: string };
    readonly interactivity: { readonly request_url?: string };
  };
}

describe('the manifest for Slack', () => {
  it('leads to the public address', async () => {
    const { code, said } = await run('slack', HTTP);
    expect(code).toBe(0);
    const { features, settings } = parse(said) as SlackManifest;
    const url = 'https://tocsin.contoso.com:8443/slack/events';
    expect([
      features.slash_commands[0]?.url,
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
    ]).toEqual([url, url, url]);
    expect(settings.socket_mode_enabled).toBe(false);
    expect(said).not.toContain('{{');
  });

  it('has no address for Socket Mode, before there is any token', async () => {
    const { code, said } = await run(
      'slack',
      'slack: { botToken: env:NOT_YET, appToken: env:NOT_YET_EITHER }',
    );
    expect(code).toBe(0);
    expect((parse(said) as SlackManifest).settings).toMatchObject({
      socket_mode_enabled: true,
      event_subscriptions: { bot_events: expect.any(Array) as unknown },
      interactivity: { is_enabled: true },
    });
    expect(said).not.toMatch(/https?:/);
  });

  it('names where browsers come back to when several workspaces install it', async () => {
    const oauth = 'slack: { oauth: { clientId: env:NOT_YET } }\n';
    const { said } = await run('slack', `${HTTP}${oauth}`);
    expect(parse(said)).toMatchObject({
      oauth_config: { redirect_urls: ['https://tocsin.contoso.com:8443/slack/oauth_redirect'] },
      settings: { org_deploy_enabled: true },
    });
    expect(await faultOf(run('slack', `${oauth.trim().slice(0, -2)}, appToken: env:NOT_YET }`))).toMatch(
      /https/,
    );
  });

  it('is called as the settings say, and lies where it was asked for', async () => {
    const { said } = await run('slack', `${HTTP}app: { name: "Glocke: Nord" }`, join(folder, 'out', 'deep'));
    const path = join(folder, 'out', 'deep', 'tocsin-slack.yaml');
    expect(said).toContain(path);
    expect(parse(readFileSync(path, 'utf8'))).toMatchObject({
      display_information: { name: 'Glocke: Nord' },
      features: { bot_user: { display_name: 'Glocke: Nord' } },
    });
  });

  it('needs an address that Slack can reach', async () => {
    expect(await faultOf(run('slack', 'http: { publicUrl: "http://10.0.0.1" }'))).toMatch(
      /https.*Socket Mode/,
    );
  });
});

describe('the app package for Teams', () => {
  const schemaPath = createRequire(import.meta.url)
    .resolve('@microsoft/app-manifest')
    .replace(/build.*$/, 'build/json-schemas/teams/v1.25/MicrosoftTeams.schema.json');
  const ajv = new draft04.default({ strict: false, allErrors: true });
  formats.default(ajv);
  const valid = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')) as object);

  async function files(settings: string) {
    const { code, said } = await run('teams', settings, folder);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringContaining('tocsin-teams.zip is written') as unknown,
    });
    return unzip(readFileSync(join(folder, 'tocsin-teams.zip')));
  }

  it('holds the manifest and its two icons, and nothing else', async () => {
    const found = await files(TEAMS);
    expect(found.map(({ name }) => name)).toEqual(['manifest.json', 'color.png', 'outline.png']);
    for (const icon of ['color.png', 'outline.png'])
      expect(found.find(({ name }) => name === icon)?.data).toEqual(readFileSync(`manifests/teams/${icon}`));
  });

  it('is valid by Microsoft’s own schema', async () => {
    const [manifest] = await files(`${TEAMS}app: { name: Glocke, developer: Contoso IT }`);
    const read = JSON.parse(manifest?.data.toString() ?? '') as object;
    valid(read);
    expect(valid.errors ?? []).toEqual([]);
    expect(read).toMatchObject({
      version: '0.1.0',
      id: APP_ID,
      name: { short: 'Glocke' },
      developer: {
        name: 'Contoso IT',
        websiteUrl: 'https://tocsin.contoso.com:8443',
        privacyUrl: 'https://tocsin.contoso.com:8443/privacy',
        termsOfUseUrl: 'https://tocsin.contoso.com:8443/terms',
      },
      bots: [{ botId: APP_ID }],
      validDomains: ['tocsin.contoso.com:8443'],
      webApplicationInfo: { resource: `api://tocsin.contoso.com:8443/botid-${APP_ID}` },
    });
    expect(JSON.stringify(read)).not.toContain('{{');
  });

  it('names pages of the organisation’s own', async () => {
    const [manifest] = await files(
      `${TEAMS}app: { privacyUrl: "https://contoso.com/p", termsUrl: "https://contoso.com/t" }`,
    );
    expect(JSON.parse(manifest?.data.toString() ?? '')).toMatchObject({
      developer: { privacyUrl: 'https://contoso.com/p', termsOfUseUrl: 'https://contoso.com/t' },
    });
  });

  it.each([
    ['no app id', HTTP, /teams\.appId: is needed/],
    ['no public address', `teams: { appId: ${APP_ID} }`, /publicUrl: Teams reaches only/],
    [
      'an http address',
      `http: { publicUrl: "http://localhost" }\nteams: { appId: ${APP_ID} }`,
      /only an https/,
    ],
  ])('is not made with %s', async (_what, settings, words) => {
    expect(await faultOf(run('teams', settings))).toMatch(words);
  });
});

describe('settings that a manifest cannot be made of', () => {
  it.each([
    [
      'a name that is too long',
      `app: { name: ${'x'.repeat(31)} }`,
      /^app\.name: must be 30 characters at most\n$/,
    ],
    ['an unknown key', 'app: { nam: X }', /^app\.nam: unknown key; did you mean name\?\n$/],
    ['an app id that is none', 'teams: { appId: tocsin }', /^teams\.appId: must be the GUID/],
    ['an app id that is not there', 'teams: { appId: env:NOT_THERE }', /NOT_THERE is not set/],
    ['no YAML', 'app: [', /tocsin\.yaml: /],
  ])('%s', async (_what, settings, words) => {
    const { code, complained } = await run('slack', `${HTTP}${settings}`);
    expect(code).toBe(78);
    expect(complained).toMatch(words);
  });

  it('a file that is not there', async () => {
    const lost = runManifest({
      configPath: join(folder, 'lost.yaml'),
      platform: 'slack',
      out: undefined,
      version: '0.1.0',
      say: () => undefined,
      complain: () => undefined,
    });
    expect(await faultOf(lost)).toMatch(/lost\.yaml cannot be read.*--config/);
  });
});
