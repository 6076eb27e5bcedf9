import type { Settings } from '../settings/index.js';

/** Where Teams runs, in all clouds (Microsoft Learn, "Tab prerequisites": the frame-ancestors of a tab's page). */
const TEAMS = [
  'https://teams.microsoft.com',
  'https://*.teams.microsoft.com',
  'https://*.cloud.microsoft',
  'https://*.skype.com',
  'https://gov.teams.microsoft.us',
  'https://dod.teams.microsoft.us',
  'https://teams.microsoftonline.cn',
];

/** Whose pages may show the console: those of Teams when there is a bot, whose app has a tab for it. */
export function framesOf({ adapters, http }: Pick<Settings, 'adapters' | 'http'>): readonly string[] {
  return adapters['teams'] !== undefined && http.publicUrl.startsWith('https:') ? TEAMS : [];
}
