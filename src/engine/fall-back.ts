import type { Fault } from '../lib/fault.js';
import { ENGINE, incidentOfTopic, incidentTopic, type Incident } from '../model/incident.js';
import type { ChannelHealth } from '../model/telling.js';
import type { Channel } from '../notify/adapter.js';
import { whyElsewhere } from '../notify/fallback.js';
import type { AnnounceDeps } from './announce-deps.js';
import { editIncident, type Step } from './edit.js';

/**
 * Tells incidents in the channel's fallback too, where the channel cannot tell them now; the reason is in their timeline. What is
 * there already stays as it is, so that it may run at any time. The channel itself is told later, as always.
 */
export async function fallBack(
  channel: Channel,
  topics: readonly string[],
  health: ChannelHealth | undefined,
  deps: AnnounceDeps,
  fault?: Fault,
): Promise<void> {
  const ids = topics.flatMap((topic) => incidentOfTopic(topic) ?? []);
  if (!hasStandIn(channel.name, deps) || ids.length === 0) return;
  const { store, clock } = deps;
  const firing = channel.kind === 'teams' ? await store.alerts() : [];
  const woken = new Set<string>();
  for (const id of new Set(ids)) {
    const told = await store.telling(incidentTopic(id), channel.name);
    const edited = await editIncident(store, id, clock.now(), (incident) => {
      const why = whyElsewhere(channel, incident, told, { health, fault }, firing);
      return why === undefined ? undefined : toldElsewhere(incident, channel.name, deps, why);
    });
    if (edited?.changed === true) for (const name of edited.channels) woken.add(name);
  }
  woken.delete(channel.name);
  if (woken.size > 0) await deps.fallback?.kick([...woken]);
}

/** Whether any of its incidents may be told elsewhere. */
export function hasStandIn(channel: string, { fallback }: Pick<AnnounceDeps, 'fallback'>): boolean {
  return fallback !== undefined && (fallback.of(channel) !== undefined || fallback.routed(channel));
}

/** What the route said when it was taken goes before what the channel says. */
function toldElsewhere(
  incident: Incident,
  channel: string,
  { fallback, clock }: Pick<AnnounceDeps, 'fallback' | 'clock'>,
  why: string,
): Step | undefined {
  const from = incident.destinations.find((known) => known.channel === channel);
  const instead = from?.fallback ?? fallback?.of(channel);
  if (from === undefined || instead === undefined) return undefined;
  if (incident.destinations.some((known) => known.channel === instead)) return undefined;
  const { fallback: _, ...way } = from;
  const at = clock.now();
  return {
    incident: {
      ...incident,
      // It has waited for its group already.
      destinations: [...incident.destinations, { ...way, channel: instead, groupWait: 0 }],
      updatedAt: at,
      revision: incident.revision + 1,
    },
    lines: [
      {
        incident: incident.id,
        seq: 0,
        at,
        kind: 'fallback',
        actor: ENGINE,
        text: `Told in ${instead} too: ${why}`,
        thread: true,
      },
    ],
  };
}
