import type { Action, Card, Section, Tone } from '../../src/model/card.js';
import type { FormButton } from '../../src/model/form.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { richToText } from '../../src/model/rich.js';
import type { ThreadLine } from '../../src/notify/adapter.js';
import type { Outbound } from './activity.js';
import { chartBody } from './chart.js';
import { fit, type Limits } from './fit.js';
import {
  buttonHref,
  clean,
  cut,
  escapeText,
  inlinesToMarkdown,
  richToMarkdown,
  shorten,
  timeText,
  wellFormed,
} from './markdown.js';

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/** An Adaptive Card 1.5 as JSON. */
export type AdaptiveCard = JsonObject;

export interface RenderOptions {
  /**
   * A posted card of which there is to be one: it renews itself when somebody sees it, and its buttons say so, that a
   * second copy can be told from it. The answer to a command is none.
   */
  readonly living: boolean;
}

/** Teams draws six buttons: what is more stands in a menu behind the last. */
const DRAWN_BUTTONS = 5;
const MAX_BUTTONS = 10;
/** As JSON: what a button carries is counted six times and twice each. */
const MAX_COMMAND = 400;
const MAX_TOPIC = 300;

const STYLES: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  major: 'attention',
  warning: 'warning',
  info: 'accent',
  ok: 'good',
  neutral: 'emphasis',
};

const COLORS: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  major: 'attention',
  warning: 'warning',
  info: 'accent',
  ok: 'good',
  neutral: 'default',
};

/** The whole message. At most 80 KB for any card: long texts are shortened first, then sections left out, and it says so. */
export function renderMessage(card: Card, options: RenderOptions): Outbound {
  const content = renderCard(card, options);
  return {
    type: 'message',
    summary: cut(fallbackOf(card), 500),
    importance: card.tone === 'critical' && options.living ? 'high' : 'normal',
    attachments: [{ contentType: CARD_TYPE, content }],
  };
}

export function renderCard(card: Card, options: RenderOptions): AdaptiveCard {
  return fit(card.sections.length, (limits) => draw(card, options, limits));
}

/** A line of the thread as plain text: no markup can hide in it. */
export function renderLine(line: ThreadLine): Outbound {
  const when = timeText(line.at, 'utc');
  const text = cut(wellFormed(richToText(withTimes(line.text))), 8_000);
  const said = `${when} · ${shorten(line.who, 200)}: ${text}`;
  return { type: 'message', textFormat: 'plain', text: said, summary: cut(clean(said), 500) };
}

/** What stands in place of a second copy of a card. */
export function renderReplaced(topic: string, href: string | undefined, living: string): Outbound {
  const link = href === undefined ? undefined : buttonHref(href);
  const content: AdaptiveCard = {
    ...envelope(`This card was replaced. ${living}`),
    body: [
      {
        type: 'TextBlock',
        isSubtle: true,
        wrap: true,
        text: `This card was replaced by ${escapeText(living, 300)}.`,
      },
    ],
    ...(link === undefined
      ? {}
      : { actions: [{ type: 'Action.OpenUrl', title: 'Go to the living card', url: link }] }),
  };
  return {
    type: 'message',
    summary: `Replaced: ${cut(clean(topic), 100)}`,
    attachments: [{ contentType: CARD_TYPE, content }],
  };
}

function draw(card: Card, { living }: RenderOptions, limits: Limits): AdaptiveCard {
  const kept = card.sections.slice(0, limits.sections);
  const left = card.sections.length - kept.length;
  const body: Json[] = [head(card, limits), ...kept.flatMap((section) => sectionBody(section, limits))];
  if (limits.shortened) body.push(shortenedNote(left));
  if (card.footer !== undefined && card.footer.length > 0) body.push(footer(card, limits));
  const actions = buttons(card, living);
  const refresh = living ? refreshOf(card) : undefined;
  return {
    ...envelope(cut(fallbackOf(card), 2_000)),
    ...(refresh === undefined ? {} : { refresh }),
    body,
    ...(actions.length === 0 ? {} : { actions }),
  };
}

function envelope(fallback: string): JsonObject {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: fallback,
    msteams: { width: 'Full' },
  };
}

function head(card: Card, limits: Limits): Json {
  const badge = card.badge === undefined ? '' : escapeText(card.badge, 60);
  const items: Json[] = [];
  if (badge !== '')
    items.push({
      type: 'TextBlock',
      // In the colour of text: on the colour of its container it could not be read.
      text: badge,
      size: 'Small',
      weight: 'Bolder',
      spacing: 'None',
    });
  items.push({
    type: 'TextBlock',
    text: titleOf(card, limits),
    size: 'Large',
    weight: 'Bolder',
    wrap: true,
    style: 'heading',
    spacing: 'None',
  });
  return { type: 'Container', style: STYLES[card.tone], bleed: true, items };
}

function titleOf(card: Card, limits: Limits): string {
  const title = escapeText(card.title, Math.min(limits.text, 500));
  return title === '' ? escapeText(fallbackOf(card), 300) : title;
}

function fallbackOf(card: Card): string {
  const said = [card.fallback, card.title]
    .map((text) => shorten(text, 2_000).trim())
    .find((text) => text !== '');
  return said ?? 'Tocsin';
}

function sectionBody(section: Section, limits: Limits): Json[] {
  switch (section.kind) {
    case 'text':
      return textBlock(richToMarkdown(section.text, limits.text));
    case 'facts':
      return factSet(section, limits);
    case 'quote':
      return [quote(section, limits)];
    case 'table':
      return table(section, limits);
    case 'list':
      return list(section, limits);
    case 'chart':
      return chartBody(section, limits);
  }
}

function textBlock(text: string): Json[] {
  return text === '' ? [] : [{ type: 'TextBlock', text, wrap: true }];
}

function factSet(section: Extract<Section, { kind: 'facts' }>, limits: Limits): Json[] {
  const facts = section.facts.slice(0, limits.rows).map(({ label, value }) => ({
    title: escapeText(label, Math.min(limits.text, 100)),
    value: inlinesToMarkdown(value, Math.min(limits.text, 1_000)),
  }));
  if (facts.length === 0) return [];
  return [{ type: 'FactSet', facts }, ...moreNote(section.facts.length - facts.length)];
}

function quote(section: Extract<Section, { kind: 'quote' }>, limits: Limits): Json {
  const title = escapeText(section.title, Math.min(limits.text, 200));
  const items: Json[] = [];
  if (title !== '')
    items.push({ type: 'TextBlock', text: title, weight: 'Bolder', size: 'Small', wrap: true });
  if (section.at !== undefined)
    items.push({
      type: 'TextBlock',
      text: timeText(section.at, 'local'),
      size: 'Small',
      isSubtle: true,
      spacing: 'None',
      wrap: true,
    });
  items.push(...textBlock(richToMarkdown(section.text, limits.text)));
  return { type: 'Container', style: 'emphasis', items };
}

function table(section: Extract<Section, { kind: 'table' }>, limits: Limits): Json[] {
  const width = Math.min(Math.max(section.columns.length, 1), 10);
  const cellMax = Math.min(limits.text, 300);
  const titles = section.columns.slice(0, width).map((title) => escapeText(title, Math.min(limits.text, 60)));
  const rows = section.rows
    .slice(0, limits.rows)
    .map((row) => Array.from({ length: width }, (_, at) => inlinesToMarkdown(row[at] ?? [], cellMax, 'utc')));
  const more = moreNote(section.rows.length - rows.length);
  if (titles.length === 0) return more;
  const drawn: Json = {
    type: 'Table',
    firstRowAsHeader: true,
    showGridLines: true,
    columns: titles.map(() => ({ width: 1 })),
    rows: [tableRow(titles, true), ...rows.map((cells) => tableRow(cells, false))],
    // For a client that knows no tables: one line a row.
    fallback: {
      type: 'TextBlock',
      wrap: true,
      text: rows.map((cells) => `- ${cells.join(' · ')}`).join('\n') || titles.join(' · '),
    },
  };
  return [drawn, ...more];
}

function tableRow(cells: readonly string[], header: boolean): Json {
  return {
    type: 'TableRow',
    cells: cells.map((text) => ({
      type: 'TableCell',
      items: [{ type: 'TextBlock', text, wrap: true, ...(header ? { weight: 'Bolder' } : {}) }],
    })),
  };
}

function list(section: Extract<Section, { kind: 'list' }>, limits: Limits): Json[] {
  const items = section.items.slice(0, limits.rows).map(({ tone, line }) => ({
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [
      { type: 'Column', width: 'auto', items: [{ type: 'TextBlock', text: '●', color: COLORS[tone] }] },
      {
        type: 'Column',
        width: 'stretch',
        items: [
          { type: 'TextBlock', text: inlinesToMarkdown(line, Math.min(limits.text, 500), 'utc'), wrap: true },
        ],
      },
    ],
  }));
  return [...items, ...moreNote(section.items.length - items.length)];
}

function moreNote(more: number): Json[] {
  return more > 0 ? [note(`… and ${more} more.`)] : [];
}

function shortenedNote(left: number): Json {
  return note(
    left > 0
      ? `Shortened to fit: ${left} more sections are in the console.`
      : 'Shortened to fit: the whole text is in the console.',
  );
}

function note(text: string): Json {
  return { type: 'TextBlock', text, isSubtle: true, size: 'Small', wrap: true };
}

function footer(card: Card, limits: Limits): Json {
  const text = inlinesToMarkdown(card.footer ?? [], Math.min(limits.text, 600), 'utc');
  return { type: 'TextBlock', text, isSubtle: true, size: 'Small', wrap: true, separator: true };
}

function buttons(card: Card, living: boolean): Json[] {
  const all = card.actions.flatMap((action) => button(card, action, living)).slice(0, MAX_BUTTONS);
  if (all.length <= DRAWN_BUTTONS + 1) return all;
  return all.map((made, at) => (at < DRAWN_BUTTONS ? made : { ...made, mode: 'secondary' }));
}

function button(card: Card, action: Action, living: boolean): JsonObject[] {
  if (action.form !== undefined) return formButton(card, action, action.form, living);
  const title = shorten(action.label, 40).trim() || action.id;
  if (action.command === undefined) {
    const url = action.href === undefined ? undefined : buttonHref(action.href);
    return url === undefined ? [] : [{ type: 'Action.OpenUrl', title, url }];
  }
  if (jsonLength(action.command) > MAX_COMMAND) return [];
  const data = { command: wellFormed(action.command), ...identity(card, living) };
  const press = execute(action, title, data);
  if (action.confirm === undefined) return [press];
  const asked = escapeText(action.confirm, 300);
  return [
    {
      type: 'Action.ShowCard',
      title,
      card: {
        type: 'AdaptiveCard',
        version: '1.5',
        body: textBlock(asked),
        actions: [execute(action, `Yes, ${lowerFirst(title)}`, data)],
      },
    },
  ];
}

/** A client without Universal Actions opens a dialog instead (Microsoft Learn, "Use dialogs in Teams bots"). */
function formButton(card: Card, action: Action, { opens, label }: FormButton, living: boolean): JsonObject[] {
  if (opens === '' || jsonLength(opens) > MAX_COMMAND) return [];
  const title = shorten(label, 40).trim() || action.id;
  const data = { opens: wellFormed(opens), ...identity(card, living) };
  const fallback = {
    type: 'Action.Submit',
    title,
    style: 'default',
    data: { ...data, msteams: { type: 'task/fetch' } },
  };
  return [{ type: 'Action.Execute', title, verb: 'form', style: 'default', data, fallback }];
}

/** Action.Submit stands in where a client does not know Action.Execute (Microsoft Learn, "Universal Actions"). */
function execute(action: Action, title: string, data: JsonObject): JsonObject {
  const style = { primary: 'positive', danger: 'destructive', default: 'default' }[action.style];
  return {
    type: 'Action.Execute',
    title,
    verb: action.id,
    style,
    data,
    fallback: { type: 'Action.Submit', title, style, data },
  };
}

function identity(card: Card, living: boolean): JsonObject {
  return {
    ...(jsonLength(card.topic) > MAX_TOPIC ? {} : { topic: wellFormed(card.topic) }),
    ...(card.revision === undefined || !Number.isFinite(card.revision) ? {} : { revision: card.revision }),
    ...(living ? { living: true } : {}),
  };
}

/** Without `userIds` it works for everybody in a conversation of up to 60 people, and by hand in a larger one. */
function refreshOf(card: Card): Json | undefined {
  if (card.topic === '' || jsonLength(card.topic) > MAX_TOPIC) return undefined;
  return {
    action: { type: 'Action.Execute', title: 'Refresh', verb: 'refresh', data: identity(card, true) },
  };
}

function jsonLength(text: string): number {
  return JSON.stringify(text).length;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** `richToText` refuses times that no calendar has. */
function withTimes(text: ThreadLine['text']): ThreadLine['text'] {
  const inRange = (time: number): boolean => timeText(time, 'utc') !== 'an unknown time';
  const sane = <T extends object>(inlines: readonly T[]): T[] =>
    inlines.filter(
      (inline) => !('time' in inline) || typeof inline.time !== 'number' || inRange(inline.time),
    );
  return text.map((block) =>
    block.kind === 'list'
      ? { ...block, items: block.items.map(sane) }
      : { ...block, inlines: sane(block.inlines) },
  );
}
