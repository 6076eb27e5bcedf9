import type { Layer, Schedule, Shift } from '../model/schedule.js';
import type { Instant } from '../model/time.js';
import { onCall, type Roster } from './on-call.js';
import { lifeOf, turnAt } from './rotation.js';
import { edgesOf } from './week.js';

/** A rotation by the hour has thousands of shifts a year: more than anybody reads. */
const MOST_EDGES = 20_000;

/** Who is on from one instant to another, without a hole: a time in which nobody is on is a shift without a person. */
export function shifts(schedule: Schedule, from: Instant, to: Instant, roster: Roster): Shift[] {
  const found: Shift[] = [];
  const edges = [from, ...edgesBetween(schedule, from, to, roster), to];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [begin = from, end = to] = [edges[i], edges[i + 1]];
    const { person, detail } = onCall(schedule, begin, roster);
    const last = found.at(-1);
    if (last !== undefined && last.person === person && last.reason === detail)
      found[found.length - 1] = { ...last, to: end };
    else found.push({ from: begin, to: end, reason: detail, ...(person === undefined ? {} : { person }) });
  }
  return found;
}

/** The shift that an instant lies in, looked for as far as `within` on both sides. */
export function shiftAt(schedule: Schedule, at: Instant, within: number, roster: Roster): Shift | undefined {
  const all = shifts(schedule, at - within, at + within, roster);
  const index = all.findIndex(({ from, to }) => from <= at && at < to);
  const here = all[index];
  if (here === undefined) return undefined;
  // Two stretches of one person that follow each other for different reasons are one shift to that person.
  let { from, to } = here;
  for (let i = index - 1; all[i] !== undefined && all[i]?.person === here.person; i -= 1)
    from = all[i]?.from ?? from;
  for (let i = index + 1; all[i] !== undefined && all[i]?.person === here.person; i += 1)
    to = all[i]?.to ?? to;
  return { ...here, from, to };
}

/** Every instant at which the answer may change, in order, each once. */
function edgesBetween(schedule: Schedule, from: Instant, to: Instant, roster: Roster): Instant[] {
  const edges = new Set<Instant>();
  const add = (at: Instant): void => {
    if (at > from && at < to) edges.add(at);
  };
  for (const override of roster.overrides)
    if (override.schedule === schedule.name) [override.from, override.to].forEach(add);
  for (const away of roster.away) [away.from, away.to].forEach(add);
  for (const layer of schedule.layers) layerEdges(layer, from, to, roster).forEach(add);
  return [...edges].sort((a, b) => a - b);
}

function layerEdges(layer: Layer, from: Instant, to: Instant, roster: Roster): Instant[] {
  const { begins, ends } = lifeOf(layer);
  const edges = [begins, ends, ...edgesOf(layer.only, layer.timeZone, from, to)];
  if (layer.kind === 'calendar')
    return [
      ...edges,
      ...(roster.calendars.get(layer.calendar) ?? []).flatMap((event) => [event.from, event.to]),
    ];
  for (let at = Math.max(from, begins); at < Math.min(to, ends) && edges.length < MOST_EDGES;) {
    const turn = turnAt(layer, at);
    if (turn === undefined) break;
    edges.push(turn.from, turn.to);
    // An hour that a change of the clocks skips leaves a shift without any length.
    at = Math.max(turn.to, at + 1);
  }
  return edges;
}
