import type { Incident } from '../../model/incident.js';
import type { Escalation } from '../../model/schedule.js';
import { isShared } from '../../model/sharing.js';
import { escalationsOf } from '../../notify/route.js';
import { BY_HAND, escalationByHand } from '../../oncall/by-hand.js';
import type { EscalationRow } from '../../store/store.js';
import type { EscalateDeps } from './deps.js';

/** The escalations of an incident: those that its routes name now, that a call by hand asks for, and that began already and still exist. */
export function policiesOf(
  incident: Incident,
  standing: readonly EscalationRow[],
  deps: Pick<EscalateDeps, 'root' | 'matches' | 'escalations'>,
): readonly Escalation[] {
  const routed = incident.alerts
    .filter((alert) => alert.state === 'firing' && !UNROUTED.has(alert.rule))
    .flatMap((alert) => escalationsOf(deps.root(), alert.labels, deps.matches, ownChannels(incident)));
  const wanted = new Set([...routed, ...standing.map(({ state }) => state.escalation)]);
  const byHand = incident.alerts.flatMap((alert) => escalationByHand(alert, deps.escalations()) ?? []);
  return [...deps.escalations().filter(({ name }) => wanted.has(name)), ...byHand].filter(
    ({ name }, i, all) => all.findIndex((other) => other.name === name) === i,
  );
}

/** An escalation that stands still is no business of another one, and a call by hand says itself who is called. */
const UNROUTED: ReadonlySet<string> = new Set(['escalation-stuck', BY_HAND]);

/** What tenants share is an incident for each audience: each calls those of its own routes. Undefined: any route. */
function ownChannels(incident: Incident): ReadonlySet<string> | undefined {
  if (!isShared(incident)) return undefined;
  return new Set(incident.destinations.map(({ channel }) => channel));
}
