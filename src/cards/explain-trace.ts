import type { Side, Term, Trace } from '../model/evaluation.js';
import type { Inline } from '../model/rich.js';
import { DAY } from '../model/time.js';
import { termWords } from './explain-term.js';
import { merged, say } from './parts.js';

/** `attempts 40 ≥ 20 ✓, ner 0.97 < 0.90 ✗`: each comparison of a condition that counted. */
export function traceWords(trace: Trace): readonly Inline[] {
  return merged(wordsOf(counted(trace, false), false));
}

function wordsOf(trace: Trace, nested: boolean): readonly Inline[] {
  if (trace.kind === 'term') return termWords(trace);
  const [only, ...others] = trace.of;
  if (only !== undefined && others.length === 0) return wordsOf(only, nested);
  const between = trace.kind === 'any' ? ' or ' : nested ? ' and ' : ', ';
  const words = trace.of.flatMap((part, i) => [...(i === 0 ? [] : [say(between)]), ...wordsOf(part, true)]);
  return nested ? [say('('), ...words, say(')')] : words;
}

/** Without what did not count: a phone reads it. Of alternatives that all fail only what each of them lacks. */
function counted(trace: Trace, alternative: boolean): Trace {
  if (trace.kind === 'term') return trace;
  // Once the others decide, one that cannot be told was never asked.
  const asked = trace.holds === null ? trace.of : trace.of.filter(({ holds }) => holds !== null);
  if (trace.kind === 'any') {
    const of = trace.holds === true ? asked.filter(({ holds }) => holds === true) : asked;
    return { ...trace, of: of.map((part) => counted(part, true)) };
  }
  const lacking = alternative && trace.holds === false;
  const of = lacking
    ? asked.filter(({ holds }) => holds === false)
    : asked.filter((part) => !isGuard(part, asked));
  return { ...trace, of: of.map((part) => counted(part, alternative)) };
}

/** `x != null` in front of another comparison of x says nothing where it holds. */
function isGuard(part: Trace, among: readonly Trace[]): boolean {
  if (part.kind !== 'term' || part.holds !== true || part.right?.text !== 'null') return false;
  const name = part.left?.text ?? '';
  return among.some((other) => other !== part && other.kind === 'term' && other.text.includes(name));
}

/** What is missing for the condition to hold; of alternatives those of the nearest. */
export function unmet(trace: Trace): readonly Term[] {
  if (trace.holds === true) return [];
  if (trace.kind === 'term') return [trace];
  if (trace.kind === 'all') return trace.of.flatMap(unmet);
  const [nearest] = [...trace.of].sort((a, b) => gapOf(a) - gapOf(b));
  return nearest === undefined ? [] : unmet(nearest);
}

/** How far a condition is from holding: 0 when it does, and at most 1 for each comparison that is missing. */
export function gapOf(trace: Trace): number {
  if (trace.holds === true) return 0;
  if (trace.kind !== 'term') {
    const gaps = trace.of.map(gapOf);
    return trace.kind === 'any' ? Math.min(...gaps, 1) : gaps.reduce((sum, gap) => sum + gap, 0);
  }
  const [a, b] = [measure(trace.left), measure(trace.right)];
  if (a === undefined || b === undefined || a.scale !== b.scale) return 1;
  const far = Math.abs(a.value - b.value);
  const scale = a.scale === 'time' ? DAY : Math.max(Math.abs(a.value), Math.abs(b.value), Number.EPSILON);
  return Math.min(1, Math.max(0.001, far / scale));
}

function measure(side: Side | undefined): { scale: 'number' | 'time'; value: number } | undefined {
  if (typeof side?.value === 'number') return { scale: 'number', value: side.value };
  const at = typeof side?.value === 'string' ? Date.parse(side.value) : Number.NaN;
  return Number.isFinite(at) ? { scale: 'time', value: at } : undefined;
}
