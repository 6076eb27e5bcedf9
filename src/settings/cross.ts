import { isLoopback } from '../lib/http/agent.js';
import { onCallChannels, onCallProblems } from './cross-on-call.js';
import { nearestOf, pathText, type Path, type Problem } from './problem.js';

/**
 * What one part of the settings says about another: names that must be known or unique, and what a public address forbids.
 * Looks at the settings as written, so that a mistake elsewhere does not hide it.
 */
export function crossCheck(written: unknown): Problem[] {
  const top = object(written);
  const channels = names(top['channels']);
  const muteTimes = names(top['muteTimes']);
  return [
    ...twins(top, 'tenants'),
    ...twins(top, 'channels'),
    ...twins(top, 'people'),
    ...twins(top, 'muteTimes'),
    ...twins(top, 'schedules'),
    ...twins(top, 'escalations'),
    ...sourceTwins(top),
    ...credentialProblems(top),
    ...routeProblems(top['route'], ['route'], channels, muteTimes),
    ...adapterProblems(top),
    ...fallbackProblems(top, channels),
    ...exposure(top),
    ...entraProblems(top),
    ...onCallProblems(top),
  ];
}

/** What is allowed and yet probably not meant. */
export function crossWarnings(written: unknown): Problem[] {
  const top = object(written);
  const tenants = array(top['tenants']);
  const routed = new Set([
    ...routedChannels(top['route']),
    ...array(top['channels']).flatMap((channel) => text(object(channel)['fallback']) ?? []),
    ...onCallChannels(top),
  ]);
  const sources = tenants.flatMap((tenant) => array(object(tenant)['sources']));
  return [
    ...(sources.length === 0 ? [problem(['tenants'], 'there is no source, so nothing is watched')] : []),
    ...(object(top['route'])['channel'] === undefined
      ? [problem(['route', 'channel'], 'is not set: what no other route takes is told to nobody')]
      : []),
    ...array(top['channels']).flatMap((channel, index) => {
      const name = text(object(channel)['name']);
      return name === undefined || routed.has(name)
        ? []
        : [problem(['channels', index], `no route leads to ${name}`)];
    }),
    ...strangers(top),
  ];
}

/** Whoever has installed it may ask, about every tenant. */
function strangers(top: Readonly<Record<string, unknown>>): Problem[] {
  const oauth = object(top['slack'])['oauth'];
  if (oauth === undefined || array(object(oauth)['workspaces']).length > 0) return [];
  const what =
    'is empty: every workspace that reaches the page /slack/install may install it, and then ask about your tenants';
  return [problem(['slack', 'oauth', 'workspaces'], what)];
}

function routedChannels(route: unknown): string[] {
  const node = object(route);
  return [
    ...[node['channel'], node['fallback']].flatMap((name) => text(name) ?? []),
    ...array(node['routes']).flatMap(routedChannels),
  ];
}

function names(list: unknown): string[] {
  return array(list).flatMap((item) => text(object(item)['name']) ?? []);
}

function twins(top: Readonly<Record<string, unknown>>, key: string): Problem[] {
  const seen = new Set<string>();
  return array(top[key]).flatMap((item, index) => {
    const name = text(object(item)['name']);
    if (name === undefined) return [];
    const again = seen.has(name);
    seen.add(name);
    return again ? [problem([key, index, 'name'], `"${name}" is taken already`)] : [];
  });
}

/** Two sources of one kind need names: the name is part of the subject. */
function sourceTwins(top: Readonly<Record<string, unknown>>): Problem[] {
  return array(top['tenants']).flatMap((tenant, t) => {
    const seen = new Set<string>();
    return array(object(tenant)['sources']).flatMap((source, s) => {
      const { kind, name } = object(source);
      const key = `${text(kind) ?? ''}/${text(name) ?? ''}`;
      const again = seen.has(key) && text(kind) !== undefined;
      seen.add(key);
      return again
        ? [
            problem(
              ['tenants', t, 'sources', s],
              `a second ${key.replace(/\/$/, '')}: give it a name of its own`,
            ),
          ]
        : [];
    });
  });
}

function credentialProblems(top: Readonly<Record<string, unknown>>): Problem[] {
  return array(top['tenants']).flatMap((tenant, t) => {
    const { clientSecret, certificate } = object(tenant);
    if (typeof tenant !== 'object' || (clientSecret === undefined) !== (certificate === undefined)) return [];
    const message =
      clientSecret === undefined
        ? 'set clientSecret or certificate'
        : 'set clientSecret or certificate, not both';
    return [problem(['tenants', t, 'clientSecret'], message)];
  });
}

function routeProblems(
  route: unknown,
  path: Path,
  channels: readonly string[],
  muteTimes: readonly string[],
  inherited?: string,
): Problem[] {
  const node = object(route);
  const channel = text(node['channel']);
  const here = channel ?? inherited;
  const timings = (['muteTimes', 'activeTimes'] as const).flatMap((key) =>
    array(node[key]).flatMap((name, index) =>
      typeof name === 'string' && !muteTimes.includes(name)
        ? [problem([...path, key, index], unknown('mute time', name, muteTimes))]
        : [],
    ),
  );
  return [
    ...(channel !== undefined && !channels.includes(channel)
      ? [problem([...path, 'channel'], unknown('channel', channel, channels))]
      : []),
    ...standInProblems(node['fallback'], here, [...path, 'fallback'], channels),
    ...timings,
    ...array(node['routes']).flatMap((child, index) =>
      routeProblems(child, [...path, 'routes', index], channels, muteTimes, here),
    ),
  ];
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const meant = nearestOf(name, known);
  return `there is no ${what} "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** Kinds of channels that say nothing without settings of their own at the top level. */
const NEEDS_SETTINGS = ['slack', 'teams', 'email'];

/** A Slack or Teams channel needs the platform's own settings, e-mail its server. */
function adapterProblems(top: Readonly<Record<string, unknown>>): Problem[] {
  return array(top['channels']).flatMap((channel, index) => {
    const kind = text(object(channel)['kind']);
    return kind !== undefined && NEEDS_SETTINGS.includes(kind) && top[kind] === undefined
      ? [
          problem(
            ['channels', index, 'kind'],
            `${kind === 'email' ? 'an' : 'a'} ${kind} channel needs the settings ${kind}: at the top level`,
          ),
        ]
      : [];
  });
}

function fallbackProblems(top: Readonly<Record<string, unknown>>, channels: readonly string[]): Problem[] {
  return array(top['channels']).flatMap((channel, index) => {
    const { name, fallback } = object(channel);
    return standInProblems(fallback, name, ['channels', index, 'fallback'], channels);
  });
}

function standInProblems(
  fallback: unknown,
  channel: unknown,
  path: Path,
  channels: readonly string[],
): Problem[] {
  if (typeof fallback !== 'string') return [];
  if (fallback === channel) return [problem(path, 'a channel cannot stand in for itself')];
  return channels.includes(fallback) ? [] : [problem(path, unknown('channel', fallback, channels))];
}

/** What is open to the network must be closed to strangers. */
function exposure(top: Readonly<Record<string, unknown>>): Problem[] {
  const host = text(object(top['http'])['host']) ?? '127.0.0.1';
  if (isLoopback(host)) return [];
  const auth = object(object(top['console'])['auth'])['kind'];
  return [
    ...(auth === undefined || auth === 'none'
      ? [
          problem(
            ['console', 'auth'],
            `kind none is only for a loopback host; http.host is ${host}, so set kind: token or entra`,
          ),
        ]
      : []),
    ...(object(top['teams'])['insecureLocal'] === true
      ? [problem(['teams', 'insecureLocal'], `is only for a loopback host; http.host is ${host}`)]
      : []),
    ...(object(top['http'])['publicUrl'] === undefined
      ? [problem(['http', 'publicUrl'], `is required when http.host is ${host}: links on cards lead there`)]
      : []),
  ];
}

/** Microsoft sends people back to an https address, or to localhost, and to no other. */
function entraProblems(top: Readonly<Record<string, unknown>>): Problem[] {
  if (object(object(top['console'])['auth'])['kind'] !== 'entra') return [];
  const given = text(object(top['http'])['publicUrl']) ?? 'http://localhost';
  if (!URL.canParse(given)) return [];
  const { protocol, hostname } = new URL(given);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return [problem(['http', 'publicUrl'], 'must be an https address for console.auth of kind entra')];
}

function problem(path: Path, message: string): Problem {
  return { path: pathText(path), message };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
