import type { Side, Term } from '../model/evaluation.js';
import type { Json } from '../model/json.js';
import type { Inline } from '../model/rich.js';
import { say, time } from './parts.js';
import { clip } from './words.js';

const VALUE_MAX = 40;
const COMPUTED_MAX = 60;

const OPS: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠', like: 'matches' };

interface Compared {
  readonly left: Side;
  readonly op: string;
  readonly right: Side;
}

/** `attempts 40 ≥ 20 ✓`: what was compared, with what, and whether it held. */
export function termWords(term: Term): readonly Inline[] {
  const mark = term.holds === null ? ' (cannot be told)' : term.holds ? ' ✓' : ' ✗';
  return [...stateOf(term), say(mark)];
}

/** What a comparison wants and what there is: `attempts ≥ 20 (now 12)`. */
export function needWords(term: Term): readonly Inline[] {
  const { left } = term;
  const compared = comparedIn(term);
  if (compared === undefined) {
    if (left === undefined || typeof left.value !== 'boolean') return stateOf(term);
    return [say(`${bare(left.text)} = ${left.value ? 'no (now yes)' : 'yes (now no)'}`)];
  }
  if (isChange(compared)) return [say(`another ${bare(compared.right.text)} than before`)];
  if (asksWhetherThere(compared)) {
    const name = bare(compared.left.text);
    if (compared.left.value === null) return [say(`a ${name} (there is none)`)];
    return [say(`no ${name} (now `), ...valueWords(compared.left.value), say(')')];
  }
  if (isLiteral(compared.left.text)) return stateOf(term);
  const name = clip(bare(compared.left.text), COMPUTED_MAX);
  const than = isLiteral(compared.right.text) ? sideWords(compared.right) : valueWords(compared.right.value);
  return [
    say(`${notWord(term)}${name} ${OPS[compared.op] ?? compared.op} `),
    ...than,
    say(' (now '),
    ...valueWords(compared.left.value),
    say(')'),
  ];
}

function stateOf(term: Term): readonly Inline[] {
  const { left } = term;
  const compared = comparedIn(term);
  if (left === undefined) return [say(knownWords(term.text) ?? clip(bare(term.text), COMPUTED_MAX))];
  if (compared === undefined) return flagWords(left, term);
  if (isChange(compared)) return changeWords(compared);
  if (asksWhetherThere(compared)) return thereWords(compared.left);
  const words = [
    ...sideWords(compared.left),
    say(` ${OPS[compared.op] ?? compared.op} `),
    ...sideWords(compared.right),
  ];
  return [say(notWord(term)), ...words];
}

function comparedIn({ left, op, right }: Term): Compared | undefined {
  return left === undefined || op === undefined || right === undefined ? undefined : { left, op, right };
}

/** The same field before and now. */
function isChange({ left, op, right }: Compared): boolean {
  const before = /^before\.(\w+)$/.exec(left.text)?.[1];
  return op === '!=' && before !== undefined && right.text === `now.${before}`;
}

function changeWords({ left, right }: Compared): readonly Inline[] {
  const name = bare(right.text);
  if (JSON.stringify(left.value) === JSON.stringify(right.value))
    return [say(`${name} unchanged (`), ...valueWords(right.value), say(')')];
  return [
    say(`${name} changed (`),
    ...valueWords(left.value),
    say(' → '),
    ...valueWords(right.value),
    say(')'),
  ];
}

function asksWhetherThere({ op, right }: Compared): boolean {
  return right.text === 'null' && (op === '==' || op === '!=');
}

function thereWords({ text, value }: Side): readonly Inline[] {
  const name = clip(bare(text), COMPUTED_MAX);
  return value === null ? [say(`no ${name}`)] : [say(`${name} `), ...valueWords(value), say(' is there')];
}

/** `has(before.status)`: whether the fact was there at all. */
function knownWords(text: string): string | undefined {
  const [, not, side, name] = /^(!?)has\((now|before)\.(\w+)\)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return `${name} ${not === '!' ? 'not ' : ''}known${side === 'before' ? ' before' : ''}`;
}

/** A name that is true or false by itself says what it should have been where it was not. */
function flagWords(left: Side, term: Term): readonly Inline[] {
  const name = bare(left.text);
  if (typeof left.value !== 'boolean') return [say(`${name} `), ...valueWords(left.value)];
  const wanted = term.text.startsWith('!') ? 'no' : 'yes';
  return [say(`${name} ${left.value ? 'yes' : 'no'}${term.holds === false ? ` (must be ${wanted})` : ''}`)];
}

function sideWords({ text, value }: Side): readonly Inline[] {
  if (isLiteral(text)) return [say(typeof value === 'number' ? text : plainValue(value))];
  if (/^(?:(?:now|before)\.)?\w+$/.test(text)) return [say(`${bare(text)} `), ...valueWords(value)];
  const shown = clip(bare(text), COMPUTED_MAX);
  return typeof value === 'number'
    ? [say(`${shown} (`), ...valueWords(value), say(')')]
    : [...valueWords(value), say(` (${shown})`)];
}

function valueWords(value: Json): readonly Inline[] {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) {
    const at = Date.parse(value);
    if (Number.isFinite(at)) return [time(at)];
  }
  return [say(plainValue(value))];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

function plainValue(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  if (typeof value === 'string') {
    if (GUID.test(value)) return `${value.slice(0, 8)}…`;
    return value === '' ? 'empty' : clip(value, VALUE_MAX);
  }
  if (Array.isArray(value))
    return `[${clip((value as readonly Json[]).map(plainValue).join(', '), VALUE_MAX)}]`;
  return clip(JSON.stringify(value), VALUE_MAX);
}

function isLiteral(text: string): boolean {
  return /^(?:-?\d|["'[]|(?:true|false|null)$)/.test(text);
}

function notWord({ text }: Term): string {
  return text.startsWith('!') ? 'not ' : '';
}

/** A fact's field by its own name; `before.status` is the status before, `now.at` the time of the poll. */
function bare(text: string): string {
  return text
    .replace(/\bnow\.at\b/g, 'time')
    .replace(/\bnow\.(?=\w)/g, '')
    .replace(/\bbefore\.(\w+)/g, '$1 before');
}
