import { statusCard } from '../cards/index.js';
import { serviceRows, type LookView, type ServiceRow } from '../cards/health.js';
import type { Incident } from '../model/incident.js';
import type { Change } from '../model/source.js';
import { DAY } from '../model/time.js';
import type { Answer, Command, CommandContext } from './command.js';
import { refused, told } from './support/answers.js';
import { mergeLooks } from './support/looks.js';
import { nearest } from './support/nearest.js';
import { matchServices } from './support/services.js';
import { quote } from './support/tokens.js';

export const status: Command = {
  name: 'status',
  summary: 'how Microsoft 365, or one service of it, is doing now',
  usage: 'status [service]',
  examples: ['status', 'status teams', 'status "exchange online"'],
  role: 'viewer',
  async run(args, context) {
    const [services, issues, changes, incidents] = await Promise.all([
      context.desk.look({ about: 'services' }, context.tenant),
      context.desk.look({ about: 'issues' }, context.tenant),
      context.desk.changes({ since: context.desk.now() - DAY, limit: 200 }),
      context.desk.incidents({
        scope: 'open',
        limit: 50,
        ...(context.tenant === undefined ? {} : { tenant: context.tenant }),
      }),
    ]);
    const looks = mergeLooks(services, issues);
    const words = args.join(' ');
    if (words === '') {
      return told(
        statusCard({ ...frame(context), looks, changes: ours(changes, looks, context), incidents }),
      );
    }
    const rows = matchServices(words, serviceRows(looks));
    if (rows.length === 0) return noSuchService(words, looks, context);
    return told(
      chosenCard(words, rows, { looks, changes: ours(changes, looks, context), incidents }, context),
    );
  },
};

function frame({ desk, url }: CommandContext): { now: number; url: string } {
  return { now: desk.now(), url };
}

interface Material {
  readonly looks: readonly LookView[];
  readonly changes: readonly Change[];
  readonly incidents: readonly Incident[];
}

/** The record's changes do not name their tenant: with one tenant asked, only what it has counts. */
function ours(
  changes: readonly Change[],
  looks: readonly LookView[],
  { tenant }: CommandContext,
): readonly Change[] {
  const health = changes.filter(({ subject }) => /^(?:service|issue):/.test(subject));
  if (tenant === undefined) return health;
  const subjects = new Set(looks.flatMap((look) => look.facts.map((fact) => fact.subject)));
  return health.filter(({ subject }) => subjects.has(subject));
}

function chosenCard(
  words: string,
  rows: readonly ServiceRow[],
  { looks, changes, incidents }: Material,
  context: CommandContext,
): Answer['card'] {
  const ids = [...new Set(rows.map((row) => row.id))];
  const known = new Set([...ids, ...rows.map((row) => row.name)]);
  const concerns = (subject: string, values: Change['now']): boolean =>
    ids.some((id) => subject === `service:${id}`) ||
    [values?.values['service'], values?.values['serviceId']].some(
      (service) => typeof service === 'string' && known.has(service),
    );
  return statusCard({
    ...frame(context),
    looks,
    chosen: { words, ids },
    changes: changes.filter((change) => concerns(change.subject, change.now ?? change.before)),
    incidents: incidents.filter(({ alerts }) => alerts.some((alert) => concerns(alert.subject, alert))),
  });
}

function noSuchService(words: string, looks: readonly LookView[], context: CommandContext): Answer {
  const rows = serviceRows(looks);
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  if (rows.length === 0 && errors.length > 0) {
    return refused(context, {
      message: 'No service is known yet: the API does not answer',
      advice: errors.slice(0, 3).join(' '),
      suggestions: ['tenants', 'doctor'],
    });
  }
  const byWord = rows.filter((row) =>
    row.name
      .toLowerCase()
      .split(/\s+/)
      .some((part) => nearest(words, [part]).length > 0),
  );
  const byId = nearest(
    words,
    rows.map((row) => row.id),
  );
  const ids = [...new Set([...byWord.map((row) => row.id), ...byId])].slice(0, 5);
  return refused(context, {
    message: `No service is called “${words}”`,
    suggestions: [...ids.map((id) => `status ${quote(id)}`), 'services'],
  });
}
