import type { Subject } from './subject.js';

/**
 * Why a channel was deliberately not told, for the record: nothing where there was nothing to tell. One line at most.
 */
export function notTold({ decision, incident }: Subject): readonly string[] {
  if (decision.do !== 'nothing' || incident === undefined) return [];
  switch (decision.reason) {
    case 'never-announced': {
      const lasted = Math.round(((incident.resolvedAt ?? incident.updatedAt) - incident.openedAt) / 1000);
      return [`never-announced: it was over after ${lasted} s, before anybody was to be told`];
    }
    case 'acknowledged':
      return [`acknowledged: no reminder, ${incident.acknowledgedBy ?? 'somebody'} has it`];
    case 'no-longer-routed':
      return ['no-longer-routed: no route leads here any more'];
    default:
      return [];
  }
}
