import type { RouteNode } from '../model/route.js';
import type { MatchLabels } from '../model/silence.js';

/** The tenants whose alerts may come to a channel; undefined when any may: it is nobody's in particular. */
export type ScopeOf = (channel: string) => readonly string[] | undefined;

/**
 * Whose answers may be heard in a channel: those of the tenants whose alerts may come to it, or come to it in the place of another
 * channel, as channels or routes (`inPlace`) name it; undefined for anybody's. A channel that nothing comes to is nobody's in
 * particular.
 */
export function heardBy(
  channel: string,
  scopeOf: ScopeOf,
  channels: readonly { readonly name: string; readonly fallback?: string | undefined }[],
  inPlace: ScopeOf,
): readonly string[] | undefined {
  const own = scopeOf(channel);
  if (own === undefined || own.length > 0) return own;
  const stoodInFor = [
    ...channels.filter(({ fallback }) => fallback === channel).map(({ name }) => scopeOf(name)),
    inPlace(channel),
  ];
  if (stoodInFor.includes(undefined)) return undefined;
  const names = [...new Set(stoodInFor.flatMap((scope) => scope ?? []))].sort();
  return names.length === 0 ? undefined : names;
}

const stands = new WeakMap<RouteNode, RouteNode>();

/** The same tree, as it leads when no channel takes anything: to what its routes name in their channels' place. */
export function inPlaceOf(root: RouteNode): RouteNode {
  const known = stands.get(root);
  if (known !== undefined) return known;
  const { channel: _, fallback, ...rest } = root;
  const found = {
    ...rest,
    ...(fallback === undefined ? {} : { channel: fallback }),
    routes: root.routes.map(inPlaceOf),
  };
  stands.set(root, found);
  return found;
}

/** Any tenant that no matcher names: no tenant may be called so. */
const NOBODY = '*';

const known = new WeakMap<RouteNode, { readonly tenants: string; readonly scopeOf: ScopeOf }>();

/** Who may come to which channel, by what the routes say about tenants alone. Found out when asked for, and remembered. */
export function scopesOf(root: RouteNode, tenants: readonly string[], matches: MatchLabels): ScopeOf {
  return (channel) => {
    const names = tenants.join('\n');
    let found = known.get(root);
    if (found?.tenants !== names) {
      found = { tenants: names, scopeOf: scopes(root, tenants, matches) };
      known.set(root, found);
    }
    return found.scopeOf(channel);
  };
}

function scopes(root: RouteNode, tenants: readonly string[], matches: MatchLabels): ScopeOf {
  const anybody = reach(root, NOBODY, matches);
  const scope = new Map<string, string[]>();
  for (const tenant of tenants)
    for (const channel of reach(root, tenant, matches))
      scope.set(channel, [...(scope.get(channel) ?? []), tenant]);
  return (channel) => {
    const names = scope.get(channel) ?? [];
    return anybody.has(channel) || names.length === tenants.length ? undefined : [...names].sort();
  };
}

/** The channels that some alert of the tenant may reach. */
function reach(root: RouteNode, tenant: string, matches: MatchLabels): ReadonlySet<string> {
  const channels = new Set<string>();
  walk(root, tenant, matches, channels);
  return channels;
}

/**
 * Matchers on other labels than the tenant's may or may not hold: what they guard may be reached, and may be passed by. True
 * when the node takes every alert of the tenant.
 */
function walk(node: RouteNode, tenant: string, matches: MatchLabels, channels: Set<string>): boolean {
  const about = node.matchers.filter(({ name }) => name === 'tenant');
  if (!matches(about, { tenant })) return false;
  let taken = false;
  for (const child of node.routes) {
    const all = walk(child, tenant, matches, channels);
    taken ||= all;
    if (all && !child.continue) break;
  }
  if (node.channel !== undefined && !taken) channels.add(node.channel);
  return about.length === node.matchers.length;
}
