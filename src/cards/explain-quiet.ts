import { formatMatcher } from '../lib/matchers.js';
import type { Section } from '../model/card.js';
import { flapping, type Incident } from '../model/incident.js';
import type { Silence } from '../model/silence.js';
import { deliveryLines } from './explain-told.js';
import type { About, ExplainView } from './explain-view.js';
import { listSection, say, time, type ListItem } from './parts.js';
import { clip, plural } from './words.js';

/** What keeps an incident from making a noise now. */
export function quietSections(
  { incident, silences }: Extract<About, { readonly kind: 'incident' }>,
  { deliveries }: ExplainView,
): readonly Section[] {
  if (incident.state === 'resolved') return [];
  const newest = [...new Map([...deliveries].reverse().map((row) => [row.channel, row])).values()];
  return listSection('Why it is quiet', [
    ...baselineLine(incident),
    ...holderLine(incident),
    ...flapLines(incident),
    ...silences.map(silenceLine),
    ...deliveryLines(newest.filter(({ outcome }) => outcome === 'held')),
  ]);
}

function baselineLine({ baselineOf }: Incident): readonly ListItem[] {
  if (baselineOf === undefined) return [];
  return [
    { tone: 'neutral', line: [say('It was there at the first poll: it gets a card with its first change.')] },
  ];
}

function holderLine({ state, acknowledgedBy, acknowledgedAt, snoozedUntil }: Incident): readonly ListItem[] {
  if (state !== 'acknowledged') return [];
  const since = acknowledgedAt === undefined ? [] : [say(' since '), time(acknowledgedAt)];
  const until =
    snoozedUntil === undefined ? [] : [say(', and wants to hear nothing until '), time(snoozedUntil)];
  return [
    {
      tone: 'neutral',
      line: [say(`No reminders: ${acknowledgedBy ?? 'somebody'} has it`), ...since, ...until],
    },
  ];
}

function flapLines(incident: Incident): readonly ListItem[] {
  return flapping(incident).map(({ fingerprint, since = incident.openedAt, count, calmAt }) => {
    const rule = incident.alerts.find((alert) => alert.fingerprint === fingerprint)?.rule ?? 'an alert';
    return {
      tone: 'neutral',
      line: [
        say(`${rule} comes and goes, ${plural(count, 'time')} since `),
        time(since),
        say(': its card is seldom edited, until it has been calm, at the earliest '),
        time(calmAt),
      ],
    };
  });
}

function silenceLine({ id, matchers, endsAt, author, comment }: Silence): ListItem {
  const why = comment === '' ? '' : `: ${comment}`;
  return {
    tone: 'neutral',
    line: [
      say(`Silence #${id} of ${author.name}${clip(why, 120)}, until `),
      time(endsAt),
      say(', matches '),
      { text: clip(matchers.map(formatMatcher).join(', '), 160), code: true },
    ],
  };
}
