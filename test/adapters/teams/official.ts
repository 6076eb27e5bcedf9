import { createRequire } from 'node:module';

/** Microsoft's own library for Adaptive Cards. It is made for bundlers: Node can take its bundle alone. */
const { AdaptiveCard, HostConfig, SerializationContext, ValidationEvent, Versions } = createRequire(
  import.meta.url,
)('adaptivecards/dist/adaptivecards.js') as typeof import('adaptivecards');

/** Those behind the menu are counted too; how many are drawn is checked with our own limits. */
const HOST = new HostConfig({ actions: { maxActions: 10 } });

/** What we use on purpose of what Teams adds to version 1.5; nothing else that the library does not know is let pass. */
const OF_TEAMS = {
  /** Microsoft Learn, "Charts in Adaptive Cards". Each has to say what stands in its place elsewhere. */
  elements: ['Chart.VerticalBar', 'Chart.Line'],
  /** `{ width: 'Full' }` of a card (Microsoft Learn, "Format cards in Microsoft Teams"). */
  properties: ['msteams'],
};

/** Said by us, and left out by the library when it writes a card, because it holds anyway. */
const HOLDS_ANYWAY: Readonly<Record<string, unknown>> = {
  style: 'default',
  isMultiline: false,
  showGridLines: true,
};

/**
 * What Microsoft's own library says against an Adaptive Card of version 1.5, one line each: what it complains of while it reads the
 * card (a type that it does not know, a value that is not of its list, something newer than 1.5), what it finds missing, and what
 * it drops without a word, such as a property that does not exist there. A card is looked at as the newest client draws it, and then
 * with one `fallback` after the other in its place.
 */
export function officialProblemsOf(card: unknown): string[] {
  const problems: string[] = [];
  const isOfTeams = ({ type }: Loose): boolean => OF_TEAMS.elements.includes(String(type));
  if (instead(card, (element) => isOfTeams(element) && element['fallback'] === undefined) !== card)
    problems.push('an element of Teams alone has no fallback');
  let drawn = instead(card, isOfTeams);
  for (let older = drawn, step = 0; step === 0 || older !== drawn; step += 1) {
    drawn = older;
    problems.push(...problemsOfOne(drawn).map((said) => (step === 0 ? said : `fallback ${step}: ${said}`)));
    older = instead(drawn, (element) => element['fallback'] !== undefined);
  }
  return problems;
}

type Loose = Readonly<Record<string, unknown>>;

function problemsOfOne(card: unknown): string[] {
  if (!isObject(card)) return ['no card'];
  if (card['version'] !== '1.5') return [`version ${String(card['version'])}`];
  const context = new SerializationContext(Versions.v1_5);
  const read = new AdaptiveCard();
  read.hostConfig = HOST;
  read.parse(card, context);
  const said = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i));
  return [
    ...[...said, ...read.validateProperties().validationEvents].map(
      ({ event, message }) => `${ValidationEvent[event]}: ${message}`,
    ),
    ...dropped(card, read.toJSON(context), 'card'),
  ];
}

/** What of a card did not survive being read and written. */
function dropped(sent: unknown, kept: unknown, path: string): string[] {
  if (Array.isArray(sent)) {
    const items: readonly unknown[] = Array.isArray(kept) ? kept : [];
    if (items.length !== sent.length) return [`${path}: ${items.length} of ${sent.length} are left`];
    return sent.flatMap((item, i) => dropped(item, items[i], `${path}[${i}]`));
  }
  if (!isObject(sent))
    return String(sent).toLowerCase() === String(kept).toLowerCase()
      ? []
      : [`${path}: ${JSON.stringify(sent)} became ${JSON.stringify(kept)}`];
  return Object.entries(sent).flatMap(([name, value]) => {
    if (name === 'fallback' || OF_TEAMS.properties.includes(name)) return [];
    const left = isObject(kept) ? kept[name] : undefined;
    if (left !== undefined) return dropped(value, left, `${path}.${name}`);
    const empty = value === '' || (Array.isArray(value) && value.length === 0);
    return empty || HOLDS_ANYWAY[name] === value ? [] : [`${path}: there is no ${name}`];
  });
}

/** The card with what stands in place of such elements; the same object when there is none. */
function instead(value: unknown, of: (element: Loose) => boolean): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const made = items.flatMap((item) => {
      if (!isObject(item) || !of(item)) return [instead(item, of)];
      return isObject(item['fallback']) ? [item['fallback']] : [];
    });
    return made.length === items.length && made.every((item, i) => item === items[i]) ? value : made;
  }
  if (!isObject(value)) return value;
  const made = Object.entries(value).map(([name, child]) => [
    name,
    name === 'data' ? child : instead(child, of),
  ]);
  return made.every(([name, child]) => value[String(name)] === child) ? value : Object.fromEntries(made);
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
