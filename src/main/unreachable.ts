import type { Person } from '../model/person.js';
import { contactOf } from '../oncall/resolve-target.js';
import type { Settings } from '../settings/index.js';

/** People whom a schedule or an escalation would call, and who can be reached in no way, or only by one of some severities. */
export function unreachable({ people, schedules, escalations }: Settings): readonly string[] {
  const called = new Set([
    ...schedules.flatMap(({ layers }) =>
      layers.flatMap((layer) => (layer.kind === 'rotation' ? layer.people : [])),
    ),
    ...escalations.flatMap(({ steps }) =>
      steps.flatMap(({ notify }) => notify.flatMap((to) => (to.kind === 'person' ? to.name : []))),
    ),
  ]);
  return people.flatMap((person, index) => {
    const why = called.has(person.name) ? whyNot(person) : undefined;
    return why === undefined ? [] : [`people[${index}]: ${person.name} is called ${why}`];
  });
}

function whyNot(person: Person): string | undefined {
  const { notify } = contactOf(person);
  if (notify.length === 0)
    return 'and cannot be reached: give them slack, teams or email, or a way under notify';
  const critical = notify.some(
    ({ severities }) => severities.length === 0 || severities.includes('critical'),
  );
  return critical ? undefined : 'and none of their ways under notify is for what is critical';
}
