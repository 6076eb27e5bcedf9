import { incidentsCard } from '../cards/index.js';
import type { Incident } from '../model/incident.js';
import type { Command, CommandContext } from './command.js';
import { atMost, told, usage } from './support/answers.js';

const SCOPES = ['open', 'mine', 'all'] as const;

export const incidents: Command = {
  name: 'incidents',
  summary: 'what is open, what you have acknowledged, or everything there was',
  usage: 'incidents [open|mine|all]',
  examples: ['incidents', 'incidents mine', 'incidents all'],
  role: 'viewer',
  async run(args, context) {
    atMost(args, 1);
    const asked = (args[0] ?? 'open').toLowerCase();
    const scope = SCOPES.find((known) => known === asked);
    if (scope === undefined) throw usage(`“${asked}” is not one of open, mine and all.`);
    const { desk, tenant, url } = context;
    const found = await desk.incidents({
      scope: scope === 'all' ? 'all' : 'open',
      limit: scope === 'all' ? 50 : 500,
      ...(tenant === undefined ? {} : { tenant }),
    });
    const shown = scope === 'mine' ? found.filter((incident) => isMine(incident, context)) : found;
    return told(incidentsCard({ incidents: shown, scope, tenant, now: desk.now(), url }));
  },
};

function isMine({ acknowledgedBy }: Incident, { asker }: CommandContext): boolean {
  return acknowledgedBy !== undefined && [asker.actor.name, asker.person?.name].includes(acknowledgedBy);
}
