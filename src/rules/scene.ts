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

export function openScene(seen: Omit<Scene, 'context'>): Scene {
  const now = boundedValues(seen.now);
  now['at'] = new Date(seen.at);
  const before = seen.before === seen.now ? now : boundedValues(seen.before);
  return { ...seen, context: { now, before, subject: seen.subject, tenant: seen.tenant } };
}

/** The same through a rule's own window: its figures under the bare names. */
export function throughWindow(scene: Scene, windowMs: Duration | undefined, names: readonly string[]): Scene {
  if (windowMs === undefined || windowMs === USUAL_WINDOW) return scene;
  const suffix = windowSuffix(windowMs);
  const now = renamed(scene.now, suffix, names);
  return openScene({
    ...scene,
    now,
    before: scene.before === scene.now ? now : renamed(scene.before, suffix, names),
  });
}

function renamed(values: JsonObject, suffix: string, names: readonly string[]): JsonObject {
  const own = names.flatMap((name) => {
    const value = values[`${name}${suffix}`];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...values, ...Object.fromEntries(own) };
}
