import type { Instant } from '../../model/time.js';
import type { StageTexts, StatusTexts } from './schema.js';
import { readStatus, STAGES, Unreadable } from './schema.js';
import { readStamps } from './stamps.js';
import type { Transport } from './transport.js';

/** The site's answer as it was given; it keeps nothing of what came before. */
export interface GivenSite {
  readonly transport: Transport;
  give(bodies: readonly string[]): void;
  newest(timeZone: string): Instant | undefined;
}

export function openGiven(): GivenSite {
  let body = '';
  return {
    transport: {
      get: async () => ({
        status: 200,
        headers: {},
        body: Buffer.from(body, 'utf8'),
        requestId: undefined,
      }),
      close: async () => undefined,
    },
    give(bodies) {
      body = bodies.at(-1) ?? body;
    },
    newest: (timeZone) => newestOf(read(body), timeZone),
  };
}

/** What is no status may be given too: the site then answers with it. */
function read(body: string): StatusTexts | undefined {
  try {
    return readStatus(body);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function newestOf(status: StatusTexts | undefined, timeZone: string): Instant | undefined {
  if (status === undefined) return undefined;
  const texts = STAGES.flatMap((stage) => textsOf(status[stage]));
  const known = new Set<Instant>();
  const all = texts.flatMap((text) => readStamps([text], { timeZone, now: Infinity, known }));
  return all.length === 0 ? undefined : Math.max(...all.map(({ at }) => at));
}

function textsOf({ successes, failures, startedAt }: StageTexts): readonly string[] {
  return [...successes, ...failures, ...(startedAt === undefined ? [] : [startedAt])];
}
