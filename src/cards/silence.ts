import { formatDuration } from '../lib/duration.js';
import { formatMatcher } from '../lib/matchers.js';
import type { Action, Card, Section } from '../model/card.js';
import { incidentName, type Incident } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Matcher, Silence } from '../model/silence.js';
import type { Duration, Instant } from '../model/time.js';
import { mainAlert } from './incident-view.js';
import { titleOf } from './incident-title.js';
import { incidentTone } from './incident.js';
import {
  bold,
  command,
  dotted,
  fact,
  factIf,
  factsSection,
  link,
  listSection,
  paragraph,
  say,
  time,
  type CardFact,
} from './parts.js';
import { tenantWords } from './tenants-of.js';
import { age, clip, plural } from './words.js';

/** What a silence holds back now, and what it would have held back before. */
export interface SilenceReach {
  readonly now: readonly { readonly incident: Incident; readonly alerts: number; readonly of: number }[];
  readonly since: Instant;
  readonly fired: number;
  readonly acknowledged: number;
  readonly subjects: readonly string[];
  readonly unknownLabels: readonly string[];
}

export interface SilenceView {
  readonly silence: Silence;
  readonly reach: SilenceReach;
  readonly now: Instant;
  readonly url: string;
  readonly done: 'Silenced' | 'Changed' | 'Ended';
}

/** One silence after it was set, changed or ended: what it holds back, and what it would have cost. */
export function silenceCard({ silence, reach, now, url, done }: SilenceView): Card {
  const { id, matchers, comment, author, endsAt } = silence;
  const ended = done === 'Ended';
  const title = ended
    ? `Silence #${id} has ended`
    : `${done === 'Changed' ? 'Changed: silenced' : 'Silenced'} for ${age(endsAt - now)}`;
  return {
    topic: `silence:${id}`,
    tone: 'neutral',
    badge: `#${id}`,
    title,
    fallback: clip(`${title}: ${matcherWords(matchers)}. ${heldWords(reach, ended)}`, 400),
    sections: [
      ...factsSection([
        matcherFact(matchers),
        fact(ended ? 'Ended' : 'Until', time(endsAt)),
        fact('Set by', say(author.name)),
        ...factIf('Comment', comment),
        costFact(reach, 'It'),
      ]),
      ...unknownSection(reach),
      ...heldSection(reach, ended ? 'Told from now on' : 'Holds back now'),
    ],
    actions: ended ? [] : silenceActions(id),
    footer: url === '' ? [] : dotted([command('silences', 'silences')], [link('console', url)]),
    at: now,
  };
}

function silenceActions(id: number): readonly Action[] {
  return [
    { id: 'silence', label: '1h longer', style: 'default', command: `silence #${id} +1h` },
    { id: 'unsilence', label: 'End it now', style: 'default', command: `unsilence #${id}` },
  ];
}

export interface SilencePreviewView {
  readonly order: {
    readonly matchers: readonly Matcher[];
    readonly durationMs: Duration;
    readonly comment: string;
  };
  readonly reach: SilenceReach;
  readonly now: Instant;
}

/** Asked before a silence over several subjects is set: what would be quiet, and what would have been. */
export function silencePreviewCard({ order, reach, now }: SilencePreviewView): Card {
  const { matchers, durationMs, comment } = order;
  const over = reach.subjects.length === 0 ? '' : ` ${plural(reach.subjects.length, 'subject')}`;
  const title = `Silence${over} for ${age(durationMs)}?`;
  const again = ['silence --yes', ...matchers.map(formatMatcher), formatDuration(durationMs), comment]
    .filter((word) => word !== '')
    .join(' ');
  return {
    topic: 'silence-preview',
    tone: 'warning',
    badge: 'NOT YET',
    title,
    fallback: clip(`${title} ${matcherWords(matchers)}. ${heldWords(reach, false)} To do it: ${again}`, 600),
    sections: [
      ...factsSection([
        matcherFact(matchers),
        fact('Until', time(now + durationMs)),
        ...factIf('Comment', comment),
        costFact(reach, 'It'),
        ...factIf('Subjects', someOf(reach.subjects)),
      ]),
      ...unknownSection(reach),
      ...heldSection(reach, 'Would hold back now'),
      paragraph(say('To do it: '), { text: again, code: true }),
    ],
    actions: [
      { id: 'confirm', label: `Silence for ${formatDuration(durationMs)}`, style: 'danger', command: again },
    ],
    at: now,
  };
}

function matcherFact(matchers: readonly Matcher[]): CardFact {
  return fact('Matchers', { text: matcherWords(matchers), code: true });
}

export function matcherWords(matchers: readonly Matcher[]): string {
  return matchers.map(formatMatcher).join(' ');
}

/** `It would have muted 41 alerts in the last week; 3 of them were acknowledged`. */
function costFact({ fired, acknowledged }: SilenceReach, it: string): CardFact {
  const what = `${it} would have muted `;
  if (fired === 0) return fact('Last week', say(`${what}nothing`));
  return fact(
    'Last week',
    say(what),
    bold(plural(fired, 'alert')),
    acknowledged === 0
      ? say(fired === 1 ? '; nobody acknowledged it' : '; nobody acknowledged any of them')
      : say(`, ${acknowledged === fired && fired > 1 ? 'all' : acknowledged} of them acknowledged`),
  );
}

function someOf(subjects: readonly string[]): string {
  const shown = subjects.slice(0, 6).join(', ');
  return subjects.length <= 6 ? shown : `${shown} and ${subjects.length - 6} more`;
}

function heldWords({ now, fired, acknowledged }: SilenceReach, ended: boolean): string {
  const names = now.map(({ incident }) => incidentName(incident.id)).slice(0, 5);
  const held =
    names.length === 0
      ? 'Nothing is held back now'
      : `${ended ? 'Speaks again' : 'Holds back'}: ${names.join(', ')}`;
  return `${held}. In the last week it would have muted ${plural(fired, 'alert')}, ${acknowledged} of them acknowledged.`;
}

function unknownSection({ unknownLabels }: SilenceReach): readonly Section[] {
  if (unknownLabels.length === 0) return [];
  const named = unknownLabels.map((name) => `“${name}”`).join(', ');
  return [
    paragraph(
      bold('Mind: '),
      say(
        `no alert of now or of the last week has the label ${named}. Alerts have alertname, severity, tenant, source, subject and their rule's own.`,
      ),
    ),
  ];
}

function heldSection({ now }: SilenceReach, title: string): readonly Section[] {
  if (now.length === 0) return [paragraph(say('Nothing is held back now.'))];
  return listSection(
    title,
    now.map(({ incident, alerts, of }) => ({
      tone: incidentTone(incident),
      line: heldLine(incident, alerts, of),
    })),
    10,
  );
}

function heldLine(incident: Incident, alerts: number, of: number): readonly Inline[] {
  const name = incidentName(incident.id);
  const part = alerts === of ? '' : ` (${alerts} of its ${of} alerts: it still speaks)`;
  return [
    command(name, `incident ${name}`),
    say(` ${clip(titleOf(incident, mainAlert(incident)), 120)} · ${tenantWords(incident)}${part}`),
  ];
}
