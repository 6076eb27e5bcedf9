import type { Transition } from '../../model/alert.js';
import type { Severity } from '../../model/severity.js';
import type { Instant } from '../../model/time.js';

/** One alert as it was at one moment. */
export interface AlertState {
  readonly rule: string;
  readonly subject: string;
  readonly tenant: string;
  readonly state: 'firing' | 'pending' | 'resolved' | 'none';
  readonly severity: Severity;
  readonly summary: string;
}

/** Every alert that there had been until then, as it was left. What is announced once fires at that very moment alone. */
export function statesAt(transitions: readonly Transition[], at: Instant): readonly AlertState[] {
  const states = new Map<string, AlertState>();
  for (const { kind, alert, at: when } of transitions) {
    if (when > at) continue;
    const { fingerprint, rule, subject, tenant, severity, summary } = alert;
    states.set(fingerprint, { rule, subject, tenant, severity, summary, state: stateOf(kind, when === at) });
  }
  return [...states.values()];
}

function stateOf(kind: Transition['kind'], now: boolean): AlertState['state'] {
  switch (kind) {
    case 'pending':
      return 'pending';
    case 'dropped':
      return 'none';
    case 'resolved':
      return 'resolved';
    case 'once':
      return now ? 'firing' : 'resolved';
    default:
      return 'firing';
  }
}
