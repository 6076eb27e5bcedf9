import type { Card } from '../model/card.js';
import { flapping, incidentName, type Incident } from '../model/incident.js';
import type { Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import { incidentTone } from './incident.js';
import { titleOf } from './incident-title.js';
import { mainAlert } from './incident-view.js';
import { incidentLine } from './incidents.js';
import type { ScheduleView } from './on-call.js';
import { bold, command, link, listSection, paragraph, say, time, type ListItem } from './parts.js';
import { holdsWords, silenceLine } from './silences.js';
import { instantOf, textOf } from './values.js';
import { clip, plural, worstTone } from './words.js';

export interface HandoverView {
  readonly schedules: readonly ScheduleView[];
  /** Who had it before, when somebody has just taken over. */
  readonly before?: string | undefined;
  /** What is not resolved. */
  readonly incidents: readonly Incident[];
  readonly silences: readonly { readonly silence: Silence; readonly holds: readonly number[] }[];
  /** What came and went in the shift that is told of. */
  readonly shift?: { readonly since: Instant; readonly opened: number; readonly resolved: number };
  readonly now: Instant;
  readonly url: string;
}

const SHOWN = 12;

/** What whoever takes over has to know: what is open and who has it, what is quiet and until when, what comes and goes, what was promised. */
export function handoverCard(view: HandoverView): Card {
  const { incidents, silences, now, url, shift } = view;
  const title = titleWords(view);
  const open = [...incidents].sort((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open'));
  const nobodys = open.filter(({ state }) => state === 'open').length;
  const words =
    open.length === 0
      ? 'nothing is open'
      : `${plural(open.length, 'open incident')}${nobodys === 0 ? '' : `, ${nobodys} of them nobody’s`}`;
  const rest = [
    ...listSection(
      'Open',
      open.map((incident) => incidentLine(incident, now)),
      SHOWN,
    ),
    ...listSection('Flapping', open.flatMap(flapLine), SHOWN),
    ...listSection(
      'Silenced',
      silences.map(({ silence, holds }) => ({
        tone: 'neutral' as const,
        line: [...silenceLine(silence, now), ...holdsWords(holds)],
      })),
      SHOWN,
    ),
    ...listSection('Promised by Microsoft', promises(open, now), SHOWN),
  ];
  return {
    topic: 'handover',
    tone: worstTone(open.map(incidentTone)),
    badge: 'HAND-OVER',
    title,
    fallback: `${title}; ${words}`,
    sections: [
      ...listSection(undefined, view.schedules.map(scheduleLine)),
      ...(shift === undefined
        ? []
        : [
            paragraph(
              say(`${plural(shift.opened, 'incident')} opened and ${shift.resolved} resolved since `),
              time(shift.since),
              say('.'),
            ),
          ]),
      ...(rest.length > 0
        ? rest
        : [paragraph(say('Nothing is open, nothing is silenced, and Microsoft has promised nothing.'))]),
    ],
    actions: [],
    footer: url === '' ? [] : [link('console', url)],
    at: now,
  };
}

function titleWords({ schedules, before }: HandoverView): string {
  const [only] = schedules;
  if (only === undefined || schedules.length > 1) return 'Hand-over';
  const who = only.now?.person ?? 'nobody';
  if (before === undefined) return `Hand-over of ${only.name}: ${who} is on call`;
  if (only.now?.person === undefined) return `${only.name}: nobody takes over from ${before}`;
  return before === '' ? `${only.name}: ${who} takes over` : `${only.name}: ${who} takes over from ${before}`;
}

function scheduleLine({ name, now, next: [next] }: ScheduleView): ListItem {
  return {
    tone: now?.person === undefined ? 'warning' : 'ok',
    line: [
      say(`${name}: `),
      bold(now?.person ?? 'nobody'),
      ...(now === undefined || !Number.isFinite(now.to) ? [] : [say(' until '), time(now.to)]),
      ...(next === undefined ? [] : [say(', then '), bold(next.person ?? 'nobody')]),
    ],
  };
}

function flapLine(incident: Incident): readonly ListItem[] {
  const [worst] = [...flapping(incident)].sort((a, b) => b.count - a.count);
  if (worst?.since === undefined) return [];
  const name = incidentName(incident.id);
  return [
    {
      tone: incidentTone(incident),
      line: [
        command(name, `incident ${name}`),
        say(` ${clip(titleOf(incident, mainAlert(incident)), 100)} · fired ${worst.count} times since `),
        time(worst.since),
      ],
    },
  ];
}

/** When Microsoft said it would speak again, soonest first. */
function promises(incidents: readonly Incident[], now: Instant): readonly ListItem[] {
  const found = new Map<string, { by: Instant; title: string }>();
  for (const { alerts } of incidents)
    for (const { state, subject, values, summary } of alerts) {
      const by = instantOf(values, 'nextUpdateBy');
      if (state !== 'firing' || by === undefined || !subject.startsWith('issue:')) continue;
      found.set(subject.slice('issue:'.length), { by, title: textOf(values, 'title') ?? summary });
    }
  return [...found]
    .sort(([, a], [, b]) => a.by - b.by)
    .map(([id, { by, title }]) => ({
      tone: by < now ? 'warning' : 'neutral',
      line: [
        command(id, `issue ${id}`),
        say(` ${clip(title, 100)} · next update by `),
        time(by),
        ...(by < now ? [say(', '), bold('overdue')] : []),
      ],
    }));
}
