import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../model/alert.js';

/**
 * An incident's copy of an alert. What four hundred tenants are told about one issue is the same long text: it stands once, and
 * `like` is the place in the list of the alert that has it.
 */
export type StoredAlert = Omit<Alert, 'values' | 'description'> &
  (Pick<Alert, 'values' | 'description'> | { readonly like: number });

export function compacted(alerts: readonly Alert[]): readonly StoredAlert[] {
  const whole: number[] = [];
  return alerts.map((alert, index) => {
    // A few differ for the minute that a new post takes to reach all tenants.
    const like = whole.slice(-4).find((other) => saysTheSame(alerts[other], alert));
    if (like === undefined) {
      whole.push(index);
      return alert;
    }
    const { values: _values, description: _description, ...rest } = alert;
    return { ...rest, like };
  });
}

export function expanded(stored: readonly StoredAlert[]): readonly Alert[] {
  const alerts: Alert[] = [];
  for (const alert of stored) {
    if (!('like' in alert)) {
      alerts.push(alert);
      continue;
    }
    const { like, ...rest } = alert;
    const { values = {}, description = '' } = alerts[like] ?? {};
    alerts.push({ ...rest, values, description });
  }
  return alerts;
}

function saysTheSame(a: Alert | undefined, b: Alert): boolean {
  if (a === undefined || a.description !== b.description) return false;
  return a.values === b.values || isDeepStrictEqual(a.values, b.values);
}
