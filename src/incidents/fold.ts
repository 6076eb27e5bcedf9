import type { Transition } from '../model/alert.js';
import { compareSeverity } from '../model/severity.js';
import { begin } from './begin.js';
import { openDrafts, type Drafts, type Folded, type FoldInput } from './draft.js';
import { follow } from './follow.js';
import { tellChanges } from './tell-changes.js';

export type { Folded, FoldInput } from './draft.js';

/** Transitions and changes into incidents: each visible step is one line of a timeline and one revision at most. */
export function fold(input: FoldInput): Folded {
  const drafts = openDrafts(input);
  // What became different is told before what follows from it: "Status: … → Service restored", then "Resolved".
  tellChanges(drafts, input);
  for (const transition of [...input.transitions].sort(worstFirst)) take(drafts, transition, input);
  return drafts.close();
}

function take(drafts: Drafts, transition: Transition, input: FoldInput): void {
  const { kind } = transition;
  if (kind === 'pending' || kind === 'dropped') return;
  if (kind === 'firing' || kind === 'once') begin(drafts, transition, input);
  else follow(drafts, transition, input);
}

function worstFirst(a: Transition, b: Transition): number {
  return compareSeverity(a.alert.severity, b.alert.severity);
}
