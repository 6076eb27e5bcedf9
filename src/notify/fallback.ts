import type { Fault } from '../lib/fault.js';
import type { Alert } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import type { RouteNode } from '../model/route.js';
import type { ChannelHealth, Telling } from '../model/telling.js';

/** Failures in a row after which nobody waits for a channel any longer. */
const ENOUGH = 2;

/** Microsoft's id of the service that carries a kind of channel (Microsoft Learn, serviceHealth). */
const CARRIED_BY: Readonly<Record<string, string>> = { teams: 'microsoftteams' };

/**
 * Why an incident is told in the channel's fallback as well, in words; undefined when it is not. It is when the channel refuses
 * or cannot be reached and has nothing of the incident yet, or when what carries the channel is itself in an open incident and
 * this one is too bad to wait and see.
 */
export function whyElsewhere(
  channel: { readonly name: string; readonly kind: string },
  incident: Incident,
  told: Telling | undefined,
  { health, fault }: { readonly health: ChannelHealth | undefined; readonly fault?: Fault | undefined },
  firing: readonly Alert[],
): string | undefined {
  if (incident.state === 'resolved' || incident.baselineOf !== undefined) return undefined;
  // An answer that did not come has cost its whole time already: what is critical does not wait for a second one.
  const lost = fault?.code === 'channel.unknown-outcome' && incident.severity === 'critical';
  const failing = health !== undefined && (health.state === 'broken' || health.failures >= ENOUGH || lost);
  if (failing && told?.ref === undefined) return `${channel.name} does not take messages: ${health.reason}`;
  const carrier = carrierTrouble(channel.kind, firing);
  if (carrier === undefined || (incident.severity !== 'critical' && incident.severity !== 'major'))
    return undefined;
  return `${channel.name} may not be seen: ${carrier}`;
}

/** Whether a route that leads to the channel names another one to be told in its place. */
export function routedElsewhere({ channel, fallback, routes }: RouteNode, name: string): boolean {
  return (channel === name && fallback !== undefined) || routes.some((child) => routedElsewhere(child, name));
}

function carrierTrouble(kind: string, firing: readonly Alert[]): string | undefined {
  const service = CARRIED_BY[kind];
  if (service === undefined) return undefined;
  return firing.find(
    ({ values, severity }) =>
      (severity === 'critical' || severity === 'major') &&
      (values['serviceId'] === service || (values['type'] === 'service' && values['id'] === service)),
  )?.summary;
}
