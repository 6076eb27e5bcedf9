import type { Alert } from '../model/alert.js';
import { SEVERITIES, worst, type Severity } from '../model/severity.js';
import { HOUR } from '../model/time.js';

/** Bursts that began within this time of each other have one cause. */
const TOGETHER = HOUR;

/**
 * The worst of the alerts that fire; one step worse when Microsoft's side fails for several tenants at once, since what one
 * tenant alone sees may still be something between it and Microsoft. Undefined when none fires.
 */
export function severityOf(alerts: readonly Alert[]): Severity | undefined {
  const firing = alerts.filter((alert) => alert.state === 'firing');
  const found = worst(firing.map((alert) => alert.severity));
  if (found === undefined || tenantsAtOnce(firing).length < 2) return found;
  const bursts = worst(firing.filter(isBurst).map((alert) => alert.severity)) ?? found;
  const raised = SEVERITIES[Math.max(0, SEVERITIES.indexOf(bursts) - 1)] ?? bursts;
  return worst([found, raised]);
}

/** The tenants in which Microsoft's side began to fail within an hour of one another, where it still does. */
export function tenantsAtOnce(alerts: readonly Alert[]): readonly string[] {
  const bursts = alerts
    .filter((alert) => isBurst(alert) && alert.state === 'firing')
    .sort((a, b) => a.startsAt - b.startsAt);
  const last = bursts.at(-1);
  if (last === undefined) return [];
  return [
    ...new Set(
      bursts.filter((alert) => last.startsAt - alert.startsAt <= TOGETHER).map((alert) => alert.tenant),
    ),
  ];
}

/** Codes of Microsoft's side on the calls of a whole tenant. */
export function isBurst({ rule }: Alert): boolean {
  return rule === 'microsoft-side-burst';
}
