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

const STYLE = one('default', 'emphasis', 'good', 'attention', 'warning', 'accent');
const COLOR = one('default', 'good', 'attention', 'warning', 'accent');
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
  Table: { columns: list, rows: list, firstRowAsHeader: flag, showGridLines: flag, fallback: object },
  TableRow: { cells: list },
  TableCell: { items: list },
  'Action.Execute': { title: some, verb: some, style: ACTION_STYLE, data: object, fallback: object },
  'Action.Submit': { title: some, style: ACTION_STYLE, data: object },
  'Action.OpenUrl': { title: some, url: some },
  'Action.ShowCard': { title: some, card: object },
};

/** What is wrong with a card; empty when nothing is. */
export function problemsOf(value: unknown, path = 'card'): string[] {
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
