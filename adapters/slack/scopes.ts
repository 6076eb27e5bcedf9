/** What the app asks for when it is installed: the same as in manifests/slack, where each has its reason. */
export const SCOPES: readonly string[] = [
  'chat:write',
  'chat:write.public',
  'commands',
  'app_mentions:read',
  'im:history',
  'im:write',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
  'files:write',
  'usergroups:read',
  'usergroups:write',
  'users:read',
  'users:read.email',
];
