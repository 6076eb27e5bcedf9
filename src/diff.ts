import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from './model/json.js';
import type { Change, Fact, Observation } from './model/source.js';

export interface Diff {
  readonly changes: readonly Change[];
  /** Facts to keep: new and changed ones. */
  readonly put: readonly Fact[];
  /** Subjects that a full observation no longer has. */
  readonly gone: readonly string[];
}

/**
 * What is different now. Only facts of the observation's own kind are compared; order, repetition and a subject that a
 * partial observation leaves out make no change. The last fact of a subject named twice counts.
 */
export function diff(known: ReadonlyMap<string, Fact>, observation: Observation): Diff {
  const now = new Map(observation.facts.map((fact) => [fact.subject, fact]));
  const changes: Change[] = [];
  const put: Fact[] = [];
  for (const fact of now.values()) {
    const before = known.get(fact.subject);
    if (before !== undefined && areSame(before.values, fact.values)) continue;
    put.push(fact);
    changes.push({
      subject: fact.subject,
      kind: fact.kind,
      at: observation.at,
      now: fact,
      ...(before === undefined ? {} : { before }),
    });
  }
  if (observation.coverage === 'partial') return { changes, put, gone: [] };
  const gone: string[] = [];
  for (const before of known.values()) {
    if (before.kind !== observation.kind || now.has(before.subject)) continue;
    gone.push(before.subject);
    changes.push({ subject: before.subject, kind: before.kind, at: observation.at, before });
  }
  return { changes, put, gone };
}

/** Most values are no objects: a fact has a hundred of them, and each poll asks of each fact. */
export function areSame(a: JsonObject, b: JsonObject): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [was, is] = [a[name], b[name]];
    if (was === is) return is !== undefined || Object.hasOwn(b, name);
    return typeof was === 'object' && typeof is === 'object' && isDeepStrictEqual(was, is);
  });
}
