import { officialProblemsOf } from './official.js';

/** The part of the Adaptive Card 1.5 schema that our cards use, checked strictly: an unknown property is a problem. */
type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown): boolean => typeof value === 'string';
const some = (value: unknown): boolean => typeof value === 'string' && value !== '';
const flag = (value: unknown): boolean => typeof value === 'boolean';
const list = (value: unknown): boolean => Array.isArray(value);
const object = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const one =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const fallback = (value: unknown): boolean => value === 'drop' || object(value);

const STYLE = one('default', 'emphasis', 'good', 'attention', 'warning', 'accent');
const COLOR = one('default', 'good', 'attention', 'warning', 'accent');
const MODE = one('secondary');
const ACTION_STYLE = one('default', 'positive', 'destructive');

const SHAPES: Readonly<Record<string, Shape>> = {
  AdaptiveCard: {
    version: one('1.5'),
    $schema: text,
    fallbackText: some,
    msteams: object,
    refresh: object,
    body: list,
    actions: list,
  },
  Container: { style: STYLE, bleed: flag, items: list },
  TextBlock: {
    text,
    wrap: flag,
    size: one('Small', 'Default', 'Large'),
    weight: one('Bolder'),
    color: COLOR,
    isSubtle: flag,
    style: one('heading'),
    spacing: one('None', 'Small'),
    separator: flag,
  },
  FactSet: { facts: list },
  ColumnSet: { columns: list, spacing: one('Small') },
  Column: { width: one('auto', 'stretch'), items: list },
  Table: { columns: list, rows: list, showGridLines: flag, fallback: object },
  // Of the host (Microsoft Learn, "Charts in Adaptive Cards").
  'Chart.VerticalBar': {
    title: text,
    xAxisTitle: text,
    yAxisTitle: text,
    color: text,
    showBarValues: flag,
    data: list,
    fallback: fallback,
  },
  'Chart.Line': {
    title: text,
    xAxisTitle: text,
    yAxisTitle: text,
    yMin: number,
    yMax: number,
    color: text,
    data: list,
    fallback: fallback,
  },
  Image: { url: some, altText: text, size: one('Stretch'), fallback: fallback },
  TableRow: { cells: list },
  TableCell: { items: list },
  'Action.Execute': {
    title: some,
    verb: some,
    style: ACTION_STYLE,
    mode: MODE,
    data: object,
    fallback: object,
    associatedInputs: one('none'),
  },
  'Action.Submit': { title: some, style: ACTION_STYLE, data: object },
  'Action.OpenUrl': { title: some, url: some, mode: MODE },
  'Action.ShowCard': { title: some, card: object, mode: MODE },
  'Input.Text': {
    id: some,
    label: some,
    isRequired: flag,
    errorMessage: some,
    isMultiline: flag,
    maxLength: (value) => typeof value === 'number' && value > 0,
    value: some,
  },
  'Input.ChoiceSet': {
    id: some,
    label: some,
    isRequired: flag,
    errorMessage: some,
    choices: list,
    value: some,
  },
};

/** What is wrong with a card, as we see it and as Microsoft's own library does; empty when nothing is. */
export function problemsOfCard(card: unknown): string[] {
  const halves = hasHalves(JSON.stringify(card)) ? ['half a character'] : [];
  return [...halves, ...problemsOf(card), ...officialProblemsOf(card)];
}

function hasHalves(text: string): boolean {
  return /\\ud[89a-f]/i.test(text) || /\p{Cs}/u.test(text);
}

function problemsOf(value: unknown, path = 'card'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => problemsOf(item, `${path}[${index}]`));
  const record = value as Record<string, unknown>;
  const inner = Object.entries(record).flatMap(([name, child]) =>
    name === 'data' ? [] : problemsOf(child, `${path}.${name}`),
  );
  const { type } = record;
  if (typeof type !== 'string') return inner;
  const shape = SHAPES[type];
  if (shape === undefined) return [`${path}: unknown type ${type}`, ...inner];
  const wrong = Object.entries(record).flatMap(([name, child]) => {
    if (name === 'type') return [];
    const check = shape[name];
    if (check === undefined) return [`${path}: ${type} has no ${name}`];
    return check(child) ? [] : [`${path}.${name}: ${JSON.stringify(child)}`];
  });
  return [...wrong, ...inner];
}

/** Every text that the card shows as Markdown, from the top. */
export function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const record = value as Record<string, unknown>;
  const own =
    record['type'] === 'TextBlock'
      ? [record['text']]
      : 'value' in record && 'title' in record
        ? [record['title'], record['value']]
        : [];
  const inner = Object.entries(record).flatMap(([name, child]) => (name === 'data' ? [] : textsOf(child)));
  return [...own.filter((item) => typeof item === 'string'), ...inner];
}

/** Teams refuses more; counted as it counts, in UTF-16, and in UTF-8. */
const BYTES_MAX = 80 * 1024;
/** Without those behind the menu. */
const BUTTONS_MAX = 6;

/** The same for a whole message, with its size and with what the texts may not contain. */
export function problemsOfMessage(message: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const json = JSON.stringify(message);
  const bytes = Math.max(Buffer.byteLength(json), json.length * 2);
  if (bytes > BYTES_MAX) problems.push(`${bytes} bytes`);
  if (hasHalves(String(message['summary']))) problems.push('half a character in the summary');
  if (!some(message['summary'])) problems.push('no summary');
  for (const { content } of (message['attachments'] ?? []) as readonly {
    readonly content: Record<string, unknown>;
  }[]) {
    problems.push(...problemsOfCard(content));
    const buttons = (content['actions'] ?? []) as readonly { readonly mode?: string }[];
    const drawn = buttons.filter(({ mode }) => mode !== 'secondary');
    if (drawn.length > BUTTONS_MAX) problems.push(`${drawn.length} buttons`);
    for (const url of valuesOf(content, 'url'))
      if (!/^(https?|mailto):/i.test(url)) problems.push(`a link to ${url.slice(0, 60)}`);
    problems.push(...textsOf(content).flatMap(problemsOfText));
  }
  return problems;
}

/** Of a text that is shown as Markdown: a mention, a function that is not ours, a link that leads elsewhere. */
function problemsOfText(shown: string): string[] {
  const problems: string[] = [];
  const at = JSON.stringify(shown.slice(0, 80));
  if (/<\/?at>/i.test(shown)) problems.push(`a mention in ${at}`);
  if (/[\p{Cs}\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u.test(shown))
    problems.push(`a control character in ${at}`);
  const ours = /\{\{(DATE|TIME)\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(, SHORT)?\)\}\}/g;
  if (shown.replace(ours, '').includes('{{')) problems.push(`a function in ${at}`);
  if (/(?<!\\)\]\((?!https?:|mailto:)/i.test(shown)) problems.push(`a link in ${at}`);
  if (/!\[[^\]]*\]\(/.test(shown)) problems.push(`a picture in ${at}`);
  return problems;
}

function valuesOf(value: unknown, wanted: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, wanted));
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) =>
    name === wanted && typeof child === 'string' ? [child] : valuesOf(child, wanted),
  );
}
