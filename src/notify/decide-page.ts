import type { Destination } from '../model/incident.js';
import type { Page } from '../model/page.js';
import { DAY } from '../model/time.js';
import { decide, type DecideInput, type Decision } from './decide.js';

/** What to do now for one page; `drop` is why nobody needs it any more. */
export interface PageDecision {
  readonly decision: Decision;
  readonly drop?: string;
}

/** A page is told once and never repeated: the escalation calls again by itself. */
const SELDOM = 36_500 * DAY;

/**
 * A page that was not told yet is told only while somebody still has to be woken; one that was told shows what the incident
 * now is. `run` is that of the escalation as it is; undefined when there is none (somebody asked for the page). `wanted`: somebody
 * has it, and the one who is called has to acknowledge as well.
 */
export function decidePage(
  page: Page,
  run: number | undefined,
  input: Omit<DecideInput, 'destination' | 'owed'>,
  wanted = false,
): PageDecision {
  const { told, incident, hush } = input;
  const destination = pageDestination(page.channel);
  if (told?.ref !== undefined || told?.state === 'sending')
    return { decision: decide({ ...input, destination, owed: false, hush: undefined }) };
  const drop = whyNot(page, run, incident, wanted);
  if (drop !== undefined) return { decision: { do: 'nothing', reason: 'not-needed' }, drop };
  if (hush !== undefined && run !== undefined)
    return { decision: decide({ ...input, destination, owed: false }) };
  return { decision: { do: 'post', reason: 'first' } };
}

export function pageDestination(channel: string): Destination {
  return {
    channel,
    groupWait: 0,
    groupInterval: 0,
    repeatInterval: SELDOM,
    muteTimes: [],
    activeTimes: [],
  };
}

function whyNot(
  page: Page,
  run: number | undefined,
  { state, acknowledgedBy, resolvedBy }: DecideInput['incident'],
  wanted: boolean,
): string | undefined {
  if (page.state === 'dropped') return page.dropped ?? 'dropped';
  if (state === 'resolved') return `resolved by ${resolvedBy ?? 'itself'} before it was due`;
  if (state === 'acknowledged' && !page.forHolder && !wanted)
    return `acknowledged by ${acknowledgedBy ?? 'somebody'} before it was due`;
  if (state === 'open' && page.forHolder) return 'given back before it was due';
  if (run !== undefined && run !== page.run) return 'the escalation began anew before it was due';
  return undefined;
}
