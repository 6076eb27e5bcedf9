import { formatDuration } from '../lib/duration.js';
import type { Section } from '../model/card.js';
import type { Destination, Incident, TimelineEntry } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Delivery } from '../model/telling.js';
import { MINUTE, type Instant } from '../model/time.js';
import { deliveryLines } from './explain-told.js';
import type { CallView } from './explain-view.js';
import { bold, listSection, say, time, type ListItem } from './parts.js';
import { age, clip } from './words.js';

/** The channels that routes chose for it, and those that stand in for one that does not answer. */
export function whereSections(
  { destinations }: Incident,
  timeline: readonly TimelineEntry[],
): readonly Section[] {
  const instead = timeline.filter(({ kind }) => kind === 'fallback').slice(-3);
  const lines: readonly ListItem[] =
    destinations.length === 0
      ? [{ tone: 'warning', line: [say('Nowhere: no route that matches names a channel.')] }]
      : destinations.map(destinationLine);
  return listSection('Where it goes', [
    ...lines,
    ...instead.map(({ at, text }): ListItem => ({
      tone: 'warning',
      line: [time(at), say(` ${clip(text, 200)}`)],
    })),
  ]);
}

function destinationLine({ channel, fallback, via = [], ...timing }: Destination): ListItem {
  const way = via.map(({ node, matchers }) => [node, ...matchers].join(' ')).join(' › ');
  const by: readonly Inline[] = way === '' ? [] : [say(' by '), { text: clip(way, 300), code: true }];
  const mutes = [
    ...timing.muteTimes.map((name) => `, muted in ${name}`),
    ...timing.activeTimes.map((name) => `, only in ${name}`),
  ];
  const instead = fallback === undefined ? '' : `; ${fallback} in its place when it cannot be told`;
  const wait = timing.groupWait === 0 ? 'at once' : `after ${formatDuration(timing.groupWait)}`;
  const words = `: first ${wait}, again every ${formatDuration(timing.repeatInterval)}${mutes.join('')}${instead}`;
  return { tone: 'neutral', line: [bold(channel), ...by, say(words)] };
}

/** Whom escalations called, why, and what came of it. */
export function calledSections(calls: readonly CallView[]): readonly Section[] {
  return listSection('Who was called', calls.flatMap(callLines), 12);
}

function callLines({ page, deliveries }: CallView): readonly ListItem[] {
  const { person, channel, dueAt, reason, state, dropped, escalation } = page;
  const why = escalation === undefined ? reason : `${escalation}, ${reason}`;
  const outcome = {
    told: [say(': called'), ...acceptedWords(deliveries, dueAt)],
    waiting: [say(': to be called then')],
    dropped: [say(`: not called: ${clip(dropped ?? 'not needed', 160)}`)],
  }[state];
  const who = person === undefined ? channel : `${person} (${channel})`;
  const failed = deliveryLines([...deliveries].reverse().filter((row) => row.outcome !== 'accepted'));
  return [
    {
      tone: state === 'told' ? 'ok' : 'neutral',
      line: [time(dueAt), say(' '), bold(who), say(`, ${clip(why, 120)}`), ...outcome],
    },
    ...failed,
  ];
}

/** What came back for the call itself; edits of it came later. Deliveries are newest first. */
function acceptedWords(deliveries: readonly Delivery[], dueAt: Instant): readonly Inline[] {
  const first = deliveries.findLast(
    ({ outcome, action }) => outcome === 'accepted' && (action === 'post' || action === 'find'),
  );
  if (first === undefined) return [];
  const late = first.at - dueAt;
  const words = `accepted in ${(first.durationMs / 1_000).toFixed(1)} s`;
  return [say(late >= MINUTE ? `, ${words}, ${age(late)} late` : `, ${words}`)];
}
