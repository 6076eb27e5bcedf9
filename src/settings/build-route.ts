import type { RouteNode } from '../model/route.js';
import { HOUR, MINUTE, SECOND } from '../model/time.js';
import type { RootRouteInput, RouteInput } from './schema.js';

/** Alertmanager's own defaults. */
const ROUTE_DEFAULTS = {
  groupBy: ['tenant', 'subject'],
  acrossTenants: true,
  groupWait: 30 * SECOND,
  groupInterval: 5 * MINUTE,
  repeatInterval: 4 * HOUR,
  muteTimes: [],
  activeTimes: [],
};

/** The tree of routes, with what each inherits. */
export function rootOf(route: RootRouteInput): RouteNode {
  return nodeOf({ ...route, matchers: [], continue: false }, { ...ROUTE_DEFAULTS });
}

type Inherited = Pick<
  RouteNode,
  | 'channel'
  | 'fallback'
  | 'groupBy'
  | 'acrossTenants'
  | 'groupWait'
  | 'groupInterval'
  | 'repeatInterval'
  | 'muteTimes'
  | 'activeTimes'
  | 'escalation'
>;

/** Children inherit everything but the mute and active times, as in Alertmanager. */
function nodeOf(route: RouteInput, parent: Inherited): RouteNode {
  const channel = route.channel ?? parent.channel;
  const fallback = route.fallback ?? parent.fallback;
  const escalation = route.escalation ?? parent.escalation;
  const own: Inherited = {
    ...(channel === undefined ? {} : { channel }),
    ...(fallback === undefined ? {} : { fallback }),
    groupBy: route.groupBy ?? parent.groupBy,
    acrossTenants: route.groupBy === undefined && parent.acrossTenants === true,
    groupWait: route.groupWait ?? parent.groupWait,
    groupInterval: route.groupInterval ?? parent.groupInterval,
    repeatInterval: route.repeatInterval ?? parent.repeatInterval,
    muteTimes: route.muteTimes ?? [],
    activeTimes: route.activeTimes ?? [],
    ...(escalation === undefined ? {} : { escalation }),
  };
  return {
    ...own,
    matchers: route.matchers,
    continue: route.continue,
    routes: route.routes.map((child) => nodeOf(child, own)),
  };
}
