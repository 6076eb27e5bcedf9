import { parseIncidentName, type Incident } from '../../../model/incident.js';
import type { RuleDefinition } from '../../../model/rule.js';
import type { SubjectRow } from '../../../model/source.js';
import type { CommandContext, Look } from '../../command.js';
import { nearest } from '../nearest.js';

/** All that an explanation needs. */
export type ExplainContext = Pick<CommandContext, 'desk' | 'tenant' | 'url'>;

/** What somebody's words mean. */
export type Found =
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'rule'; readonly rule: RuleDefinition }
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'call'; readonly id: string; readonly look: Look };

export type Meant = Found | { readonly kind: 'unclear'; readonly near: readonly string[] };

type Way = (words: string, context: ExplainContext) => Promise<Meant | undefined>;

/**
 * An incident, a rule, a subject by its whole name, by what follows its colon, by its fact's name or by a part that no other
 * has, a call, or something that is on record alone: the first that fits. Else what is nearest.
 */
export async function findMeant(words: string, context: ExplainContext): Promise<Meant> {
  const ways: readonly Way[] = [
    incidentNamed,
    ruleNamed,
    callNamed,
    subjectWithId,
    subjectCalled,
    callWithId,
    subjectOnRecord,
    subjectLike,
  ];
  for (const way of ways) {
    const found = await way(words, context);
    if (found !== undefined) return found;
  }
  return { kind: 'unclear', near: await guesses(words, context) };
}

const incidentNamed: Way = async (words, { desk }) => {
  const id = parseIncidentName(words);
  const incident = id === undefined ? undefined : await desk.incident(id);
  return incident === undefined ? undefined : { kind: 'incident', incident };
};

const ruleNamed: Way = async (words, { desk }) => {
  const name = words.toLowerCase().replace(/^rule:/, '');
  const rule = desk.rules().find((known) => known.name === name);
  return rule === undefined ? undefined : { kind: 'rule', rule };
};

const callNamed: Way = async (words, context) =>
  /^call:/i.test(words) ? callOf(words.slice('call:'.length), context) : undefined;

/** Microsoft's ids of calls are long; a report's is as long, and is looked for before. */
const callWithId: Way = async (words, context) =>
  /^(?:[0-9a-f]{8}-[0-9a-f-]{27}|row-[0-9a-f]{32})$/i.test(words) ? callOf(words, context) : undefined;

async function callOf(words: string, { desk, tenant }: ExplainContext): Promise<Found | undefined> {
  const id = words.trim().toLowerCase();
  if (!/^[a-z0-9_-]{4,64}$/.test(id)) return undefined;
  const looks = await desk.look({ about: 'call', id }, tenant);
  const look = looks.find(({ facts }) => facts.some(({ subject }) => subject === `call:${id}`));
  return look === undefined ? undefined : { kind: 'call', id, look };
}

const subjectWithId: Way = async (words, context) => {
  const rows = await context.desk.subjects({ id: words, ...narrowed(context) });
  return oneOf(rows.map(({ subject }) => subject));
};

const subjectCalled: Way = async (words, context) => {
  if (words.length < 3) return undefined;
  const rows = await context.desk.subjects({ named: words, ...narrowed(context) });
  const asked = words.toLowerCase();
  const exact = rows.filter((row) => nameOf(row) === asked);
  const services = rows.filter(({ subject }) => subject.startsWith('service:'));
  // A service is what people mean by a name; posts of the Message center mention it too.
  const [best = []] = [exact, services, rows].filter((some) => some.length > 0);
  return oneOf(best.map(({ subject }) => subject));
};

/** Gone, or never in trouble: what the record of decisions, incidents and deliveries still has. */
const subjectOnRecord: Way = async (words, context) => {
  for (const subject of subjectsMeant(words)) {
    const [decisions, incidents, deliveries] = await Promise.all([
      context.desk.decisions({ subject, limit: 1 }),
      context.desk.incidents({ scope: 'all', subject, limit: 1, ...narrowed(context) }),
      subject.startsWith('channel:') ? context.desk.deliveriesTo(subject.slice('channel:'.length)) : [],
    ]);
    if (decisions.length + incidents.length + deliveries.length > 0) return { kind: 'subject', subject };
  }
  return undefined;
};

/** As the sources write them: issues in capitals, trunks in small letters. */
function subjectsMeant(words: string): readonly string[] {
  const [kind = '', id = ''] = /^([a-z]+):(.+)$/i.exec(words)?.slice(1) ?? [];
  if (kind !== '')
    return [...new Set([words, `${kind.toLowerCase()}:${id}`, `${kind.toLowerCase()}:${id.toUpperCase()}`])];
  const upper = words.toUpperCase();
  if (/^MC\d+$/.test(upper)) return [`message:${upper}`];
  if (/^[A-Z]{2,4}\d{3,}$/.test(upper)) return [`issue:${upper}`];
  return /\s/.test(words) ? [] : [`channel:${words}`, `trunk:${words.toLowerCase()}`, `report:${words}`];
}

/** A part of a subject: the first label of a trunk, a site. */
const subjectLike: Way = async (words, { desk, tenant }) => {
  const asked = words.toLowerCase();
  if (asked.length < 2) return undefined;
  const names = await desk.subjectNames(tenant);
  const first = names.filter((name) => idOf(name).toLowerCase().split(/[./]/)[0] === asked);
  const parts = names.filter((name) => name.toLowerCase().includes(asked));
  return oneOf(first.length > 0 ? first : parts);
};

function oneOf(subjects: readonly string[]): Meant | undefined {
  const [one, ...others] = [...new Set(subjects)];
  if (one === undefined) return undefined;
  return others.length === 0
    ? { kind: 'subject', subject: one }
    : { kind: 'unclear', near: [one, ...others] };
}

async function guesses(words: string, { desk, tenant }: ExplainContext): Promise<readonly string[]> {
  const subjects = await desk.subjectNames(tenant);
  const byId = new Map(subjects.map((subject) => [idOf(subject), subject]));
  const rules = desk.rules().map(({ name }) => name);
  const near = nearest(words, [...rules, ...subjects, ...byId.keys()], 5);
  return [...new Set(near.map((name) => byId.get(name) ?? name))];
}

function narrowed({ tenant }: ExplainContext): { tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

function idOf(subject: string): string {
  return subject.slice(subject.indexOf(':') + 1);
}

function nameOf({ values }: SubjectRow): string {
  return typeof values['name'] === 'string' ? values['name'].toLowerCase() : '';
}
