import { formatMatcher } from '../lib/matchers.js';
import type { Destination, RouteStep } from '../model/incident.js';
import type { Labels } from '../model/labels.js';
import type { RouteNode } from '../model/route.js';
import type { MatchLabels } from '../model/silence.js';
import type { ScopeOf } from './scope.js';

/** Where an alert goes, and with what it is handled together. */
export interface Routed {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly destinations: readonly Destination[];
}

/**
 * As in Alertmanager: depth first, the first match wins unless it says `continue`, children before their parent. People
 * handle one incident however many channels show it, so the first matching route alone decides what is grouped. `scopeOf`
 * says of each channel whose it is.
 */
export function route(
  root: RouteNode,
  labels: Labels,
  matches: MatchLabels,
  scopeOf: ScopeOf = () => undefined,
): Routed {
  const found = walk(root, labels, matches, TOP);
  const first = found[0] ?? { node: root, path: '' };
  const shared = first.node.acrossTenants === true ? sharedBy(labels) : undefined;
  const groupLabels = groupLabelsOf(shared ?? first.node.groupBy, labels);
  const destinations = new Map<string, Destination>();
  for (const { node, via } of found) {
    if (node.channel === undefined || destinations.has(node.channel)) continue;
    destinations.set(node.channel, {
      channel: node.channel,
      ...standIn(node),
      groupWait: node.groupWait,
      groupInterval: node.groupInterval,
      repeatInterval: node.repeatInterval,
      muteTimes: node.muteTimes,
      activeTimes: node.activeTimes,
      via,
      ...(groupLabels['tenant'] === undefined ? scoped(scopeOf(node.channel)) : {}),
    });
  }
  return {
    // A shared group is one whatever route each tenant takes to the channels they have in common.
    groupKey: `{${shared === undefined ? first.path : ''}}:{${Object.entries(groupLabels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ')}}`,
    groupLabels,
    destinations: [...destinations.values()],
  };
}

/** A child may lead to the very channel that stands in for its parent's. */
function standIn({ channel, fallback }: RouteNode): Pick<Destination, 'fallback'> {
  return fallback === undefined || fallback === channel ? {} : { fallback };
}

function scoped(tenants: readonly string[] | undefined): Pick<Destination, 'tenants'> {
  return tenants === undefined ? {} : { tenants };
}

/**
 * Who is called for an alert: the escalations of the routes that it takes, each once; only of those that lead to one of
 * `channels`, where they are given.
 */
export function escalationsOf(
  root: RouteNode,
  labels: Labels,
  matches: MatchLabels,
  channels?: ReadonlySet<string>,
): readonly string[] {
  const names = walk(root, labels, matches, TOP)
    .filter(({ node: { channel } }) => channel === undefined || (channels?.has(channel) ?? true))
    .flatMap(({ node }) => node.escalation ?? []);
  return [...new Set(names)];
}

/** The same tree, with one rule's alerts told in these channels before all others. */
export function elsewhere(root: RouteNode, alertname: string, channels: readonly string[]): RouteNode {
  const { escalation: _, ...plain } = root;
  return {
    ...root,
    routes: [
      ...channels.map((channel) => ({
        ...plain,
        channel,
        matchers: [{ name: 'alertname', op: '=' as const, value: alertname }],
        groupWait: 0,
        routes: [],
        continue: true,
      })),
      ...root.routes,
    ],
  };
}

/** What Microsoft does to many tenants at once, and the labels that make it one thing; undefined for everything else. */
function sharedBy({ source, alertname, subject = '' }: Labels): readonly string[] | undefined {
  if (source === 'service-health' && subject.startsWith('issue:')) return ['subject'];
  return source === 'direct-routing' && alertname === 'microsoft-side-burst' ? ['alertname'] : undefined;
}

interface Matched {
  readonly node: RouteNode;
  readonly path: string;
  readonly via: readonly RouteStep[];
}

interface Place {
  readonly path: string;
  readonly above: readonly RouteStep[];
  readonly name: string;
}

const TOP: Place = { path: '', above: [], name: 'route' };

function walk(
  node: RouteNode,
  labels: Labels,
  matches: MatchLabels,
  { path, above, name }: Place,
): Matched[] {
  if (!matches(node.matchers, labels)) return [];
  const via = [...above, { node: name, matchers: node.matchers.map(formatMatcher) }];
  const found: Matched[] = [];
  for (const [index, child] of node.routes.entries()) {
    const below = walk(child, labels, matches, {
      path: path === '' ? `${index}` : `${path}/${index}`,
      above: via,
      name: `routes[${index}]`,
    });
    found.push(...below);
    if (below.length > 0 && !child.continue) return found;
  }
  return found.length > 0 ? found : [{ node, path, via }];
}

function groupLabelsOf(groupBy: readonly string[], labels: Labels): Labels {
  const names = groupBy.includes('...') ? Object.keys(labels) : groupBy;
  return Object.fromEntries([...names].sort().map((name) => [name, labels[name] ?? '']));
}
