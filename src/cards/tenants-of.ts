import type { Alert } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import { areKin, tenantsIn } from '../model/sharing.js';
import { fact, say, type CardFact } from './parts.js';

const NAMED = 8;

/** `contoso`, `contoso, fabrikam`, `12 tenants`: whose it is, in few words. */
export function tenantWords(incident: Incident): string {
  const tenants = tenantsIn(incident);
  return tenants.length <= 2 ? tenants.join(', ') : `${tenants.length} tenants`;
}

/** Whose it is, and for how many of them it goes on. */
export function tenantFact(incident: Incident): CardFact {
  const tenants = [...tenantsIn(incident)].sort();
  const [only] = tenants;
  if (only !== undefined && tenants.length === 1) return fact('Tenant', say(only));
  const more = tenants.length - NAMED;
  const names = more > 1 ? `${tenants.slice(0, NAMED).join(', ')} and ${more} more` : tenants.join(', ');
  return fact('Tenants', say(`${tenants.length}${stillWords(incident, tenants)}: ${names}`));
}

function stillWords(incident: Incident, tenants: readonly string[]): string {
  const firing = incident.alerts.filter((alert) => alert.state === 'firing').map((alert) => alert.tenant);
  const still = new Set(firing).size;
  if (still === tenants.length || incident.state === 'resolved') return '';
  return still === 0 ? ', over for all' : `, ${still} of them still`;
}

/** The alerts of an incident, of those that say the same of many tenants the first alone; `main` speaks for its own. */
export function oneOfEach(alerts: readonly Alert[], main: Alert | undefined): readonly Alert[] {
  const kept: Alert[] = [];
  for (const alert of alerts)
    if (
      alert === main ||
      ![...(main === undefined ? [] : [main]), ...kept].some((other) => areKin(other, alert))
    )
      kept.push(alert);
  return kept;
}
