/** What `$filter` may speak of. */
export interface EntityType {
  /** `serviceHealthIssue`, for messages. */
  readonly name: string;
  readonly properties: Readonly<
    Record<string, 'string' | 'stamp' | 'enum' | 'boolean' | 'strings' | 'complex'>
  >;
}

export type Entity = Readonly<Record<string, unknown>>;
export type Predicate = (entity: Entity) => boolean;

/** Thrown while parsing; its message is what Graph would answer 400 with. */
export class FilterProblem extends Error {}

type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'stamp'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null };

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|([A-Za-z_][\w./]*(?:\.\w+)*)|([():,]))/y;

/** OData 4 `$filter` as far as service communications take it: comparisons, and/or/not, brackets, any(x:…), functions on text. */
export function parseFilter(text: string, type: EntityType): Predicate {
  const tokens = tokenize(text);
  const parser: Parser = { tokens, at: 0, type, text };
  const predicate = parseOr(parser);
  if (parser.at < tokens.length) throw new FilterProblem(syntaxError(parser));
  return predicate;
}

interface Parser {
  readonly tokens: readonly string[];
  readonly type: EntityType;
  readonly text: string;
  at: number;
}

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[0].trim());
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== '') throw new FilterProblem(`Syntax error at position ${end} in '${text}'.`);
  return tokens;
}

function syntaxError(parser: Parser): string {
  return `Invalid filter clause: Syntax error at '${parser.tokens[parser.at] ?? 'end'}' in '${parser.text}'.`;
}

function parseOr(parser: Parser): Predicate {
  let left = parseAnd(parser);
  while (accept(parser, 'or')) {
    const first = left;
    const second = parseAnd(parser);
    left = (entity) => first(entity) || second(entity);
  }
  return left;
}

function parseAnd(parser: Parser): Predicate {
  let left = parseUnary(parser);
  while (accept(parser, 'and')) {
    const first = left;
    const second = parseUnary(parser);
    left = (entity) => first(entity) && second(entity);
  }
  return left;
}

function parseUnary(parser: Parser): Predicate {
  if (accept(parser, 'not')) {
    const inner = parseUnary(parser);
    return (entity) => !inner(entity);
  }
  if (accept(parser, '(')) {
    const inner = parseOr(parser);
    expect(parser, ')');
    return inner;
  }
  const name = take(parser);
  if (accept(parser, '(')) return parseCall(parser, name);
  return parseComparison(parser, name);
}

const TEXT_FUNCTIONS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
};

function parseCall(parser: Parser, name: string): Predicate {
  if (name.endsWith('/any')) return parseAny(parser, name.slice(0, -'/any'.length));
  const test = TEXT_FUNCTIONS[name];
  if (test === undefined) throw new FilterProblem(`Invalid filter clause: unknown function '${name}'.`);
  const property = take(parser);
  kindOf(parser, property);
  expect(parser, ',');
  const part = literal(parser);
  expect(parser, ')');
  return (entity) => {
    const value = entity[property];
    return typeof value === 'string' && part.type === 'string' && test(value, part.value);
  };
}

/** `services/any(c:c eq 'Microsoft Teams')` */
function parseAny(parser: Parser, property: string): Predicate {
  if (kindOf(parser, property) !== 'strings')
    throw new FilterProblem(`Invalid filter clause: '${property}' is not a collection of values.`);
  const variable = take(parser);
  expect(parser, ':');
  expect(parser, variable);
  const operator = parseOperator(parser);
  const right = literal(parser);
  expect(parser, ')');
  return (entity) => {
    const items = entity[property];
    return Array.isArray(items) && items.some((item) => holds(operator, item, right, 'string'));
  };
}

function parseComparison(parser: Parser, property: string): Predicate {
  const kind = kindOf(parser, property);
  const operator = parseOperator(parser);
  const right = literal(parser);
  const expected = kind === 'enum' ? 'string' : kind;
  if (right.type !== 'null' && right.type !== expected)
    throw new FilterProblem(
      `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${EDM[kind]}' and '${EDM[right.type]}' for operator kind '${operator}'.`,
    );
  return (entity) => holds(operator, entity[property], right, kind);
}

const EDM: Readonly<Record<string, string>> = {
  string: 'Edm.String',
  stamp: 'Edm.DateTimeOffset',
  boolean: 'Edm.Boolean',
  enum: 'Edm.Enum',
  strings: 'Collection(Edm.String)',
  complex: 'Collection(Edm.ComplexType)',
};

function holds(operator: Operator, left: unknown, right: Literal, kind: string): boolean {
  const a = comparable(left, kind);
  const b = comparable(right.value, kind);
  if (operator === 'eq') return a === b;
  if (operator === 'ne') return a !== b;
  if (a === null || b === null) return false;
  if (operator === 'gt') return a > b;
  if (operator === 'ge') return a >= b;
  if (operator === 'lt') return a < b;
  return a <= b;
}

/** Stamps compare as instants, enum members whatever their casing. */
function comparable(value: unknown, kind: string): string | number | boolean | null {
  if (typeof value === 'string') {
    if (kind === 'stamp') return Date.parse(value);
    return kind === 'enum' ? value.toLowerCase() : value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function parseOperator(parser: Parser): Operator {
  const word = parser.tokens[parser.at];
  if (word === undefined || !/^(?:eq|ne|gt|ge|lt|le)$/.test(word))
    throw new FilterProblem(syntaxError(parser));
  parser.at += 1;
  return word as Operator;
}

function literal(parser: Parser): Literal {
  const token = take(parser);
  // microsoft.graph.serviceHealthStatus'serviceRestored' names its type first.
  if (/^microsoft\.graph\.\w+$/.test(token)) return literal(parser);
  if (token.startsWith("'")) return { type: 'string', value: token.slice(1, -1).replaceAll("''", "'") };
  if (token === 'true' || token === 'false') return { type: 'boolean', value: token === 'true' };
  if (token === 'null') return { type: 'null', value: null };
  const instant = Date.parse(token);
  if (!/^\d/.test(token) || Number.isNaN(instant))
    throw new FilterProblem(`Invalid filter clause: '${token}' is not a value.`);
  return { type: 'stamp', value: instant };
}

function kindOf(parser: Parser, property: string): EntityType['properties'][string] {
  const kind = parser.type.properties[property];
  if (kind === undefined)
    throw new FilterProblem(
      `Invalid filter clause: Could not find a property named '${property}' on type 'microsoft.graph.${parser.type.name}'.`,
    );
  if (kind === 'complex')
    throw new FilterProblem(
      `Invalid filter clause: '${property}' cannot be used in the $filter query option.`,
    );
  return kind;
}

function accept(parser: Parser, token: string): boolean {
  if (parser.tokens[parser.at] !== token) return false;
  parser.at += 1;
  return true;
}

function expect(parser: Parser, token: string): void {
  if (!accept(parser, token)) throw new FilterProblem(syntaxError(parser));
}

function take(parser: Parser): string {
  const token = parser.tokens[parser.at];
  if (token === undefined) throw new FilterProblem(syntaxError(parser));
  parser.at += 1;
  return token;
}
