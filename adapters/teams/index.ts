import type { AdapterPlug } from '../../src/notify/adapter.js';
import { teamsChannel, teamsSettings, type TeamsSettings } from './settings.js';

/** Microsoft Teams through the Bot Framework: channels, group chats and chats with one person. */
export const teams: AdapterPlug = {
  kind: 'teams',
  settings: teamsSettings,
  channel: teamsChannel,
  // The platform's library is large: who has no channel there does not load it.
  open: async (settings, deps) => (await import('./open.js')).openTeams(settings as TeamsSettings, deps),
};
