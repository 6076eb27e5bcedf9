import { describe, expect, it } from '@jest/globals';
import { problems } from './checked.js';

const FILE = '/etc/tocsin/tocsin.yaml';
const TENANT = 'name: contoso, tenantId: contoso.com, clientId: app, clientSecret: hush';
const SECRETS = { env: { TOKEN: 'xoxb-1', SIGNING: 'sign', APP: 'xapp-1', LONG: 'a-long-token' } };

const aTenant = (more: string): string => `tenants: [ { ${TENANT}, ${more} } ]`;
const aSource = (source: string): string => aTenant(`sources: [ ${source} ]`);
const aHook = (more: string): string => `channels: [ { name: hook, kind: webhook, ${more} } ]`;

/** What is written, and exactly what `tocsin check` says of it. */
const MISTAKES: readonly (readonly [what: string, text: string, said: readonly string[]])[] = [
  // The file as a whole
  ['a list at the top', '- tenants', [`${FILE}: expected a map, got a list`]],
  ['text at the top', 'tocsin', [`${FILE}: expected a map, got text`]],
  [
    'a bracket that does not close',
    'a: [',
    [`${FILE}: line 1: Flow sequence in block collection must be sufficiently indented and end with a ]`],
  ],
  ['a key written twice', 'log:\n  level: info\nlog:\n', [`${FILE}: line 3: Map keys must be unique`]],
  [
    'an asterisk without quotes',
    'route: { channel: *noc }',
    [`${FILE}: Unresolved alias (the anchor must be set before the alias): noc`],
  ],
  [
    'two documents',
    'dataDir: ./a\n---\ndataDir: ./b\n',
    [`${FILE}: line 2: a second document begins here (---); the settings are one`],
  ],

  // Keys
  ['an unknown key at the top', 'chanels: []', ['chanels: unknown key; did you mean channels?']],
  ['a key like nothing', 'frobnicate: 1', ['frobnicate: unknown key']],
  ['a misspelt adapter', 'slak: {}', ['slak: unknown key; did you mean slack?']],
  ['an adapter without settings of its own', 'webhook: {}', ['webhook: unknown key']],
  ['snake case', 'data_dir: x', ['data_dir: unknown key; did you mean dataDir?']],
  [
    'an unknown key in a tenant',
    aTenant('certificat: x'),
    ['tenants[0].certificat: unknown key; did you mean certificate?'],
  ],
  [
    'an unknown key in a source',
    aSource('{ kind: service-health, evry: 1m }'),
    ['tenants[0].sources[0].evry: unknown key; did you mean every?'],
  ],
  [
    'an unknown key in a channel',
    aHook('url: https://x.test, timout: 5s'),
    ['channels[0].timout: unknown key; did you mean timeout?'],
  ],
  [
    'an unknown key in a nested route',
    'route: { routes: [ { routes: [ { groupwait: 5s } ] } ] }',
    ['route.routes[0].routes[0].groupwait: unknown key; did you mean groupWait?'],
  ],
  [
    'an unknown key in a mute time',
    'muteTimes: [ { name: n, times: [ { day: [mon] } ] } ]',
    ['muteTimes[0].times[0].day: unknown key; did you mean days?'],
  ],
  [
    'a token beside kind none',
    'console: { auth: { kind: none, token: env:LONG } }',
    ['console.auth.token: unknown key'],
  ],

  // What is missing
  [
    'a tenant with a name only',
    'tenants: [ { name: contoso } ]',
    [
      'tenants[0].tenantId: is required',
      'tenants[0].clientId: is required',
      'tenants[0].clientSecret: set clientSecret or certificate',
    ],
  ],
  [
    'both a secret and a certificate',
    aTenant('certificate: { file: app.pem }'),
    [
      'tenants[0].clientSecret: set clientSecret or certificate, not both',
      'tenants[0].certificate.file: the file app.pem cannot be read',
    ],
  ],
  [
    'a tenant id that is neither',
    'tenants: [ { name: contoso, tenantId: contoso, clientId: app, clientSecret: env:LONG } ]',
    ['tenants[0].tenantId: must be a GUID or a domain'],
  ],
  ['a source without a kind', aSource('{ every: 1m }'), ['tenants[0].sources[0].kind: is required']],
  [
    'a channel without a name',
    'channels: [ { kind: webhook, url: https://x.test } ]',
    ['channels[0].name: is required'],
  ],
  [
    'a channel without an address',
    'channels: [ { name: hook, kind: webhook } ]',
    ['channels[0].url: is required'],
  ],
  ['a key without a value', 'tenants:', ['tenants: expected a list, got nothing']],
  [
    'Slack without a token',
    'slack: { signingSecret: env:SIGNING }',
    ['slack.botToken: is needed, or oauth for many workspaces'],
  ],
  [
    'Slack without a signing secret',
    'slack: { botToken: env:TOKEN }',
    ['slack.signingSecret: is needed unless appToken (Socket Mode) is set'],
  ],
  [
    'the tokens of Slack exchanged',
    'slack: { botToken: env:APP, appToken: env:TOKEN }',
    [
      'slack.botToken: must be the bot token (xoxb-…), not the app-level token',
      'slack.appToken: must be the app-level token (xapp-…), not the bot token',
    ],
  ],
  [
    'Teams without anything',
    'teams: {}',
    [
      'teams.appId: is required (or set insecureLocal on a loopback host)',
      'teams.appPassword: set exactly one of appPassword, certificate and managedIdentity',
    ],
  ],
  [
    'a Slack channel without Slack',
    'channels: [ { name: noc, kind: slack, channel: C0123456 } ]',
    ['channels[0].kind: a slack channel needs the settings slack: at the top level'],
  ],
  [
    'an e-mail channel without a server',
    'channels: [ { name: mail, kind: email, to: [noc@contoso.com] } ]',
    ['channels[0].kind: an email channel needs the settings email: at the top level'],
  ],
  [
    'e-mail with a user and no password, and nobody to write to',
    'email: { url: "smtp://mail.contoso.com", user: tocsin, from: Tocsin }\nchannels: [ { name: mail, kind: email, to: [] } ]',
    [
      'email.from: must be an address such as noc@contoso.com or NOC <noc@contoso.com>',
      'email.password: is needed for the user that signs in',
      'channels[0].to: must name somebody',
    ],
  ],
  ['auth without its token', 'console: { auth: { kind: token } }', ['console.auth.token: is required']],
  ['a console without auth', 'console: {}', ['console.auth: is required']],

  // Wrong types and values
  ['a map for a list', 'tenants: { name: contoso }', ['tenants: expected a list, got a map']],
  ['text for a list', 'rules: builtin', ['rules: expected a list, got text']],
  ['text for a map', 'tenants: [ contoso ]', ['tenants[0]: expected a map, got text']],
  ['a number for text', 'dataDir: 5', ['dataDir: expected text, got a number']],
  ['text for a number', 'http: { port: "80" }', ['http.port: expected a number, got text']],
  ['half a port', 'http: { port: 80.5 }', ['http.port: must be a whole number']],
  ['too large a port', 'http: { port: 70000 }', ['http.port: must be 65535 or less']],
  ['a negative port', 'http: { port: -1 }', ['http.port: must be 0 or more']],
  ['an empty path', 'dataDir: ""', ['dataDir: must not be empty']],
  ['an unknown level', 'log: { level: loud }', ['log.level: must be one of debug, info, warn, error']],
  [
    'an unknown cloud',
    aTenant('cloud: mars'),
    ['tenants[0].cloud: must be one of global, gcc, gcchigh, dod, china'],
  ],
  [
    'an unknown kind of source',
    aSource('{ kind: service-helth }'),
    [
      'tenants[0].sources[0].kind: unknown source kind "service-helth"; did you mean service-health? Known: service-health, message-center, direct-routing, cqd, partner-insights',
    ],
  ],
  [
    'an unknown kind of channel',
    'channels: [ { name: a, kind: carrier-pigeon } ]',
    [
      'channels[0].kind: unknown channel kind "carrier-pigeon". Known: email, pagerduty, slack, teams, webhook',
    ],
  ],
  [
    'an API that is not there',
    aSource('{ kind: service-health, api: soap }'),
    ['tenants[0].sources[0].api: must be one of graph, office365'],
  ],
  [
    'an unknown kind of auth',
    'console: { auth: { kind: ldap } }',
    ['console.auth.kind: must be one of token, entra, none'],
  ],
  [
    'a sign-in with Entra that lacks its app',
    'console: { auth: { kind: entra, tenantId: contoso.com } }',
    ['console.auth.clientId: is required', 'console.auth.clientSecret: is required'],
  ],
  [
    'a short token',
    'console: { auth: { kind: token, token: abc } }',
    ['console.auth.token: must have 8 characters at least'],
  ],
  [
    'an unknown role',
    'people: [ { name: eve, role: boss } ]',
    ['people[0].role: must be one of viewer, responder, admin'],
  ],
  [
    'no e-mail address',
    'people: [ { name: eve, email: eve } ]',
    ['people[0].email: must be an e-mail address'],
  ],
  [
    'a name with a blank',
    aHook('url: https://x.test').replace('name: hook', 'name: a hook'),
    ['channels[0].name: must be letters, digits, dots, hyphens or underscores'],
  ],
  [
    "a Slack channel's name for its id",
    'slack: { botToken: env:TOKEN, signingSecret: env:SIGNING }\nchannels: [ { name: noc, kind: slack, channel: "#noc" } ]',
    ["channels[0].channel: must be the channel's id, such as C0123456 (not its name)"],
  ],
  [
    "a Teams channel's name for its id",
    'teams: { insecureLocal: true }\nchannels: [ { name: noc, kind: teams, conversation: General } ]',
    ['channels[0].conversation: must be a Teams conversation id, such as 19:…@thread.tacv2 for a channel'],
  ],

  // Durations and times
  [
    'a duration in words',
    'route: { groupWait: soon }',
    ['route.groupWait: "soon" is not a duration such as 30s, 5m, 48h or 7d'],
  ],
  [
    'a duration without a unit',
    'route: { repeatInterval: "30" }',
    ['route.repeatInterval: "30" is not a duration such as 30s, 5m, 48h or 7d'],
  ],
  [
    'a duration as a number',
    'route: { groupInterval: 30 }',
    ['route.groupInterval: expected text, got a number'],
  ],
  [
    'a year',
    'retention: { history: 1y }',
    ['retention.history: "1y" is not a duration such as 30s, 5m, 48h or 7d'],
  ],
  ['no history', 'retention: { history: 0s }', ['retention.history: must be 1d at least']],
  [
    'a poll without a pause',
    aSource('{ kind: service-health, every: 0s }'),
    ['tenants[0].sources[0].every: must be 1s at least'],
  ],
  [
    'a span of days that is none',
    'muteTimes: [ { name: n, times: [ { days: [mon-fry] } ] } ]',
    ['muteTimes[0].times[0].days[0]: "mon-fry" is not a day or a span of days such as mon or mon-fri'],
  ],
  [
    'a time that is none',
    'muteTimes: [ { name: n, times: [ { from: "25:00" } ] } ]',
    ['muteTimes[0].times[0].from: "25:00" is not a time of day such as 07:00'],
  ],
  [
    'a zone that is none',
    'muteTimes: [ { name: n, timeZone: Paris, times: [] } ]',
    ['muteTimes[0].timeZone: is not an IANA time zone such as Europe/Paris'],
  ],
  [
    "a person's zone",
    'people: [ { name: eve, timeZone: Mars/Base } ]',
    ['people[0].timeZone: is not an IANA time zone such as Europe/Paris'],
  ],

  // Matchers
  [
    'a matcher that is none',
    'route: { routes: [ { matchers: [critical] } ] }',
    [
      'route.routes[0].matchers[0]: "critical" is not a matcher such as severity="critical" or source=~"cqd|.*-health"',
    ],
  ],
  [
    'quotes that do not close',
    `route: { routes: [ { matchers: ['severity="critical'] } ] }`,
    ['route.routes[0].matchers[0]: "severity=\\"critical": the quotes do not close'],
  ],
  [
    'an expression that RE2 refuses',
    `inhibit: [ { source: ['a=~"("'], target: ['b=c'] } ]`,
    [
      'inhibit[0].source[0]: "(" is not an expression that RE2 takes: error parsing regexp: missing closing )',
    ],
  ],
  [
    'a matcher outside a list',
    'inhibit: [ { source: a=b, target: [c=d] } ]',
    ['inhibit[0].source: expected a list, got text'],
  ],

  // Names that refer to something
  [
    'a channel that is not there',
    `${aHook('url: https://x.test')}\nroute: { channel: hok }`,
    ['route.channel: there is no channel "hok"; did you mean hook?'],
  ],
  [
    'one deep in the tree',
    'route: { routes: [ { routes: [ { channel: pager } ] } ] }',
    ['route.routes[0].routes[0].channel: there is no channel "pager"'],
  ],
  [
    'a mute time that is not there',
    'muteTimes: [ { name: nights, times: [] } ]\nroute: { routes: [ { muteTimes: [night] } ] }',
    ['route.routes[0].muteTimes[0]: there is no mute time "night"; did you mean nights?'],
  ],
  [
    'an active time that is not there',
    'route: { activeTimes: [office] }',
    ['route.activeTimes[0]: there is no mute time "office"'],
  ],
  [
    'a tenant twice',
    `tenants: [ { ${TENANT} }, { ${TENANT} } ]`,
    ['tenants[1].name: "contoso" is taken already'],
  ],
  ['a person twice', 'people: [ { name: a }, { name: a } ]', ['people[1].name: "a" is taken already']],
  [
    'a source twice',
    aSource('{ kind: service-health }, { kind: service-health }'),
    ['tenants[0].sources[1]: a second service-health: give it a name of its own'],
  ],

  // Addresses
  [
    'an endpoint without TLS',
    aTenant('endpoints: { graph: http://graph.test }'),
    ['tenants[0].endpoints.graph: must be an https address (http for a loopback host only)'],
  ],
  [
    'a webhook without TLS',
    aHook('url: http://hook.test'),
    ['channels[0].url: must be an https address (http for a loopback host only)'],
  ],
  ['another kind of database', 'database: mysql://db.test/x', ['database: must be a postgres:// URL']],
  ['another kind of queue', 'redis: http://redis.test', ['redis: must be a redis:// or rediss:// URL']],
  [
    'a public address without a scheme',
    'http: { publicUrl: tocsin.test }',
    ['http.publicUrl: must be an http or https address'],
  ],
  [
    'an authority that is no certificate',
    aTenant('ca: corporate'),
    ['tenants[0].ca: must be file:/path of a PEM certificate'],
  ],

  // Secrets
  [
    'a variable that is not set',
    'database: env:DATABASE_URL',
    ['database: the environment variable DATABASE_URL is not set'],
  ],
  [
    'a file that cannot be read',
    'redis: file:/run/secrets/redis',
    ['redis: the file /run/secrets/redis cannot be read'],
  ],

  // What is open to the network
  [
    'no auth on a public host',
    'http: { host: 0.0.0.0, publicUrl: https://x.test }',
    [
      'console.auth: kind none is only for a loopback host; http.host is 0.0.0.0, so set kind: token or entra',
    ],
  ],
  [
    'no public address on a public host',
    'http: { host: "::" }\nconsole: { auth: { kind: token, token: env:LONG } }',
    ['http.publicUrl: is required when http.host is ::: links on cards lead there'],
  ],
  [
    'a sign-in with Entra to an address that Microsoft does not send people to',
    'http: { host: 0.0.0.0, publicUrl: "http://x.test" }\nconsole: { auth: { kind: entra, tenantId: contoso.com, clientId: a, clientSecret: env:LONG } }',
    ['http.publicUrl: must be an https address for console.auth of kind entra'],
  ],
  [
    'insecure Teams on a public host',
    'http: { host: 10.0.0.1, publicUrl: https://x.test }\nconsole: { auth: { kind: token, token: env:LONG } }\nteams: { insecureLocal: true }',
    ['teams.insecureLocal: is only for a loopback host; http.host is 10.0.0.1'],
  ],
];

describe('a mistake in the settings', () => {
  it.each(MISTAKES)('%s', (_what, text, said) => {
    expect(problems(text, SECRETS)).toEqual(said);
  });

  it('is told with all the others, each once', () => {
    const text = `
      dataDri: ./data
      tenants:
        - name: contoso
          tenantId: contoso.com
          clientId: app
          clientSecret: env:NOT_SET
          sources: [ { kind: service-health, every: often } ]
      channels: [ { name: hook, kind: webhook, url: ftp://x.test } ]
      route: { channel: hock }
    `;
    expect(problems(text)).toEqual([
      'tenants[0].clientSecret: the environment variable NOT_SET is not set',
      'dataDri: unknown key; did you mean dataDir?',
      'tenants[0].sources[0].every: "often" is not a duration such as 30s, 5m, 48h or 7d',
      'channels[0].url: must be an https address (http for a loopback host only)',
      'route.channel: there is no channel "hock"; did you mean hook?',
    ]);
  });

  it('never quotes a secret', () => {
    const text = 'console: { auth: { kind: token, token: s3cret } }\nslack: { botToken: xapp-s3cret }';
    expect(problems(text).join('\n')).not.toContain('s3cret');
  });
});
