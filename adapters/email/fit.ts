import type { Card, Section } from '../../src/model/card.js';
import type { Inline, Rich } from '../../src/model/rich.js';
import { clip, oneLine, safeHref } from './words.js';

/** Characters of a card that a mail shows: a mail is read on a phone, and the console has the rest. */
const CARD_MAX = 24_000;
const TEXT_MAX = 6_000;
const ROWS_MAX = 60;
const BUTTONS_MAX = 8;

/** The card within bounds, so that nothing after this looks at more; what was left out is counted. */
export function fit(card: Card): Card {
  const room = { left: CARD_MAX };
  const sections: Section[] = [];
  for (const section of card.sections) {
    if (room.left <= 0) {
      sections.push(note('… and more: the rest is in the console.'));
      break;
    }
    sections.push(fitSection(section, room));
  }
  return {
    ...card,
    ...(card.badge === undefined ? {} : { badge: clip(oneLine(card.badge), 40) }),
    title: clip(oneLine(card.title), 300),
    sections,
    actions: card.actions
      .filter(({ href }) => href === undefined || safeHref(href) !== undefined)
      .slice(0, BUTTONS_MAX)
      .map((action) => ({ ...action, label: clip(oneLine(action.label), 60) })),
    ...(card.footer === undefined ? {} : { footer: fitInlines(card.footer, { left: 1_000 }) }),
  };
}

interface Room {
  left: number;
}

function fitSection(section: Section, room: Room): Section {
  switch (section.kind) {
    case 'text':
      return { ...section, text: fitRich(section.text, room) };
    case 'facts': {
      const facts = rows(section.facts, room, ({ label, value }) => ({
        label: fitText(label, { left: 60 }),
        value: fitInlines(value, room),
      }));
      return {
        ...section,
        facts: [...facts.shown, ...facts.more((text) => ({ label: '', value: [{ text }] }))],
      };
    }
    case 'quote':
      return { ...section, title: clip(section.title, 200), text: fitRich(section.text, room) };
    case 'table': {
      const columns = section.columns.map((name) => fitText(name, { left: 60 }));
      const body = rows(section.rows, room, (cells) => cells.map((cell) => fitInlines(cell, room)));
      return { ...section, columns, rows: [...body.shown, ...body.more((text) => [[{ text }]])] };
    }
    case 'list': {
      const items = rows(section.items, room, ({ tone, line }) => ({ tone, line: fitInlines(line, room) }));
      return {
        ...section,
        items: [...items.shown, ...items.more((text) => ({ tone: 'neutral', line: [{ text }] }))],
      };
    }
    case 'chart': {
      room.left -= 700;
      const [title, alt, empty] = [
        clip(section.title, 100),
        clip(section.alt, 600),
        clip(section.empty, 100),
      ];
      const named = <T extends { readonly name: string }>(of: T): T => ({ ...of, name: clip(of.name, 60) });
      return { ...section, title, alt, empty, bars: named(section.bars), line: named(section.line) };
    }
  }
}

interface Rows<T> {
  readonly shown: readonly T[];
  /** One more that counts those left out, or none. */
  more(write: (text: string) => T): readonly T[];
}

function rows<T, U>(all: readonly T[], room: Room, each: (row: T) => U): Rows<U> {
  const shown: U[] = [];
  for (const row of all) {
    if (room.left <= 0 || shown.length === ROWS_MAX) break;
    shown.push(each(row));
    room.left -= 10;
  }
  const rest = all.length - shown.length;
  return { shown, more: (write) => (rest === 0 ? [] : [write(`… and ${rest} more`)]) };
}

function fitRich(rich: Rich, room: Room): Rich {
  const blocks = rows(rich, room, (block) => {
    if (block.kind !== 'list') return { ...block, inlines: fitInlines(block.inlines, room) };
    const items = rows(block.items, room, (item) => fitInlines(item, room));
    return { ...block, items: [...items.shown, ...items.more((text) => [{ text }])] };
  });
  return [...blocks.shown, ...blocks.more((text) => ({ kind: 'paragraph', inlines: [{ text }] }))];
}

function fitInlines(inlines: readonly Inline[], room: Room): readonly Inline[] {
  const own = { left: Math.min(TEXT_MAX, Math.max(room.left, 1)) };
  const before = own.left;
  const shown: Inline[] = [];
  for (const inline of inlines) {
    if (own.left <= 0) {
      shown.push({ text: '…' });
      break;
    }
    shown.push('time' in inline ? inline : fitInline(inline, own));
    own.left -= 1;
  }
  room.left -= before - own.left;
  return shown;
}

/** An address takes room too, in the plain text: one that has none, or leads nowhere, is left out. */
function fitInline(inline: Exclude<Inline, { time: number }>, room: Room): Inline {
  const text = fitText(inline.text, room);
  if ('command' in inline || inline.href === undefined) return { ...inline, text };
  const { href, ...rest } = inline;
  const address = safeHref(href);
  if (address === undefined || address.length > room.left) return { ...rest, text };
  room.left -= address.length;
  return { ...inline, text };
}

function fitText(text: string, room: Room): string {
  const shown = clip(text, Math.max(1, room.left));
  room.left -= shown.length;
  return shown;
}

function note(text: string): Section {
  return { kind: 'text', text: [{ kind: 'paragraph', inlines: [{ text, italic: true }] }] };
}
