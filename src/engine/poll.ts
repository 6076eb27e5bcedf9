import { isFault } from '../lib/fault.js';
import type { Log } from '../lib/log.js';
import type { Instant } from '../model/time.js';
import { asksOf } from '../rules/asks.js';
import type { Poll, Source } from '../sources/source.js';
import { storableDeep } from '../store/values.js';
import type { Committed } from '../store/store.js';
import type { PollOutcome } from './health.js';
import { takeTurn } from './take-turn.js';
import { contextOf, type TurnDeps } from './turn-deps.js';

export interface PollDeps extends TurnDeps {
  readonly log: Log;
  readonly measure: PollMeter;
}

export interface PollMeter {
  polled(poll: {
    tenant: string;
    kind: string;
    outcome: string;
    ms: number;
    rows: number;
    evaluations: number;
  }): void;
}

/**
 * One turn of one source: ask, decide, commit. Running it twice at once is harmless: the second commit is refused and
 * decided anew on what the first one left.
 */
export async function pollOnce(source: Source, deps: PollDeps): Promise<Committed> {
  const begun = performance.now();
  const { store, clock } = deps;
  const at = clock.now();
  const first = await store.known(source.key);
  if (await waitsForBudget(source, first.health?.state, at)) return { incidents: [], outbox: [] };
  const { poll, outcome } = await ask(source, first.memory, at, deps);
  const { judged, committed } = await takeTurn(store, {
    context: contextOf({ source: source.key, tenant: source.tenant, kind: source.kind }, at, deps),
    poll,
    outcome,
    first,
    onConflict: (attempt) =>
      deps.log.debug({ source: source.key, attempt }, 'the record moved meanwhile; deciding again'),
  });
  const { health, evaluations } = judged;
  deps.measure.polled({
    tenant: source.tenant,
    kind: source.kind,
    outcome: outcome.ok ? 'ok' : health.code,
    ms: performance.now() - begun,
    rows: poll === undefined ? 0 : (poll.rows ?? poll.observation.facts.length),
    evaluations,
  });
  return committed;
}

/** Used up and already said so: nothing is asked and nothing written until a request is free again. */
async function waitsForBudget(source: Source, state: string | undefined, at: Instant): Promise<boolean> {
  const { left, freeAt } = source.budget(at);
  return state === 'throttled' && left === 0 && freeAt > at;
}

/** A fact that reads back otherwise than it was written would be a change at every poll. */
function asStored(poll: Poll): Poll {
  const facts = storableDeep(poll.observation.facts) as Poll['observation']['facts'];
  return { ...poll, observation: { ...poll.observation, facts } };
}

async function ask(
  source: Source,
  memory: Parameters<Source['poll']>[0],
  at: Instant,
  deps: PollDeps,
): Promise<{ poll: Poll | undefined; outcome: PollOutcome }> {
  try {
    return {
      poll: asStored(await source.poll(memory, at, asksOf(deps.rules(), source.kind))),
      outcome: { ok: true },
    };
  } catch (error) {
    if (!isFault(error)) deps.log.error({ source: source.key, err: error }, 'a poll failed unexpectedly');
    else {
      const { code, requestId, detail } = error;
      deps.log.warn({ source: source.key, code, requestId, detail }, error.message);
    }
    return { poll: undefined, outcome: { ok: false, error } };
  }
}
