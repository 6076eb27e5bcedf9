import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../src/model/time.js';
import { checked, problems, warnings } from './checked.js';

const HOOK = 'channels: [ { name: hook, kind: webhook, url: https://x.test } ]';
const PEM = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n';

function good(...given: Parameters<typeof checked>) {
  const { settings, problems: found } = checked(...given);
  if (settings === undefined) throw new Error(found.map(({ message }) => message).join('\n'));
  return settings;
}

const aTenant = (more: string): string =>
  `tenants: [ { name: contoso, tenantId: contoso.com, clientId: app, ${more} } ]`;

describe('what is left out', () => {
  it('has a safe default', () => {
    const settings = good('');
    expect(settings).toMatchObject({
      dataDir: '/etc/tocsin/data',
      http: { host: '127.0.0.1', port: 3978, publicUrl: 'http://127.0.0.1:3978' },
      log: { level: 'info' },
      rules: [{ kind: 'builtin' }],
      console: { auth: { kind: 'none' } },
    });
    expect(settings.database).toBeUndefined();
  });

  it("follows Alertmanager's timing", () => {
    expect(good('').route).toMatchObject({
      groupBy: ['tenant', 'subject'],
      groupWait: 30 * SECOND,
      groupInterval: 5 * MINUTE,
      repeatInterval: 4 * HOUR,
    });
  });

  it('calls it the same incident within an hour, and flapping at the fourth time', () => {
    expect(good('').incidents).toEqual({
      reopenWithinMs: HOUR,
      flapping: { fires: 4, withinMs: HOUR, calmMs: 30 * MINUTE, showMs: 15 * MINUTE },
    });
    expect(good('incidents: { reopenWithin: 0s, flapping: { fires: 6, calm: 2h } }').incidents).toMatchObject(
      {
        reopenWithinMs: 0,
        flapping: { fires: 6, withinMs: HOUR, calmMs: 2 * HOUR },
      },
    );
  });

  it('polls service health every minute', () => {
    const [tenant] = good(aTenant('clientSecret: env:S, sources: [ { kind: service-health } ]'), {
      env: { S: 'x' },
    }).tenants;
    expect(tenant?.sources).toEqual([
      { kind: 'service-health', everyMs: MINUTE, settings: { api: 'graph', reconcile: 30 * MINUTE } },
    ]);
  });

  it('makes an address that a browser can open', () => {
    const text = (host: string): string =>
      `http: { host: "${host}", port: 80 }\nconsole: { auth: { kind: none } }`;
    expect(good(text('::1')).http.publicUrl).toBe('http://[::1]:80');
    expect(good(text('localhost')).http.publicUrl).toBe('http://localhost:80');
  });
});

describe('routes', () => {
  const { route } = good(`
${HOOK}
muteTimes: [ { name: nights, timeZone: Europe/Paris, times: [ { from: "20:00", to: "07:00" } ] } ]
route:
  channel: hook
  groupBy: [tenant]
  groupWait: 10s
  muteTimes: [nights]
  routes:
    - matchers: [ 'severity="critical"' ]
      groupWait: 0s
      continue: true
      routes:
        - matchers: [ 'source=~"tocsin|cqd"' ]
          repeatInterval: 1h
`);
  const [child] = route.routes;
  const [grandchild] = child?.routes ?? [];

  it('inherit what they do not say', () => {
    expect(child).toMatchObject({ channel: 'hook', groupBy: ['tenant'], groupWait: 0, continue: true });
    expect(grandchild).toMatchObject({
      channel: 'hook',
      groupBy: ['tenant'],
      groupWait: 0,
      groupInterval: 5 * MINUTE,
      repeatInterval: HOUR,
      continue: false,
    });
  });

  it('do not inherit mute times, as in Alertmanager', () => {
    expect(route.muteTimes).toEqual(['nights']);
    expect(child?.muteTimes).toEqual([]);
  });
});

describe('mute times', () => {
  it('name days and spans of days, over the weekend too', () => {
    const { muteTimes } = good(`
muteTimes:
  - name: quiet
    times: [ { days: [fri-mon, wed], from: "22:30", to: "24:00" }, {} ]
`);
    expect(muteTimes).toEqual([
      {
        name: 'quiet',
        timeZone: 'UTC',
        times: [
          { days: [1, 3, 5, 6, 7], from: 1350, to: 1440 },
          { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 },
        ],
      },
    ]);
  });
});

describe('a tenant', () => {
  const endpointsIn = (cloud: string) =>
    good(aTenant(`clientSecret: env:S, cloud: ${cloud}`), { env: { S: 'x' } }).tenants[0]?.connection
      .endpoints;

  it.each([
    ['global', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['gcc', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['gcchigh', 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['dod', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    ['china', 'https://login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ])('in the cloud %s asks its own hosts', (cloud, login, graph) => {
    expect(endpointsIn(cloud)).toMatchObject({ login, graph });
  });

  it('may replace one host of its cloud', () => {
    const text = aTenant('clientSecret: env:S, endpoints: { graph: "http://127.0.0.1:8080/" }');
    const [tenant] = good(text, { env: { S: 'x' } }).tenants;
    expect(tenant?.connection).toMatchObject({
      customHosts: true,
      endpoints: { login: 'https://login.microsoftonline.com', graph: 'http://127.0.0.1:8080' },
    });
  });

  it('signs in with a certificate beside the settings file', () => {
    const [tenant] = good(aTenant('certificate: { file: app.pem, passphrase: env:P }'), {
      env: { P: 'open' },
      files: { '/etc/tocsin/app.pem': PEM + KEY },
    }).tenants;
    expect(tenant?.connection.credential).toEqual({ certificatePem: PEM + KEY, passphrase: 'open' });
  });

  it('needs the private key with it', () => {
    const text = aTenant('certificate: { file: app.pem }');
    expect(problems(text, { files: { '/etc/tocsin/app.pem': PEM } })).toEqual([
      'tenants[0].certificate.file: must hold the certificate and its private key as PEM',
    ]);
  });
});

describe('a secret', () => {
  it('comes from the environment or from a file, without its last line break', () => {
    const [tenant] = good(`${aTenant('clientSecret: "file:secrets/app"')}\ndatabase: env:DB`, {
      env: { DB: 'postgres://db.test/tocsin' },
      files: { '/etc/tocsin/secrets/app': 'hush\n' },
    }).tenants;
    expect(tenant?.connection.credential).toEqual({ secret: 'hush' });
  });

  it.each([
    ['a client secret', aTenant('clientSecret: hush'), 'tenants[0].clientSecret'],
    ['a token', 'console: { auth: { kind: token, token: long-enough } }', 'console.auth.token'],
    ['a password in an address', 'database: postgres://u:p@db.test/x', 'database'],
  ])('that stands in the file is worth a warning: %s', (_what, text, path) => {
    expect(warnings(text)).toContain(`${path}: a secret stands in the file; write env:NAME or file:/path`);
    expect(problems(text)).toEqual([]);
  });

  it('in a variable that is empty is not set', () => {
    expect(problems('redis: env:R', { env: { R: '' } })).toEqual([
      'redis: the environment variable R is not set',
    ]);
  });
});

describe('what is allowed and probably not meant', () => {
  it('is a warning: an empty file', () => {
    expect(warnings('')).toEqual([
      'tenants: there is no source, so nothing is watched',
      'route.channel: is not set: what no other route takes is told to nobody',
    ]);
  });

  it('is a warning: a channel that no route names', () => {
    const text = `${HOOK}\nroute: { routes: [ { channel: hook } ] }`;
    expect(warnings(text)).not.toContain('channels[0]: no route leads to hook');
    expect(warnings(HOOK)).toContain('channels[0]: no route leads to hook');
    const paged = `${HOOK}\npeople: [{ name: alice, notify: [{ via: hook }] }]`;
    expect(warnings(paged)).not.toContain('channels[0]: no route leads to hook');
  });
});

describe('a Slack app that many may install', () => {
  const slack = (workspaces: string): string =>
    `slack: { signingSecret: s, oauth: { clientId: "1.2", clientSecret: x, stateSecret: sixteen letters!${workspaces} } }`;

  it('is a warning when anybody may, and none when it is said who', () => {
    expect(warnings(slack(''))).toContainEqual(
      expect.stringMatching(/^slack\.oauth\.workspaces: is empty: every workspace/),
    );
    expect(warnings(slack(', workspaces: [T0123]'))).not.toContainEqual(
      expect.stringMatching(/^slack\.oauth\.workspaces/),
    );
  });
});

describe('rule files', () => {
  it('lie beside the settings file', () => {
    expect(good('rules: [ builtin, ./rules/*.yaml, /opt/rules.yaml ]').rules).toEqual([
      { kind: 'builtin' },
      { kind: 'file', path: '/etc/tocsin/rules/*.yaml' },
      { kind: 'file', path: '/opt/rules.yaml' },
    ]);
  });

  it('are known although something else is wrong', () => {
    expect(checked('rules: [ a.yaml ]\nfrobnicate: 1').rules).toEqual([
      { kind: 'file', path: '/etc/tocsin/a.yaml' },
    ]);
  });
});
