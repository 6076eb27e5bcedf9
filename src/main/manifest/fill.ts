import { parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { Fault } from '../../lib/fault.js';
import type { Json } from '../../model/json.js';
import type { AppFacts } from '../../settings/index.js';
import { slackLimits, teamsLimits } from './limits.js';

/** The Slack manifest as YAML, comments and all. Throws `settings.invalid` for what Slack would not take. */
export function fillSlack(template: string, facts: AppFacts): string {
  const { name, publicUrl, socketMode, manyWorkspaces } = facts;
  if (!socketMode && !publicUrl.startsWith('https:'))
    throw invalid(
      'http.publicUrl: Slack reaches only an https address.',
      'Set it, or set slack.appToken (it need not exist yet) for Socket Mode.',
    );
  if (manyWorkspaces && !publicUrl.startsWith('https:'))
    throw invalid(
      'http.publicUrl: Slack sends browsers back to an https address alone.',
      'Set it, or set slack.botToken for one workspace.',
    );
  const document = parseDocument(template);
  document.setIn(['display_information', 'name'], name);
  document.setIn(['features', 'bot_user', 'display_name'], name);
  document.setIn(['settings', 'socket_mode_enabled'], socketMode);
  document.setIn(['settings', 'org_deploy_enabled'], manyWorkspaces);
  for (const path of ADDRESSES)
    if (socketMode) document.deleteIn(path);
    else document.setIn(path, filled(document, path, { publicUrl }));
  const back = ['oauth_config', 'redirect_urls'];
  if (manyWorkspaces) document.setIn([...back, 0], filled(document, [...back, 0], { publicUrl }));
  else document.deleteIn(back);
  check(slackLimits, document.toJS());
  return document.toString({ lineWidth: 0 });
}

/** Where Slack sends what it has to say; Socket Mode has none. */
const ADDRESSES = [
  ['features', 'slash_commands', 0, 'url'],
  ['settings', 'event_subscriptions', 'request_url'],
  ['settings', 'interactivity', 'request_url'],
] as const;

function filled(document: Document, path: Iterable<unknown>, values: Values): string {
  return fillText(String(document.getIn(path)), values);
}

/** The Teams manifest. Throws `settings.invalid` for what Teams would not take. */
export function fillTeams(template: string, facts: AppFacts, version: string): Json {
  const { name, developer, publicUrl, teamsAppId } = facts;
  if (teamsAppId === undefined)
    throw invalid('teams.appId: is needed for the manifest.', 'It is the Microsoft App ID of the Azure Bot.');
  if (!publicUrl.startsWith('https:'))
    throw invalid('http.publicUrl: Teams reaches only an https address.', 'Set it to the one people use.');
  const manifest = fill(JSON.parse(template) as Json, {
    appId: teamsAppId,
    name,
    version,
    developerName: developer,
    publicUrl,
    publicHost: new URL(publicUrl).host,
    privacyUrl: facts.privacyUrl ?? `${publicUrl}/privacy`,
    termsUrl: facts.termsUrl ?? `${publicUrl}/terms`,
  });
  check(teamsLimits, manifest);
  return manifest;
}

type Values = Readonly<Record<string, string>>;

function fill(node: Json, values: Values): Json {
  if (typeof node === 'string') return fillText(node, values);
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return (node as readonly Json[]).map((item) => fill(item, values));
  return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, fill(inner, values)]));
}

function fillText(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}

function check(limits: z.ZodType, manifest: unknown): void {
  const [issue] = limits.safeParse(manifest).error?.issues ?? [];
  if (issue === undefined) return;
  throw invalid(
    `The manifest would not be taken: ${issue.path.join('.')}: ${issue.message}.`,
    'Shorten or correct what the settings say about it: app and http.publicUrl.',
  );
}

function invalid(message: string, advice: string): Fault {
  return new Fault('settings.invalid', message, { advice });
}
