import type { Incident } from '../../model/incident.js';
import { channelOfWay, type Page } from '../../model/page.js';
import type { Person } from '../../model/person.js';
import type { Escalation } from '../../model/schedule.js';
import { pagesOf } from '../../oncall/contact.js';
import type { Call } from '../../oncall/escalate.js';
import { contactOf } from '../../oncall/resolve-target.js';
import type { Taken } from './steps.js';
import { stepWords } from './words.js';

/** Whom there is to page, and by which channels. */
export interface Directory {
  readonly people: readonly Person[];
  /** Names of the channels that exist, people's own among them. */
  readonly reachable: ReadonlySet<string>;
}

/** The pages of one call: one into the channel that it names, or one for each way of each person it reaches. */
export function pagesFor(
  policy: Escalation,
  { call, reached }: Taken,
  incident: Incident,
  { people, reachable }: Directory,
): readonly Page[] {
  const common = {
    incident: incident.id,
    escalation: policy.name,
    run: runOf(call),
    forHolder: call.reason === 'still-unresolved',
    at: call.at,
  };
  const step = stepWords(policy, call);
  if (reached.channel !== undefined) {
    const page = { ...common, key: call.key, channel: reached.channel, dueAt: call.at, reason: step };
    return [standing(page, reachable)];
  }
  return reached.people.flatMap(({ name, why }) => {
    const person = people.find((known) => known.name === name);
    if (person === undefined) return [];
    return pagesOf(contactOf(person), incident.severity, call).map(({ key, via, dueAt, reason }) =>
      standing(
        {
          ...common,
          key,
          person: name,
          channel: channelOfWay(name, via),
          dueAt,
          reason: `${step}: ${why}, ${reason}`,
        },
        reachable,
      ),
    );
  });
}

/** A way that leads nowhere is said at once, and not found out at night. */
function standing(page: Omit<Page, 'state'>, reachable: ReadonlySet<string>): Page {
  return reachable.has(page.channel)
    ? { ...page, state: 'waiting' }
    : { ...page, state: 'dropped', dropped: `there is no channel ${page.channel}` };
}

/** A call's key begins `<incident>/<run>/`. */
function runOf({ key }: Call): number {
  return Number(key.split('/')[1]);
}
