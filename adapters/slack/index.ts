import type { AdapterPlug } from '../../src/notify/adapter.js';
import { channelSettings, slackSettings } from './settings.js';

/**
 * Slack: HTTP mode on `/slack/events`, or Socket Mode when `appToken` is set. One workspace by its `botToken`, or all that
 * install the app, with `oauth`.
 */
export const slack: AdapterPlug = {
  kind: 'slack',
  settings: slackSettings,
  channel: channelSettings,
  // The platform's library is large: who has no channel there does not load it.
  open: async (settings, deps) => (await import('./open.js')).openSlack(slackSettings.parse(settings), deps),
};
