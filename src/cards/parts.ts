import type { Action, Section, Tone } from '../model/card.js';
import { inlinesToText, type Inline, type Rich, type RichBlock } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import { age, plural } from './words.js';

export interface CardFact {
  readonly label: string;
  readonly value: readonly Inline[];
}

export interface ListItem {
  readonly tone: Tone;
  readonly line: readonly Inline[];
}

/** A list longer than this is cut, and says by how much: a card has to fit a phone and a platform's size limit. */
const LIST_MAX = 25;

export function say(text: string): Inline {
  return { text };
}

export function bold(text: string): Inline {
  return { text, bold: true };
}

export function time(at: Instant): Inline {
  return { time: at };
}

export function command(text: string, words: string): Inline {
  return { command: words, text };
}

export function link(text: string, href: string): Inline {
  return { text, href };
}

/** Neighbours of plain text as one, so that a line breaks between words alone. */
export function merged(inlines: readonly Inline[]): readonly Inline[] {
  const found: Inline[] = [];
  for (const inline of inlines) {
    const last = found.at(-1);
    if (last !== undefined && isPlain(last) && isPlain(inline))
      found[found.length - 1] = say(last.text + inline.text);
    else found.push(inline);
  }
  return found;
}

function isPlain(inline: Inline): inline is { readonly text: string } {
  return Object.keys(inline).join() === 'text';
}

/** ` · ` between the parts that are there. */
export function dotted(...parts: readonly (readonly Inline[] | undefined)[]): readonly Inline[] {
  const there = parts.filter((part): part is readonly Inline[] => part !== undefined && part.length > 0);
  return there.flatMap((part, i) => (i === 0 ? part : [say(' · '), ...part]));
}

/** Only where the platform has dialogs: elsewhere the command is typed. */
export function formButton(label: string, opens: string): Action {
  return { id: 'form', label, style: 'default', form: { opens, label } };
}

export function fact(label: string, ...value: readonly Inline[]): CardFact {
  return { label, value };
}

/** A fact, or nothing when there is nothing to say. */
export function factIf(label: string, value: string | undefined): readonly CardFact[] {
  return value === undefined || value === '' ? [] : [fact(label, say(value))];
}

export function timeFactIf(label: string, at: Instant | undefined): readonly CardFact[] {
  return at === undefined ? [] : [fact(label, time(at))];
}

export function factsSection(facts: readonly CardFact[]): readonly Section[] {
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

export function paragraph(...inlines: readonly Inline[]): Section {
  return { kind: 'text', text: [{ kind: 'paragraph', inlines }] };
}

export function heading(text: string): Section {
  return { kind: 'text', text: [{ kind: 'heading', inlines: [say(text)] }] };
}

/** Nothing when the list is empty; a long one ends with how many are left out. */
export function listSection(
  title: string | undefined,
  items: readonly ListItem[],
  max = LIST_MAX,
): readonly Section[] {
  if (items.length === 0) return [];
  const left = items.length - max;
  const shown: readonly ListItem[] =
    left <= 0 ? items : [...items.slice(0, max), { tone: 'neutral', line: [say(`and ${left} more`)] }];
  return [...(title === undefined ? [] : [heading(title)]), { kind: 'list', items: shown }];
}

/** Where an answer's facts come from. */
export interface Answered {
  readonly tenant: string;
  readonly at: Instant;
  readonly fresh: boolean;
  readonly error?: string;
}

/** One line for each tenant whose API did not answer: how old the known answer is, and why. */
export function staleSections(looks: readonly Answered[], now: Instant): readonly Section[] {
  const stale = looks.filter((look) => look.error !== undefined || !look.fresh);
  return listSection(
    undefined,
    stale.map((look) => ({ tone: 'warning', line: [say(staleLine(look, looks.length > 1, now))] })),
    10,
  );
}

function staleLine(look: Answered, named: boolean, now: Instant): string {
  const who = named ? `${look.tenant}: ` : '';
  const why = look.error === undefined ? '' : `: ${look.error}`;
  // An instant of 0 is how a tenant says that it never had an answer.
  if (look.at <= 0) return `${who}no answer yet${why}`;
  return `${who}last known answer, ${age(now - look.at)} old${why}`;
}

/** Small print of an answer: when the API was asked, by the oldest of the fresh looks. */
export function askedFooter(looks: readonly Answered[], now: Instant): readonly Inline[] {
  const fresh = looks.filter((look) => look.fresh && look.error === undefined);
  if (fresh.length === 0) return [];
  const at = Math.min(...fresh.map((look) => look.at));
  const old = now - at;
  const tenants = fresh.length === 1 ? (fresh[0]?.tenant ?? '') : plural(fresh.length, 'tenant');
  return dotted(
    [say(tenants)],
    old < 5_000 ? [say('asked just now')] : [say(`answer ${age(old)} old, asked `), time(at)],
  );
}

/** The beginning of a rich text: whole blocks as long as they fit, then one cut short. */
export function clipRich(rich: Rich, max: number): Rich {
  const kept: RichBlock[] = [];
  let left = max;
  for (const block of rich) {
    const size = block.kind === 'list' ? itemsSize(block.items) : inlinesToText(block.inlines).length;
    if (size > left) {
      kept.push(...cutBlock(block, left));
      return endWithEllipsis(kept);
    }
    kept.push(block);
    left -= size;
  }
  return kept;
}

function itemsSize(items: readonly (readonly Inline[])[]): number {
  return items.reduce((sum, item) => sum + inlinesToText(item).length, 0);
}

function cutBlock(block: RichBlock, max: number): readonly RichBlock[] {
  if (max < 40) return [];
  if (block.kind !== 'list') return [{ ...block, inlines: cutInlines(block.inlines, max) }];
  const items: (readonly Inline[])[] = [];
  let left = max;
  for (const item of block.items) {
    left -= inlinesToText(item).length;
    if (left < 0) break;
    items.push(item);
  }
  return items.length === 0 ? [] : [{ ...block, items }];
}

function cutInlines(inlines: readonly Inline[], max: number): readonly Inline[] {
  const kept: Inline[] = [];
  let left = max;
  for (const inline of inlines) {
    const size = inlinesToText([inline]).length;
    if (size <= left) kept.push(inline);
    else if ('text' in inline && !('command' in inline)) {
      kept.push({ ...inline, text: Array.from(inline.text).slice(0, left).join('') });
    }
    left -= size;
    if (left <= 0) break;
  }
  return kept;
}

function endWithEllipsis(blocks: readonly RichBlock[]): Rich {
  const last = blocks.at(-1);
  if (last === undefined || last.kind === 'list') {
    return [...blocks, { kind: 'paragraph', inlines: [say('…')] }];
  }
  return [...blocks.slice(0, -1), { ...last, inlines: [...last.inlines, say('…')] }];
}
