import type { Card } from '../model/card.js';
import type { Chart } from '../model/chart.js';
import { incidentName, type Incident, type TimelineEntry } from '../model/incident.js';
import type { Instant } from '../model/time.js';
import { command, fact, factsSection, link, paragraph, say, time } from './parts.js';
import { age, clip, plural } from './words.js';

export interface PostmortemView {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  readonly chart?: Chart;
  readonly now: Instant;
  readonly url: string;
}

/** That a draft was made, and where it is; the draft itself is a file. */
export function postmortemCard({ incident, timeline, chart, now, url }: PostmortemView): Card {
  const { id, title, openedAt, acknowledgedAt, resolvedAt } = incident;
  const name = incidentName(id);
  const posts = timeline.filter(({ kind }) => kind === 'post').length;
  const heading = `${name}: draft of a postmortem`;
  return {
    topic: `postmortem:${id}`,
    tone: 'neutral',
    title: heading,
    fallback: `${heading} (${clip(title, 120)})`,
    sections: [
      paragraph(command(name, `incident ${name}`), say(` ${title}`)),
      ...factsSection([
        fact('Began', time(openedAt)),
        ...(acknowledgedAt === undefined
          ? []
          : [fact('Acknowledged after', say(age(acknowledgedAt - openedAt)))]),
        resolvedAt === undefined
          ? fact('Still open after', say(age(now - openedAt)))
          : fact('Over after', say(age(resolvedAt - openedAt))),
        fact(
          'In it',
          say(`${plural(timeline.length, 'line')} of history, ${plural(posts, 'post')} of Microsoft’s`),
        ),
      ]),
      ...(chart === undefined ? [] : [{ kind: 'chart' as const, ...chart }]),
      paragraph(
        say(
          'Markdown. Cause, lessons and actions are left for people to write; asked again, it is made anew.',
        ),
      ),
    ],
    actions: [],
    footer: url === '' ? [] : [link('the draft', `${url}/incidents/${name}/postmortem`)],
    at: now,
  };
}
