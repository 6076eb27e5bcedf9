import { WAYS } from '../model/person.js';
import { nearestOf, pathText, type Path, type Problem } from './problem.js';

/** Names that one part of the on-call settings uses and another must know. Looks at the settings as written. */
export function onCallProblems(top: Readonly<Record<string, unknown>>): Problem[] {
  const known: Known = {
    person: names(top['people']),
    schedule: names(top['schedules']),
    channel: names(top['channels']),
    escalation: names(top['escalations']),
  };
  return [
    ...list(top['schedules']).flatMap((schedule, index) =>
      scheduleProblems(schedule, ['schedules', index], known),
    ),
    ...list(top['escalations']).flatMap((escalation, index) =>
      escalationProblems(escalation, ['escalations', index], known),
    ),
    ...list(top['people']).flatMap((person, index) => contactProblems(person, ['people', index], known, top)),
    ...list(map(top['slack'])['userGroups']).flatMap((group, index) =>
      mustKnow('schedule', map(group)['schedule'], ['slack', 'userGroups', index, 'schedule'], known),
    ),
    ...routeProblems(top['route'], ['route'], known),
  ];
}

/** The channels that people, steps and schedules use, whatever routes lead to. */
export function onCallChannels(top: Readonly<Record<string, unknown>>): readonly string[] {
  const ways = list(top['people'])
    .flatMap((person) => list(map(person)['notify']))
    .map((rule) => map(rule)['via']);
  const told = list(top['schedules']).map((schedule) => map(schedule)['channel']);
  const called = list(top['escalations'])
    .flatMap((escalation) => list(map(escalation)['steps']))
    .flatMap((step) => list(map(step)['notify']))
    .map((target) => /^channel:(.+)$/.exec(String(target))?.[1]);
  return [...ways, ...told, ...called].filter((name) => typeof name === 'string');
}

type What = 'person' | 'schedule' | 'channel' | 'escalation';
type Known = Readonly<Record<What, readonly string[]>>;

function scheduleProblems(schedule: unknown, path: Path, known: Known): Problem[] {
  const { layers, channel } = map(schedule);
  return [
    ...mustKnow('channel', channel, [...path, 'channel'], known),
    ...list(layers).flatMap((layer, l) =>
      list(map(layer)['people']).flatMap((person, p) =>
        mustKnow('person', person, [...path, 'layers', l, 'people', p], known),
      ),
    ),
  ];
}

function escalationProblems(escalation: unknown, path: Path, known: Known): Problem[] {
  return list(map(escalation)['steps']).flatMap((step, s) =>
    list(map(step)['notify']).flatMap((target, t) => {
      const [, kind, of] = /^(schedule|next|person|channel):(.+)$/.exec(String(target)) ?? [];
      if (kind === undefined) return [];
      return mustKnow(
        kind === 'next' ? 'schedule' : (kind as What),
        of,
        [...path, 'steps', s, 'notify', t],
        known,
      );
    }),
  );
}

function contactProblems(
  person: unknown,
  path: Path,
  known: Known,
  top: Readonly<Record<string, unknown>>,
): Problem[] {
  const own = map(person);
  return list(own['notify']).flatMap((rule, index) => {
    const { via } = map(rule);
    const at = [...path, 'notify', index, 'via'];
    if (typeof via !== 'string') return [];
    if (!WAYS.some((way) => way === via))
      return known.channel.includes(via)
        ? []
        : [problem(at, `"${via}" is neither slack, teams nor email, nor the name of a channel`)];
    if (own[via] === undefined) return [problem(at, `${via} needs the person's own ${via}:`)];
    return top[via] === undefined ? [problem(at, `${via} needs the settings ${via}: at the top level`)] : [];
  });
}

function routeProblems(route: unknown, path: Path, known: Known): Problem[] {
  const { escalation, routes } = map(route);
  return [
    ...mustKnow('escalation', escalation, [...path, 'escalation'], known),
    ...list(routes).flatMap((child, index) => routeProblems(child, [...path, 'routes', index], known)),
  ];
}

function mustKnow(what: What, name: unknown, path: Path, known: Known): Problem[] {
  if (typeof name !== 'string' || known[what].includes(name)) return [];
  const meant = nearestOf(name, known[what]);
  return [
    problem(path, `there is no ${what} "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`),
  ];
}

function names(items: unknown): string[] {
  return list(items).flatMap((item) => {
    const { name } = map(item);
    return typeof name === 'string' ? [name] : [];
  });
}

function problem(path: Path, message: string): Problem {
  return { path: pathText(path), message };
}

function map(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
