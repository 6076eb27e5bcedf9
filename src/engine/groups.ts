import { faultLine } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Person } from '../model/person.js';
import type { Schedule } from '../model/schedule.js';
import type { Instant } from '../model/time.js';
import type { PeopleGroup } from '../notify/adapter.js';
import { onCall, type Roster } from '../oncall/on-call.js';

export interface GroupDeps {
  readonly groups: () => readonly PeopleGroup[];
  readonly schedules: () => readonly Schedule[];
  readonly people: () => readonly Person[];
  readonly roster: () => Promise<Roster>;
  readonly log: Log;
}

/** Groups of people on the platforms that are to be whoever is on call. One that several schedules name has the people of all. */
export function openGroups(deps: GroupDeps): (now: Instant) => Promise<void> {
  const said = new Map<string, string>();
  return async (now) => {
    const groups = deps.groups();
    if (groups.length === 0) return;
    const roster = await deps.roster();
    for (const id of new Set(groups.map((group) => group.id))) {
      const same = groups.filter((group) => group.id === id);
      const [group] = same;
      const members = same.flatMap(({ schedule, kind }) => onDuty(schedule, kind, now, roster, deps));
      const trouble = await group?.keep(members).then(
        () => '',
        (error: unknown) => faultLine(error),
      );
      // Every minute is too often to say the same.
      if (trouble !== undefined && trouble !== '' && said.get(id) !== trouble)
        deps.log.warn({ group: id }, `The group does not follow who is on call: ${trouble}`);
      said.set(id, trouble ?? '');
    }
  };
}

function onDuty(
  name: string,
  kind: PeopleGroup['kind'],
  now: Instant,
  roster: Roster,
  { schedules, people }: GroupDeps,
): readonly string[] {
  const schedule = schedules().find((known) => known.name === name);
  if (schedule === undefined) return [];
  const { person } = onCall(schedule, now, roster);
  const id = people().find((known) => known.name === person)?.[kind];
  return id === undefined ? [] : [id];
}
