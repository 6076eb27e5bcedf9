import type { Card, Section, Tone } from '../model/card.js';
import { whoAndWhere, type TimelineEntry, type TimelineKind } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Delivery, Telling } from '../model/telling.js';
import { MINUTE } from '../model/time.js';
import { whyAction } from './incident-actions.js';
import { incidentCard } from './incident.js';
import type { IncidentView } from './incident-view.js';
import { heading, listSection, say, time, type ListItem } from './parts.js';
import { age, clip } from './words.js';

const LINES_MAX = 20;
/** The last thing said came this long after its change: worth a word. */
const LATE = 2 * MINUTE;

export interface IncidentDetailView extends IncidentView {
  readonly tellings: readonly Telling[];
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
}

/** The incident's card, its history, and where it was told with what came back. */
export function incidentDetailCard(view: IncidentDetailView): Card {
  const { tellings, deliveries, ...rest } = view;
  const card = incidentCard(rest);
  return {
    ...card,
    sections: [...card.sections, ...historySections(view.timeline), ...toldSections(tellings, deliveries)],
    actions: [...card.actions.filter(({ id }) => id !== 'details'), whyAction(view.incident)],
  };
}

function historySections(timeline: readonly TimelineEntry[]): readonly Section[] {
  const lines = timeline.filter((entry) => entry.kind !== 'told' && entry.kind !== 'not-told');
  if (lines.length === 0) return [];
  const earlier = lines.length - LINES_MAX;
  const shown = lines.slice(-LINES_MAX);
  const first: readonly ListItem[] =
    earlier <= 0 ? [] : [{ tone: 'neutral', line: [say(`${earlier} earlier, in the console`)] }];
  return [heading('History'), { kind: 'list', items: [...first, ...shown.map(historyLine)] }];
}

function historyLine(entry: TimelineEntry): ListItem {
  const who = entry.actor.name === 'tocsin' ? '' : ` (${whoAndWhere(entry.actor)})`;
  return { tone: historyTone(entry.kind), line: [time(entry.at), say(` ${clip(entry.text, 200)}${who}`)] };
}

function historyTone(kind: TimelineKind): Tone {
  switch (kind) {
    case 'resolved':
    case 'alert-resolved':
    case 'calm':
      return 'ok';
    case 'opened':
    case 'worsened':
    case 'reopened':
    case 'alert-joined':
    case 'woke':
    case 'flapping':
      return 'major';
    default:
      return 'neutral';
  }
}

function toldSections(tellings: readonly Telling[], deliveries: readonly Delivery[]): readonly Section[] {
  const channels = [...new Set([...tellings, ...deliveries].map((row) => row.channel))].sort();
  return listSection(
    'Told in',
    channels.map((channel) => channelLine(channel, tellings, deliveries)),
  );
}

function channelLine(
  channel: string,
  tellings: readonly Telling[],
  deliveries: readonly Delivery[],
): ListItem {
  const told = tellings.find((telling) => telling.channel === channel && telling.state === 'told');
  const last = deliveries.find((delivery) => delivery.channel === channel);
  const bad = last !== undefined && !['accepted', 'held', 'not-told'].includes(last.outcome);
  const parts: Inline[] = [say(channel)];
  if (told?.firstAt !== undefined) parts.push(say(': first told '), time(told.firstAt));
  else if (told === undefined) parts.push(say(': not told yet'));
  if (told?.lastAt !== undefined && told.lastAt !== told.firstAt)
    parts.push(say(', last '), time(told.lastAt));
  if (last !== undefined) parts.push(...lastWords(last));
  return { tone: bad ? 'warning' : told === undefined ? 'neutral' : 'ok', line: parts };
}

/** What came of the last attempt, where it is worth a word: refused, held, late. */
function lastWords({ outcome, reason, answer, until, lateMs }: Delivery): readonly Inline[] {
  const again = until === undefined ? [] : [say(', looked at again '), time(until)];
  if (outcome === 'accepted') return lateMs > LATE ? [say(`, ${age(lateMs)} late`)] : [];
  if (outcome === 'not-told') return [say(`; not told: ${clip(reason, 160)}`)];
  if (outcome === 'held') return [say(`; held: ${clip(reason, 160)}`), ...again];
  return [say(`; last attempt ${outcome}: ${clip(answer ?? reason, 160)}`), ...again];
}
