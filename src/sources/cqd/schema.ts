import { z } from 'zod';
import { isStamp } from './stamps.js';

/** The log of one stage as the site prints it, newest first. */
export interface StageTexts {
  readonly successes: readonly string[];
  readonly failures: readonly string[];
  readonly startedAt: string | undefined;
}

export type Stage = 'integration' | 'cube';
export const STAGES: readonly Stage[] = ['integration', 'cube'];

export type StatusTexts = Readonly<Record<Stage, StageTexts>>;

/** Why a body is no status, in words that follow "answered with". */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const KEYS = [
  'lastsuccessintegrations',
  'lastsuccesscubeprocessings',
  'lastfailedintegrations',
  'lastfailedcubeprocessings',
  'lastdataintegrationstart',
  'lastcubeprocessingstart',
] as const;

/** Missing, null and empty all mean "none". */
const stamps = z
  .union([z.array(z.string().nullable()), z.string()])
  .nullish()
  .transform((value) => (Array.isArray(value) ? value : [value]).flatMap((text) => stampsOf(text)));

const body = z.object({
  lastsuccessintegrations: stamps,
  lastsuccesscubeprocessings: stamps,
  lastfailedintegrations: stamps,
  lastfailedcubeprocessings: stamps,
  lastdataintegrationstart: stamps,
  lastcubeprocessingstart: stamps,
});

/**
 * The body of `IntegrationLog/Status` (Microsoft Learn, Get Last Integration Data): undefined when it is empty, which is how
 * the service says that the log is disabled. Throws `Unreadable`.
 */
export function readStatus(text: string): StatusTexts | undefined {
  const json = text.replace(/^\uFEFF/, '').trim();
  if (json === '' || json === '""' || json === 'null') return undefined;
  const read = body.safeParse(lowered(parse(json)));
  if (!read.success) throw new Unreadable('JSON that is no integration log status');
  const value = read.data;
  const odd = Object.values(value)
    .flat()
    .find((stamp) => !isStamp(stamp));
  if (odd !== undefined) throw new Unreadable('stamps that are not written as MM/dd/yyyy HH:mm:ss');
  return {
    integration: {
      successes: value.lastsuccessintegrations,
      failures: value.lastfailedintegrations,
      startedAt: value.lastdataintegrationstart[0],
    },
    cube: {
      successes: value.lastsuccesscubeprocessings,
      failures: value.lastfailedcubeprocessings,
      startedAt: value.lastcubeprocessingstart[0],
    },
  };
}

/** The year 1 is how .NET writes "never". */
function stampsOf(text: string | null | undefined): readonly string[] {
  const stamp = (text ?? '').trim();
  return stamp === '' || /\/0001 /.test(stamp) ? [] : [stamp];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // As published, a list without entries leaves nothing at all behind its colon.
  }
  try {
    return JSON.parse(repaired(json)) as unknown;
  } catch {
    throw new Unreadable('broken JSON');
  }
}

/** `null` where a value is missing; what stands in quotes is left alone. */
export function repaired(json: string): string {
  return json.replace(
    /("(?:[^"\\]|\\[^])*")|:(\s*)(?=[,}])/g,
    (whole, quoted: string | undefined, blank: string | undefined) =>
      quoted === undefined ? `:null${blank ?? ''}` : whole,
  );
}

function lowered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable('JSON that is no integration log status');
  const entries = Object.entries(value).map(([key, item]) => [key.toLowerCase(), item as unknown] as const);
  // `{}` has every key absent; an error in JSON has others.
  if (entries.length > 0 && !entries.some(([key]) => (KEYS as readonly string[]).includes(key)))
    throw new Unreadable('JSON that is no integration log status');
  return Object.fromEntries(entries);
}
