import { applyAct } from '../incidents/act.js';
import type { IncidentAct } from '../commands/command.js';
import { Fault, isFault } from '../lib/fault.js';
import type { Clock } from '../lib/clock.js';
import { incidentName, type Actor, type Incident } from '../model/incident.js';
import type { Matcher } from '../model/silence.js';
import type { DecidingStore } from '../store/store.js';
import { outboxOf } from './turn.js';

export interface ActDeps {
  readonly store: DecidingStore;
  readonly clock: Clock;
  /** These channels have something to say now. */
  readonly kick: (channels: readonly string[]) => Promise<void>;
}

const TRIES = 6;

/** Does what a person asked to one incident; every channel's card follows. Returns the incident as it is after it. */
export async function actOn(id: number, act: IncidentAct, actor: Actor, deps: ActDeps): Promise<Incident> {
  const { store, clock } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const incident = await store.incident(id);
    if (incident === undefined) throw new Fault('command.not-found', `There is no ${incidentName(id)}.`);
    const at = clock.now();
    if (act.do === 'silence' && attempt === 1)
      await silence(incident, act.durationMs, act.comment, actor, deps);
    const acted = applyAct(
      incident,
      act.do === 'silence' ? { ...act, until: at + act.durationMs } : act,
      actor,
      at,
    );
    if (acted === undefined) return incident;
    try {
      const outbox = outboxOf(acted.incident, at);
      const edited = await store.editIncident({
        incident: acted.incident,
        revision: incident.revision,
        timeline: [acted.line],
        outbox,
      });
      await store.audit({ at, actor, action: `${act.do} ${incidentName(id)}`, outcome: 'done', detail: {} });
      await deps.kick(outbox.map((row) => row.channel));
      return edited;
    } catch (error) {
      if (!isFault(error, 'store.conflict') || attempt >= TRIES) throw error;
    }
  }
}

/** As Alertmanager's "silence this alert": the labels that tell this group from every other. */
async function silence(
  incident: Incident,
  durationMs: number,
  comment: string,
  actor: Actor,
  deps: ActDeps,
): Promise<void> {
  const startsAt = deps.clock.now();
  const matchers: Matcher[] = Object.entries(incident.groupLabels).map(([name, value]) => ({
    name,
    op: '=',
    value,
  }));
  await deps.store.addSilence({
    matchers,
    startsAt,
    endsAt: startsAt + durationMs,
    author: actor,
    comment: comment === '' ? incidentName(incident.id) : comment,
  });
}
