import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const path = new URL('../../../manifests/slack/manifest.yaml', import.meta.url);
const text = readFileSync(path, 'utf8');

/** The bounds of Slack's manifest schema for what we use. */
const manifestShape = z.object({
  display_information: z.object({
    name: z.string().max(35),
    description: z.string().max(140),
    long_description: z.string().min(175).max(4_000),
    background_color: z.string().max(7),
  }),
  features: z.object({
    bot_user: z.object({ display_name: z.string().max(80) }),
    slash_commands: z.tuple([
      z.object({
        command: z.literal('/tocsin'),
        url: z.literal('{{publicUrl}}/slack/events'),
        description: z.string().max(2_000),
      }),
    ]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({
      request_url: z.literal('{{publicUrl}}/slack/events'),
      bot_events: z.tuple([z.literal('app_mention'), z.literal('message.im')]),
    }),
    interactivity: z.object({
      is_enabled: z.literal(true),
      request_url: z.literal('{{publicUrl}}/slack/events'),
    }),
  }),
});

describe('the Slack app manifest', () => {
  it('is within the bounds of Slack', () => {
    expect(manifestShape.safeParse(parse(text)).error).toBeUndefined();
  });

  it('asks for the scopes that the adapter uses', () => {
    const { bot } = manifestShape.parse(parse(text)).oauth_config.scopes;
    for (const scope of [
      'chat:write',
      'commands',
      'app_mentions:read',
      'im:history',
      'channels:history',
      'users:read',
    ]) {
      expect(bot).toContain(scope);
    }
    expect(new Set(bot).size).toBe(bot.length);
  });
});
