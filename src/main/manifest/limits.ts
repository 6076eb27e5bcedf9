import { z } from 'zod';

const https = z.url({ protocol: /^https$/, error: 'must be an https address' }).max(2_048);
const guid = z.uuid();
const text = (max: number) => z.string().min(1).max(max);

/** What Slack takes of what we write (slackapi/manifest-schema, 2.0.0), and no key beside it. */
export const slackLimits = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({
    name: text(35),
    description: text(140),
    long_description: z.string().min(175).max(4_000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/i),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: text(80), always_online: z.boolean() }),
    shortcuts: z
      .array(
        z.strictObject({
          name: text(24),
          type: z.enum(['message', 'global']),
          callback_id: text(255),
          description: text(150),
        }),
      )
      .max(10)
      .optional(),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/.{1,31}$/),
          url: https.max(3_000).optional(),
          description: text(2_000),
          usage_hint: z.string().max(1_000),
          should_escape: z.boolean(),
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(https).max(1_000).optional(),
    scopes: z.strictObject({ bot: z.array(z.string()).min(1).max(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: https.max(3_500).optional(),
      bot_events: z.array(z.string()).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: https.max(3_500).optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

const scopes = z
  .array(z.enum(['team', 'personal', 'groupChat']))
  .min(1)
  .max(3);

/** What Teams takes of what we write (Microsoft's Teams app manifest schema, 1.25), and no key beside it. */
export const teamsLimits = z.strictObject({
  $schema: https,
  manifestVersion: z.literal('1.25'),
  version: z.string().regex(/^\d+\.\d+\.\d+([-+][\w.-]+)?$/),
  id: guid,
  developer: z.strictObject({ name: text(32), websiteUrl: https, privacyUrl: https, termsOfUseUrl: https }),
  name: z.strictObject({ short: text(30), full: text(100) }),
  description: z.strictObject({ short: text(80), full: text(4_000) }),
  icons: z.strictObject({ color: text(2_048), outline: text(2_048) }),
  accentColor: z.string().regex(/^#[0-9a-f]{6}$/i),
  bots: z.tuple([
    z.strictObject({
      botId: guid,
      scopes,
      isNotificationOnly: z.boolean(),
      supportsCalling: z.boolean(),
      supportsVideo: z.boolean(),
      supportsFiles: z.boolean(),
      commandLists: z
        .array(
          z.strictObject({
            scopes,
            commands: z
              .array(z.strictObject({ title: text(128), description: text(4_000) }))
              .min(1)
              // The schema takes 12; clients before 1.24 show 10.
              .max(10),
          }),
        )
        .max(3),
    }),
  ]),
  staticTabs: z
    .array(
      z.strictObject({
        entityId: text(64),
        name: text(128).optional(),
        contentUrl: https.optional(),
        websiteUrl: https.optional(),
        scopes,
      }),
    )
    .max(16),
  supportsChannelFeatures: z.literal('tier1'),
  permissions: z.array(z.enum(['identity', 'messageTeamMembers'])).max(2),
  validDomains: z.array(text(2_048)).max(16),
  webApplicationInfo: z.strictObject({ id: guid, resource: text(2_048) }),
  authorization: z.strictObject({
    permissions: z.strictObject({
      resourceSpecific: z.array(z.strictObject({ name: text(128), type: z.literal('Application') })).max(16),
    }),
  }),
});
