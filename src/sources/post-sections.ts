import { proseToIso } from './dates.js';
import { LABELS } from './post-lines.js';
import { clean } from './text.js';

/** The conventional sentences of a Microsoft post; null where it has none. Instants are ISO in UTC. */
export interface PostSections {
  readonly title: string | null;
  readonly userImpact: string | null;
  readonly moreInfo: string | null;
  readonly currentStatus: string | null;
  readonly finalStatus: string | null;
  readonly scope: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly rootCause: string | null;
  readonly preliminaryRootCause: string | null;
  readonly nextSteps: string | null;
  readonly nextUpdateBy: string | null;
}

const LABELLED = new RegExp(`^(${LABELS.join('|')}):\\s*(.*)$`, 'i');

/** `text` is what `richToText(parseHtml(…))` gives: each part begins a line of its own. */
export function postSections(text: string): PostSections {
  const found = new Map<string, string>();
  let current: string | undefined;
  for (const line of clean(text).split('\n')) {
    const match = LABELLED.exec(line.trim());
    if (match !== null) current = (match[1] ?? '').toLowerCase();
    const words = (match === null ? line : (match[2] ?? '')).trim();
    if (current === undefined || words === '') continue;
    const before = found.get(current);
    found.set(current, before === undefined ? words : `${before}\n${words}`);
  }
  const part = (label: (typeof LABELS)[number]): string | null => found.get(label.toLowerCase()) ?? null;
  const instant = (label: (typeof LABELS)[number]): string | null => proseToIso(part(label) ?? '');
  return {
    title: part('Title'),
    userImpact: part('User impact'),
    moreInfo: part('More info'),
    currentStatus: part('Current status'),
    finalStatus: part('Final status'),
    scope: part('Scope of impact'),
    startTime: instant('Start time'),
    endTime: instant('End time'),
    rootCause: part('Root cause'),
    preliminaryRootCause: part('Preliminary root cause'),
    nextSteps: part('Next steps'),
    nextUpdateBy: instant('Next update by'),
  };
}
