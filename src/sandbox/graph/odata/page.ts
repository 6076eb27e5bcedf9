import { header, type SandboxRequest } from '../../http/answer.js';
import { FilterProblem, parseFilter, type Entity, type EntityType } from './filter.js';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
const KNOWN = new Set(['$filter', '$orderby', '$top', '$skip', '$select', '$count', '$expand', '$format']);

/** One page of a collection. */
export interface Page {
  readonly items: readonly Entity[];
  /** All that match, when `$count=true` asked for it. */
  readonly count?: number;
  readonly nextLink?: string;
  /** The page is the whole collection, in its own order and with all its properties. */
  readonly whole: boolean;
}

/**
 * Applies the query options. Pages are 100 long, or as `Prefer: odata.maxpagesize` asks up to 1,000; `$top` limits the whole answer, and
 * the next page is the same address with `$skip` moved on. Throws FilterProblem for what Graph answers 400 to.
 */
export function pageOf(all: readonly Entity[], request: SandboxRequest, type: EntityType): Page {
  for (const name of request.query.keys())
    if (name.startsWith('$') && !KNOWN.has(name))
      throw new FilterProblem(`The query parameter '${name}' is not supported.`);
  const filter = request.query.get('$filter');
  const matching = filter === null ? all : all.filter(parseFilter(filter, type));
  const ordered = inOrder(matching, request.query.get('$orderby'), type);
  const skip = integer(request, '$skip') ?? 0;
  const top = integer(request, '$top');
  const size = pageSize(request);
  const length = Math.min(size, top ?? size);
  const items = ordered.slice(skip, skip + length);
  const more = skip + length < ordered.length && (top === undefined || top > length);
  const select = request.query.get('$select');
  return {
    items: select === null ? items : items.map((item) => pick(item, select, type)),
    whole: items.length === all.length && select === null && ordered.every((item, i) => item === all[i]),
    ...(request.query.get('$count') === 'true' ? { count: matching.length } : {}),
    ...(more ? { nextLink: nextLink(request, skip + length, top, length) } : {}),
  };
}

function pageSize(request: SandboxRequest): number {
  const asked = /odata\.maxpagesize\s*=\s*(\d+)/i.exec(header(request, 'prefer') ?? '');
  if (asked === null) return DEFAULT_PAGE;
  return Math.min(Math.max(Number(asked[1]), 1), LARGEST_PAGE);
}

function integer(request: SandboxRequest, name: string): number | undefined {
  const value = request.query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,9}$/.test(value))
    throw new FilterProblem(`Invalid value '${value}' for ${name} query option found.`);
  return Number(value);
}

function inOrder(items: readonly Entity[], orderBy: string | null, type: EntityType): readonly Entity[] {
  if (orderBy === null) return items;
  const keys = orderBy.split(',').map((part) => {
    const [property = '', direction = 'asc'] = part.trim().split(/\s+/);
    if (type.properties[property] === undefined || !/^(?:asc|desc)$/.test(direction))
      throw new FilterProblem(`The $orderby expression '${part.trim()}' is not valid.`);
    return { property, sign: direction === 'desc' ? -1 : 1, kind: type.properties[property] };
  });
  return [...items].sort((a, b) => {
    for (const { property, sign, kind } of keys) {
      const order = compare(a[property], b[property], kind);
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}

function compare(a: unknown, b: unknown, kind: string): number {
  if (kind === 'stamp') return instant(a) - instant(b);
  const left = JSON.stringify(a ?? '');
  const right = JSON.stringify(b ?? '');
  return left < right ? -1 : Number(left > right);
}

/** Null sorts before every date. */
function instant(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : -8.64e15;
}

function pick(item: Entity, select: string, type: EntityType): Entity {
  const names = select.split(',').map((name) => name.trim());
  for (const name of names)
    if (type.properties[name] === undefined)
      throw new FilterProblem(
        `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${type.name}'.`,
      );
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));
}

function nextLink(request: SandboxRequest, skip: number, top: number | undefined, served: number): string {
  const query = new URLSearchParams(request.query);
  query.set('$skip', String(skip));
  if (top !== undefined) query.set('$top', String(top - served));
  // Graph writes the dollar and the blank in its own way; clients are to follow the address as it stands.
  const text = query.toString().replaceAll('%24', '$').replaceAll('+', '%20');
  return `${request.origin}${encodeURI(request.path)}?${text}`;
}
