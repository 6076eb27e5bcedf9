import type { Actor, Incident, TimelineEntry, TimelineKind } from '../model/incident.js';
import type { Instant } from '../model/time.js';

/** What a person may do to an incident. */
export type Act =
  | { readonly do: 'ack' }
  | { readonly do: 'unack' }
  | { readonly do: 'resolve' }
  | { readonly do: 'note'; readonly text: string }
  | { readonly do: 'silence'; readonly until: Instant; readonly comment: string };

export interface Acted {
  readonly incident: Incident;
  readonly line: TimelineEntry;
}

/** The incident after the act, or undefined when it is as asked already: pressing twice does nothing twice. */
export function applyAct(incident: Incident, act: Act, actor: Actor, at: Instant): Acted | undefined {
  switch (act.do) {
    case 'ack':
      if (incident.state !== 'open') return undefined;
      return acted(
        { ...incident, state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor.name },
        'acknowledged',
        `Acknowledged by ${actor.name}.`,
        actor,
        at,
      );
    case 'unack': {
      if (incident.state !== 'acknowledged') return undefined;
      const { acknowledgedAt: _at, acknowledgedBy: _by, ...rest } = incident;
      return acted({ ...rest, state: 'open' }, 'unacknowledged', `${actor.name} gave it back.`, actor, at);
    }
    case 'resolve':
      if (incident.state === 'resolved') return undefined;
      return acted(
        { ...incident, state: 'resolved', resolvedAt: at, resolvedBy: actor.name },
        'resolved',
        `Resolved by ${actor.name}.`,
        actor,
        at,
      );
    case 'note':
      return acted(incident, 'note', act.text, actor, at);
    case 'silence':
      return acted(
        incident,
        'silenced',
        `Silenced by ${actor.name} until ${new Date(act.until).toISOString().slice(0, 16).replace('T', ' ')} UTC${act.comment === '' ? '' : `: ${act.comment}`}.`,
        actor,
        at,
      );
  }
}

function acted(incident: Incident, kind: TimelineKind, text: string, actor: Actor, at: Instant): Acted {
  return {
    incident: { ...incident, updatedAt: at, revision: incident.revision + 1 },
    line: { incident: incident.id, seq: 0, at, kind, actor, text, thread: true },
  };
}
