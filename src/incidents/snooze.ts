import type { Incident } from '../model/incident.js';
import type { Instant } from '../model/time.js';

/** Nobody has it any more, and it is told again at once. */
export function wake(incident: Incident, at: Instant): Incident {
  return { ...unheld(incident), state: 'open', wokeAt: at };
}

/** Without anything that says who has it and how. */
export function unheld(incident: Incident): Incident {
  const { acknowledgedAt: _at, acknowledgedBy: _by, snoozedUntil: _until, wokeAt: _woke, ...rest } = incident;
  return rest;
}

/** It stays with whoever has it, and is no longer snoozed. */
export function unsnoozed(incident: Incident): Incident {
  const { snoozedUntil: _until, wokeAt: _woke, ...rest } = incident;
  return rest;
}

/** Over: nothing is left to wait for. Who had it stays on record. */
export function closed(incident: Incident, at: Instant, by: string): Incident {
  return { ...unsnoozed(incident), state: 'resolved', resolvedAt: at, resolvedBy: by };
}

/** Open again, and nobody's. */
export function reopened(incident: Incident): Incident {
  const { resolvedAt: _at, resolvedBy: _by, ...rest } = unheld(incident);
  return { ...rest, state: 'open' };
}
