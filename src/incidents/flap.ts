import type { Flap, Incident } from '../model/incident.js';
import type { FlapSettings } from '../model/life.js';
import type { Instant } from '../model/time.js';

/** What one more firing makes of an alert: nothing special, flapping from now on, or flapping still. */
export type Fired = 'steady' | 'began' | 'again';

export function flapOf(incident: Incident, fingerprint: string): Flap | undefined {
  return incident.flaps?.find((flap) => flap.fingerprint === fingerprint);
}

export function isFlapping(incident: Incident, fingerprint: string): boolean {
  return flapOf(incident, fingerprint)?.since !== undefined;
}

/** The incident with one more firing of the alert noted. */
export function noteFiring(
  incident: Incident,
  fingerprint: string,
  at: Instant,
  settings: FlapSettings,
): { readonly incident: Incident; readonly fired: Fired } {
  const before = flapOf(incident, fingerprint);
  const calmAt = at + settings.calmMs;
  // One whose calm nobody has noted yet (it was resolved by hand) begins anew.
  if (before?.since !== undefined && at < before.calmAt) {
    const { over: _, ...rest } = before;
    return { incident: withFlap(incident, { ...rest, count: before.count + 1, calmAt }), fired: 'again' };
  }
  const fired = [...(before?.fired ?? []), at]
    .filter((time) => at - time <= settings.withinMs)
    .slice(-settings.fires);
  const [since] = fired;
  const began = fired.length >= settings.fires && since !== undefined;
  const flap: Flap = { fingerprint, fired, count: fired.length, calmAt, ...(began ? { since } : {}) };
  return { incident: withFlap(incident, flap), fired: began ? 'began' : 'steady' };
}

/** The incident with the end of a flapping alert noted and not yet shown. */
export function noteEnd(
  incident: Incident,
  flap: Flap,
  over: NonNullable<Flap['over']>,
  settings: FlapSettings,
): Incident {
  return withFlap(incident, { ...flap, over, calmAt: over.at + settings.calmMs });
}

/** The incident with the alert forgotten as one that flaps. */
export function calmed(incident: Incident, fingerprint: string): Incident {
  return { ...incident, flaps: (incident.flaps ?? []).filter((flap) => flap.fingerprint !== fingerprint) };
}

function withFlap(incident: Incident, flap: Flap): Incident {
  const others = (incident.flaps ?? []).filter((other) => other.fingerprint !== flap.fingerprint);
  return { ...incident, flaps: [...others, flap] };
}
