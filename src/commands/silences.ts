import { silencesCard } from '../cards/index.js';
import { heldBack } from '../incidents/silence.js';
import type { Silence } from '../model/silence.js';
import type { Command } from './command.js';
import { atMost, told } from './support/answers.js';

export const silences: Command = {
  name: 'silences',
  summary: 'what is silenced, until when, by whom, and what it holds back',
  usage: 'silences',
  examples: ['silences'],
  role: 'viewer',
  async run(args, { desk, tenant }) {
    atMost(args, 0);
    const inForce = await desk.silences();
    const shown = tenant === undefined ? inForce : inForce.filter((one) => mayConcern(one, tenant));
    const open = await desk.incidents({ scope: 'open', limit: 1_000 });
    const listed = shown.map((silence) => ({
      silence,
      holds: heldBack(silence.matchers, open).map(({ incident }) => incident.id),
    }));
    return told(silencesCard({ silences: listed, now: desk.now() }));
  },
};

/** Only a silence that names another tenant is none of this one's. */
function mayConcern({ matchers }: Silence, tenant: string): boolean {
  return matchers.every(({ name, op, value }) => name !== 'tenant' || op !== '=' || value === tenant);
}
