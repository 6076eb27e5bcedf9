import type { AuditEntry, AuditOutcome } from '../model/audit.js';
import type { Card, Tone } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { Duration, Instant } from '../model/time.js';
import { bold, listSection, paragraph, say, time } from './parts.js';
import { age, plural } from './words.js';

export interface AuditView {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** There are more than these. */
  readonly more: boolean;
  /** What was looked for; empty for everything. */
  readonly text: string;
  readonly span: Duration;
  readonly now: Instant;
}

const TONES: Readonly<Record<AuditOutcome, Tone>> = { done: 'ok', refused: 'major', failed: 'warning' };

/** Who did what, from where, and what was refused. */
export function auditCard({ entries, more, text, span, now }: AuditView): Card {
  const refused = entries.filter(({ outcome }) => outcome === 'refused').length;
  const about = text === '' ? '' : ` about “${text}”`;
  const count = `${more ? 'The newest ' : ''}${plural(entries.length, 'act')}${about} of the last ${age(span)}`;
  const title = entries.length === 0 ? `Nobody did anything${about} in the last ${age(span)}` : count;
  return {
    topic: 'audit',
    tone: 'neutral',
    title,
    fallback: refused === 0 ? title : `${title}, ${refused} refused`,
    sections: [
      ...listSection(
        undefined,
        entries.map((entry) => ({ tone: TONES[entry.outcome], line: lineOf(entry) })),
      ),
      ...(more ? [paragraph(say('Older ones: say less time, or a name or an id after the command.'))] : []),
    ],
    actions: [],
    at: now,
  };
}

function lineOf({ at, actor, action, outcome, detail }: AuditEntry): readonly Inline[] {
  const { id = actor.via, role, needs, where, button, reason } = detail;
  const place = [id, where === undefined ? '' : `in ${where}`, button === true ? 'by a button' : '']
    .filter((part) => part !== '')
    .join(', ');
  const why =
    outcome === 'refused' ? `: needs ${needs ?? 'more'}, is ${role ?? 'less'}` : `: ${reason ?? ''}`;
  return [
    time(at),
    say(' '),
    bold(actor.name),
    say(` (${place}) `),
    { text: action, code: true },
    ...(outcome === 'done' ? [] : [say(` ${outcome}${why === ': ' ? '' : why}`)]),
  ];
}
