import { z } from 'zod';

export type TeamsCloud = 'global' | 'gcc' | 'gcchigh' | 'dod' | 'china';

/** Where a cloud's Bot Framework lives. Addresses without a trailing slash. */
export interface BotCloud {
  /** Where the bot asks for its own token. */
  readonly login: string;
  /** What that token is for. */
  readonly scope: string;
  /** Who signs what the platform sends to the bot, and where the keys are. */
  readonly issuer: string;
  readonly openIdMetadata: string;
  readonly emulatorOpenIdMetadata: string;
  readonly oauth: string;
  /** Used until a real service address has been heard. */
  readonly serviceUrl: string;
  /** The host of links to messages. */
  readonly web: string;
}

const PUBLIC: BotCloud = {
  login: 'https://login.microsoftonline.com',
  scope: 'https://api.botframework.com',
  issuer: 'https://api.botframework.com',
  openIdMetadata: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  emulatorOpenIdMetadata: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
  oauth: 'https://api.botframework.com',
  serviceUrl: 'https://smba.trafficmanager.net/teams',
  web: 'https://teams.microsoft.com',
};

const GOVERNMENT: BotCloud = {
  login: 'https://login.microsoftonline.us',
  scope: 'https://api.botframework.us',
  issuer: 'https://api.botframework.us',
  openIdMetadata: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  emulatorOpenIdMetadata:
    'https://login.microsoftonline.us/cab8a31a-1906-4287-a0d8-4eef66b95f6e/v2.0/.well-known/openid-configuration',
  oauth: 'https://api.botframework.azure.us',
  serviceUrl: 'https://smba.infra.gov.teams.microsoft.us/teams',
  web: 'https://gov.teams.microsoft.us',
};

/**
 * The built-in constants of the Bot Framework SDK for the public and the government cloud; China as in "Implement Azure Bot
 * authentication in China cloud" (Microsoft Learn); service addresses as in the Agents SDK's constants.
 */
export const CLOUDS: Readonly<Record<TeamsCloud, BotCloud>> = {
  global: PUBLIC,
  gcc: { ...PUBLIC, serviceUrl: 'https://smba.infra.gcc.teams.microsoft.com/teams' },
  gcchigh: GOVERNMENT,
  dod: {
    ...GOVERNMENT,
    serviceUrl: 'https://smba.infra.dod.teams.microsoft.us/teams',
    web: 'https://dod.teams.microsoft.us',
  },
  china: {
    login: 'https://login.partner.microsoftonline.cn',
    scope: 'https://api.botframework.azure.cn',
    issuer: 'https://api.botframework.azure.cn',
    openIdMetadata: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
    emulatorOpenIdMetadata:
      'https://login.partner.microsoftonline.cn/a55a4d5b-9241-49b1-b4ff-befa8db00269/v2.0/.well-known/openid-configuration',
    oauth: 'https://token.botframework.azure.cn',
    serviceUrl: 'https://frontend.botapi.msg.infra.teams.microsoftonline.cn',
    web: 'https://teams.microsoftonline.cn',
  },
};

const address = z
  .string()
  .refine(isAllowedAddress, 'must be an https address (http for a loopback host only)')
  .transform((text) => text.replace(/\/+$/, ''));

const certificate = z.strictObject({
  /** A PEM file with the certificate and its private key. */
  file: z.string().min(1),
  passphrase: z.string().min(1).optional(),
});

export const teamsSettings = z
  .strictObject({
    appId: z.uuid({ error: 'must be the GUID of the bot registration' }).optional(),
    appPassword: z.string().min(1).optional(),
    certificate: certificate.optional(),
    /** The bot is a user-assigned managed identity of Azure, `appId` its client id: there is no secret. */
    managedIdentity: z.boolean().default(false),
    /** The tenant of a single-tenant bot. Without it the bot is multi-tenant. */
    tenantId: z.string().min(1).optional(),
    cloud: z.enum(['global', 'gcc', 'gcchigh', 'dod', 'china']).default('global'),
    endpoints: z
      .strictObject({
        login: address.optional(),
        scope: z.string().min(1).optional(),
        issuer: z.string().min(1).optional(),
        openIdMetadata: address.optional(),
        emulatorOpenIdMetadata: address.optional(),
        oauth: address.optional(),
        web: address.optional(),
      })
      .optional(),
    /** PEM of a private certificate authority. */
    ca: z.string().min(1).optional(),
    serviceUrl: address.optional(),
    /** No app id, no token either way: for the Agents Playground on this machine. */
    insecureLocal: z.boolean().default(false),
  })
  .superRefine((settings, context) => {
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (settings.insecureLocal) {
      if (settings.appId !== undefined) problem('appId', 'must be absent with insecureLocal');
      return;
    }
    if (settings.appId === undefined)
      problem('appId', 'is required (or set insecureLocal on a loopback host)');
    const ways = [settings.appPassword, settings.certificate, settings.managedIdentity || undefined];
    if (ways.filter((way) => way !== undefined).length !== 1)
      problem('appPassword', 'set exactly one of appPassword, certificate and managedIdentity');
    if (settings.managedIdentity && settings.tenantId === undefined)
      problem('tenantId', 'is required with managedIdentity: such a bot belongs to one tenant');
  });

export type TeamsSettings = z.output<typeof teamsSettings>;

export const teamsChannel = z.strictObject({
  conversation: z
    .string()
    .regex(
      /^(19:.+@(thread\.(tacv2|skype|v2)|unq\.gbl\.spaces)|a:.+|29:.+)$/,
      'must be a Teams conversation id, such as 19:…@thread.tacv2 for a channel',
    ),
  serviceUrl: address.optional(),
  tenantId: z.string().min(1).optional(),
});

export type TeamsChannelSettings = z.output<typeof teamsChannel>;

/** The addresses of these settings: the cloud's, with what the settings override. */
export function botCloudOf(settings: TeamsSettings): BotCloud {
  const given = Object.entries(settings.endpoints ?? {}).filter(([, value]) => value !== undefined);
  return {
    ...CLOUDS[settings.cloud],
    ...Object.fromEntries(given),
    ...(settings.serviceUrl === undefined ? {} : { serviceUrl: settings.serviceUrl }),
  };
}

function isAllowedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}
