import type { Card } from '../model/card.js';
import type { Instant } from '../model/time.js';
import { bold, listSection, say, type ListItem } from './parts.js';
import { plural, sentence } from './words.js';

/** One thing that was tried: a source, a channel, the store. */
export interface CheckView {
  readonly subject: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

export interface DoctorView {
  readonly lines: readonly CheckView[];
  readonly now: Instant;
}

/** What works and what does not, the latter first, each with its next step. */
export function doctorCard({ lines, now }: DoctorView): Card {
  const bad = lines.filter((line) => !line.ok);
  const title = doctorTitle(lines.length, bad.length);
  return {
    topic: 'doctor',
    tone: lines.length === 0 ? 'neutral' : bad.length === 0 ? 'ok' : 'major',
    badge: bad.length === 0 ? 'OK' : 'FAILING',
    title,
    fallback: [title, ...bad.slice(0, 3).map((line) => `${line.subject}: ${line.detail}`)].join('; '),
    sections: listSection(undefined, [...bad, ...lines.filter((line) => line.ok)].map(checkLine), 60),
    actions: [],
    at: now,
  };
}

function doctorTitle(all: number, bad: number): string {
  if (all === 0) return 'Nothing to check: no source and no channel is configured';
  if (bad === 0) return all === 1 ? 'The one check passed' : `All ${all} checks passed`;
  return `${bad} of ${plural(all, 'check')} failed`;
}

function checkLine({ subject, ok, detail, advice }: CheckView): ListItem {
  const next = ok || advice === '' ? '' : ` Next step: ${sentence(advice)}`;
  return {
    tone: ok ? 'ok' : 'major',
    line: [bold(subject), say(`: ${next === '' ? detail : sentence(detail)}${next}`)],
  };
}
