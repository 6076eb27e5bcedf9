import { silenceCard } from '../cards/index.js';
import { groupMatchers, inForce, sameMatchers } from '../incidents/silence.js';
import { matches } from '../lib/matchers.js';
import { incidentName, type Incident } from '../model/incident.js';
import type { Silence } from '../model/silence.js';
import type { Answer, Command, CommandContext } from './command.js';
import { acted, atMost, refused, usage } from './support/answers.js';
import { findIncident, freshCard } from './support/find.js';
import { silenceId } from './support/silence-words.js';

export const unsilence: Command = {
  name: 'unsilence',
  summary: 'end a silence now; what it held back is told',
  usage: 'unsilence <#silence>|<INC id>',
  examples: ['unsilence #3', 'unsilence INC-1042'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 1);
    const [text] = args;
    if (text === undefined) throw usage('Which silence? `silences` lists them.');
    const id = silenceId(/^\d+$/.test(text) ? `#${text}` : text);
    return id === undefined
      ? unsilenceIncident(await findIncident(text, context), context)
      : endOne(id, context);
  },
};

async function endOne(id: number, context: CommandContext): Promise<Answer> {
  const { desk, asker, url } = context;
  const silence = await desk.endSilence(id, asker.actor);
  const reach = await desk.reach(silence.matchers);
  return acted(silenceCard({ silence, reach, now: desk.now(), url, done: 'Ended' }), context);
}

/** Ends what was set for it alone; a wider silence is named, for it is about more. */
async function unsilenceIncident(found: Incident, context: CommandContext): Promise<Answer> {
  const { desk, asker } = context;
  const now = desk.now();
  const standing = (await desk.silences()).filter((silence) => inForce(silence, now));
  const own = standing.some(({ matchers }) => sameMatchers(matchers, groupMatchers(found)));
  const wider = standing.filter((silence) => concerns(silence, found));
  if (!own && wider.length > 0)
    return refused(context, {
      message: `${incidentName(found.id)} is held back by a silence over more than it`,
      advice: 'Ending it lets all of that speak',
      suggestions: wider.map(({ id }) => `unsilence #${id}`),
    });
  const incident = own ? await desk.act(found.id, { do: 'unsilence' }, asker.actor) : found;
  return acted(await freshCard(incident, context), context);
}

function concerns({ matchers }: Silence, incident: Incident): boolean {
  return incident.alerts.some((alert) => alert.state === 'firing' && matches(matchers, alert.labels));
}
