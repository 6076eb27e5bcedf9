import { windowSuffix, USUAL_WINDOW } from '../model/ask.js';
import type { JsonObject } from '../model/json.js';
import type { Duration, Instant } from '../model/time.js';
import { boundedValues } from '../lib/cel.js';

/** What an expression sees. `now.at` is the instant of the poll as a timestamp. */
export interface Scene {
  readonly now: JsonObject;
  readonly before: JsonObject;
  readonly subject: string;
  readonly tenant: string;
  readonly at: Instant;
  /** The same as the evaluator wants it: made once, however many rules look. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** Whether the clock is put among a fact's values: among all of them, or among those alone that a rule reads. */
export type Clock = boolean | readonly string[];

/** Facts may have very many values: they are copied only for a rule that reads the clock, and only those that it reads. */
export function openScene(seen: Omit<Scene, 'context'>, clock: Clock = true): Scene {
  const bounded = boundedValues(seen.now);
  const now = clock === false ? bounded : clocked(bounded, seen.at, clock);
  const before = seen.before === seen.now ? now : boundedValues(seen.before);
  return { ...seen, context: { now, before, subject: seen.subject, tenant: seen.tenant } };
}

function clocked(
  values: Readonly<Record<string, unknown>>,
  at: Instant,
  reads: readonly string[] | true,
): Readonly<Record<string, unknown>> {
  if (reads === true) return { ...values, at: new Date(at) };
  const read: Record<string, unknown> = { at: new Date(at) };
  for (const name of reads) if (Object.hasOwn(values, name)) read[name] = values[name];
  return read;
}

/** The same through a rule's own window: its figures under the bare names. */
export function throughWindow(
  scene: Scene,
  windowMs: Duration | undefined,
  names: readonly string[],
  clock: Clock = true,
): Scene {
  if (windowMs === undefined || windowMs === USUAL_WINDOW) return scene;
  const suffix = windowSuffix(windowMs);
  const now = renamed(scene.now, suffix, names);
  const before = scene.before === scene.now ? now : renamed(scene.before, suffix, names);
  return openScene({ ...scene, now, before }, clock);
}

const windows = new WeakMap<object, Map<string, JsonObject>>();

/** What is the fact now is what it was before at the next poll: each is made once. */
function renamed(values: JsonObject, suffix: string, names: readonly string[]): JsonObject {
  const made = windows.get(values) ?? new Map<string, JsonObject>();
  windows.set(values, made);
  const known = made.get(suffix);
  if (known !== undefined) return known;
  const own: Record<string, JsonObject[string]> = { ...values };
  for (const name of names) {
    const value = values[`${name}${suffix}`];
    if (value !== undefined) own[name] = value;
  }
  made.set(suffix, own);
  return own;
}
