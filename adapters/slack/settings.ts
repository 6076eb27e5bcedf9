import { z } from 'zod';

const API_URL = 'https://slack.com/api/';

/** With the workspace in front where there may be several: `T0123456/S0123456`. */
const GROUP = /^(?:T[A-Z0-9]{2,}\/)?S[A-Z0-9]{2,}$/;

const oauth = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  stateSecret: z
    .string()
    .min(16, 'must be 16 characters at least: whoever knows it can forge an installation'),
  workspaces: z
    .array(
      z.string().regex(/^[TE][A-Z0-9]{2,}$/, 'must be the id of a workspace (T0123) or organisation (E0123)'),
    )
    .default([]),
});

export const slackSettings = z
  .strictObject({
    botToken: z
      .string()
      .min(1)
      .refine(
        (token) => !token.startsWith('xapp-'),
        'must be the bot token (xoxb-…), not the app-level token',
      )
      .optional(),
    oauth: oauth.optional(),
    signingSecret: z.string().min(1).optional(),
    userGroups: z
      .array(
        z.strictObject({
          schedule: z.string().min(1),
          group: z.string().regex(GROUP, "must be the user group's id, such as S0123456 (not its handle)"),
        }),
      )
      .default([]),
    appToken: z
      .string()
      .min(1)
      .refine(
        (token) => !token.startsWith('xoxb-'),
        'must be the app-level token (xapp-…), not the bot token',
      )
      .optional(),
    apiUrl: z
      .string()
      .refine(isAllowedAddress, 'must be an https address (http for a loopback host only)')
      .default(API_URL),
  })
  .refine(({ botToken, oauth: many }) => botToken !== undefined || many !== undefined, {
    path: ['botToken'],
    message: 'is needed, or oauth for many workspaces',
  })
  .refine(({ botToken, oauth: many }) => botToken === undefined || many === undefined, {
    path: ['oauth'],
    message: 'is for many workspaces, botToken for one: only one of them can be',
  })
  .refine(({ signingSecret, appToken }) => signingSecret !== undefined || appToken !== undefined, {
    path: ['signingSecret'],
    message: 'is needed unless appToken (Socket Mode) is set',
  });

export type SlackSettings = z.output<typeof slackSettings>;

export const channelSettings = z.strictObject({
  channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{2,}$/, "must be the channel's id, such as C0123456 (not its name)"),
  mention: z
    .string()
    .regex(/^S[A-Z0-9]{2,}$/, "must be the user group's id, such as S0123456 (not its handle)")
    .optional(),
  team: z
    .string()
    .regex(/^T[A-Z0-9]{2,}$/, "must be the workspace's id, such as T0123456 (not its name)")
    .optional(),
});

function isAllowedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}
