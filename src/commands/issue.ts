import { issueCard } from '../cards/index.js';
import type { Incident } from '../model/incident.js';
import type { Answer, Command, CommandContext, Look } from './command.js';
import { incident } from './incident.js';
import { atMost, refused, told, usage } from './support/answers.js';
import { incidentsAbout } from './support/find.js';
import { nearest } from './support/nearest.js';

export const issue: Command = {
  name: 'issue',
  summary: 'all that Microsoft says about one issue',
  usage: 'issue <id>',
  examples: ['issue EX123456'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const id = args[0]?.replace(/^issue:/i, '').toUpperCase();
    if (id === undefined) throw usage('Which issue?');
    // People mix the two kinds of id up at night.
    if (/^INC-?\d+$/.test(id)) return incident.run([id], context);
    if (!/^[A-Z0-9-]{2,40}$/.test(id)) throw usage(`“${id}” is not the id of an issue.`);
    const { desk, tenant, url } = context;
    const [looks, incidents] = await Promise.all([
      desk.look({ about: 'issue', id }, tenant),
      incidentsAbout(id, context),
    ]);
    const card = issueCard({ id, looks, incidents, now: desk.now(), url });
    return card === undefined ? unknownIssue(id, looks, incidents, context) : told(card);
  },
};

/** No tenant's API knows it: our own incident about it may still. */
async function unknownIssue(
  id: string,
  looks: readonly Look[],
  incidents: readonly Incident[],
  context: CommandContext,
): Promise<Answer> {
  const [newest] = incidents;
  if (newest !== undefined) return incident.run([String(newest.id)], context);
  const known = await context.desk.look({ about: 'issues' }, context.tenant);
  const ids = known.flatMap(({ facts }) => facts.map(({ subject }) => subject.replace(/^issue:/, '')));
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  return refused(context, {
    message: `No watched tenant has an issue ${id}`,
    ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
    suggestions: [...nearest(id, [...new Set(ids)]).map((near) => `issue ${near}`), 'status'],
  });
}
