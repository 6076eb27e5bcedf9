import type { Alert } from '../model/alert.js';
import { ENGINE, type Incident } from '../model/incident.js';
import { isWorse, type Severity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import { record, say, type Draft } from './draft.js';
import { severityOf, tenantsAtOnce } from './severity.js';
import { hasKin } from './shared.js';
import { wake } from './snooze.js';

/** Says that the severity of an alert has changed: of one that many tenants have, only when that moves the whole. */
export function tellSeverity(draft: Draft, before: Incident, at: Instant, alert: Alert): void {
  const was = severityIn(before, alert);
  if (was === undefined) return;
  const change = severityWords(was, alert.severity);
  if (!hasKin(before, alert)) {
    say(draft, at, change.kind, `${change.text}.`, ENGINE, true);
    return;
  }
  record(draft, at, change.kind, `${change.text} for ${alert.tenant}.`, ENGINE);
  tellWhole(draft, before, at);
}

/** Says that the incident as a whole is worse or better, because tenants came or went, or one of many has changed. */
export function tellWhole(draft: Draft, before: Incident, at: Instant): void {
  const [was, is] = [severityOf(before.alerts), severityOf(draft.incident.alerts)];
  if (was === undefined || is === undefined || was === is) return;
  const together = tenantsAtOnce(draft.incident.alerts).length;
  const change = severityWords(was, is);
  const why = change.kind === 'worsened' && together > 1 ? `: ${together} tenants at once` : '';
  say(draft, at, change.kind, `${change.text}${why}.`, ENGINE, true);
  if (change.kind === 'worsened') callAgain(draft, at);
}

function severityWords(
  was: Severity,
  is: Severity,
): { readonly kind: 'worsened' | 'eased'; readonly text: string } {
  return isWorse(is, was)
    ? { kind: 'worsened', text: `Severity raised from ${was} to ${is}` }
    : { kind: 'eased', text: `Severity lowered from ${was} to ${is}` };
}

/** Whoever took something milder may not know: it makes a noise, and no snooze outlasts it. */
export function callAgain(draft: Draft, at: Instant): void {
  if (draft.incident.snoozedUntil === undefined) {
    draft.incident = { ...draft.incident, wokeAt: at };
    return;
  }
  draft.incident = wake(draft.incident, at);
  say(draft, at, 'woke', 'It got worse while it was snoozed.', ENGINE, true);
}

export function severityIn(incident: Incident, alert: Alert): Alert['severity'] | undefined {
  return incident.alerts.find((other) => other.fingerprint === alert.fingerprint)?.severity;
}
