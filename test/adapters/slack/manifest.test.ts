import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { SCOPES } from '../../../adapters/slack/scopes.js';

const adapter = new URL('../../../adapters/slack/', import.meta.url);
const code = readdirSync(adapter)
  .map((file) => readFileSync(new URL(file, adapter), 'utf8'))
  .join('\n');
const manifest = z
  .object({
    features: z.object({ slash_commands: z.array(z.object({ command: z.string() })) }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
  })
  .parse(parse(readFileSync(new URL('../../../manifests/slack/manifest.yaml', import.meta.url), 'utf8')));

/** What each method and event needs, for the kinds of conversation that we use (Slack's pages of the methods and events). */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write', 'chat:write.public'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'files.uploadV2': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'usergroups.users.update': ['usergroups:write'],
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.update': [],
  'views.push': [],
  'views.publish': [],
  app_mention: ['app_mentions:read'],
  app_home_opened: [],
  app_uninstalled: [],
  tokens_revoked: [],
  'message.im': ['im:history'],
};

const methods = [
  ...new Set([...code.matchAll(/client\.([a-z]+(?:\.[a-zA-Z0-9]+)+)\(/g)].map(([, name]) => name ?? '')),
];
const events = [...new Set([...code.matchAll(/app\.event\('(\w+)'/g)].map(([, name]) => name ?? ''))].map(
  (name) =>
    // The only messages that are heard without a mention are direct ones.
    name === 'message' ? 'message.im' : name,
);

describe('the Slack app manifest', () => {
  it('asks for the scopes that the adapter uses, and for no others', () => {
    const used = [...methods, ...events];
    expect(used.filter((name) => NEEDS[name] === undefined)).toEqual([]);
    const needed = new Set(['commands', ...used.flatMap((name) => NEEDS[name] ?? [])]);
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it('asks a workspace that installs it for the same', () => {
    expect([...SCOPES].sort()).toEqual([...manifest.oauth_config.scopes.bot].sort());
  });

  it('subscribes to the events that the adapter hears, and to no others', () => {
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual([...events].sort());
  });

  it('has the one command that the adapter answers', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/tocsin']);
  });

  it('tells in the README why it asks for each', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const table = readme.slice(readme.indexOf('### Slack'), readme.indexOf('### Teams'));
    for (const scope of manifest.oauth_config.scopes.bot) expect(table).toContain(`\`${scope}\``);
  });
});
