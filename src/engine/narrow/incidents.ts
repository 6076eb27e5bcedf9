import type { Desk } from '../../commands/command.js';
import { Fault } from '../../lib/fault.js';
import { incidentName, unresolvedFirst, type Incident } from '../../model/incident.js';
import { audienceOf, isShared, tenantsIn } from '../../model/sharing.js';

type Incidents = Pick<
  Desk,
  'incidents' | 'incident' | 'timeline' | 'tellings' | 'deliveries' | 'calls' | 'act' | 'keepPostmortem'
>;

/** Asked for more than is wanted: some of them are another audience's. */
const SPARE = 100;

/** Incidents that are about these tenants alone, and of what tenants share those of their audience. */
export function narrowIncidents(
  desk: Desk,
  mine: ReadonlySet<string>,
  asked: (tenant: string | undefined) => readonly string[],
): Incidents {
  const theirs = async <T>(id: number, read: (id: number) => Promise<readonly T[]>): Promise<readonly T[]> =>
    (await own(id)) === undefined ? [] : read(id);
  const own = async (id: number): Promise<Incident | undefined> => {
    const found = await desk.incident(id);
    return found !== undefined && isOf(mine, found) ? found : undefined;
  };
  return {
    async incidents(filter) {
      const limit = filter.limit === undefined ? {} : { limit: filter.limit + SPARE };
      const found = await Promise.all(
        asked(filter.tenant).map((tenant) => desk.incidents({ ...filter, ...limit, tenant })),
      );
      const byId = new Map(found.flat().map((incident) => [incident.id, incident]));
      return [...byId.values()]
        .filter((incident) => isOf(mine, incident))
        .sort(unresolvedFirst)
        .slice(0, filter.limit);
    },
    incident: own,
    timeline: (id) => theirs(id, (known) => desk.timeline(known)),
    tellings: (id) => theirs(id, (known) => desk.tellings(known)),
    deliveries: (id) => theirs(id, (known) => desk.deliveries(known)),
    calls: (id) => theirs(id, (known) => desk.calls(known)),
    async keepPostmortem(id, file) {
      if ((await own(id)) !== undefined) await desk.keepPostmortem(id, file);
    },
    async act(id, act, actor) {
      if ((await own(id)) === undefined)
        throw new Fault('command.not-found', `There is no ${incidentName(id)}.`);
      return desk.act(id, act, actor);
    },
  };
}

export function isOf(mine: ReadonlySet<string>, incident: Incident): boolean {
  if (!tenantsIn(incident).every((tenant) => mine.has(tenant))) return false;
  if (!isShared(incident)) return true;
  return audienceOf(incident)?.every((tenant) => mine.has(tenant)) ?? false;
}
