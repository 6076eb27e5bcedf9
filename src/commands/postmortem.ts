import { postmortemCard } from '../cards/index.js';
import { callsChart } from '../cards/calls-facts.js';
import { postmortemOf } from '../incidents/postmortem.js';
import type { Chart } from '../model/chart.js';
import { incidentName, type Incident } from '../model/incident.js';
import { tenantsIn } from '../model/sharing.js';
import { DAY, HOUR } from '../model/time.js';
import type { Command, CommandContext } from './command.js';
import { atMost, told } from './support/answers.js';
import { findIncident } from './support/find.js';

/** Calls are looked at from this long before it began until this long after its end. */
const AROUND = HOUR;
const LONGEST = 90 * DAY;

export const postmortem: Command = {
  name: 'postmortem',
  summary: 'a draft of what happened, who was told and how long it took, as a file that is kept',
  usage: 'postmortem <id>',
  examples: ['postmortem INC-1042', 'postmortem EX123456'],
  role: 'responder',
  async run(args, context) {
    atMost(args, 1);
    const { desk, url } = context;
    const incident = await findIncident(args[0], context);
    const { id } = incident;
    const [timeline, tellings, calls, chart] = await Promise.all([
      desk.timeline(id),
      desk.tellings(id),
      desk.calls(id),
      chartOf(incident, context),
    ]);
    const now = desk.now();
    const drawn = chart === undefined ? {} : { chart };
    const text = postmortemOf({ incident, timeline, tellings, calls, now, ...drawn });
    const file = { name: `${incidentName(id)}-postmortem.md`, mediaType: 'text/markdown', text };
    await desk.keepPostmortem(id, file);
    return { ...told(postmortemCard({ incident, timeline, now, url, ...drawn })), file };
  },
};

/** How its tenant's calls were meanwhile: of its trunk where it is about one. */
async function chartOf(incident: Incident, { desk }: CommandContext): Promise<Chart | undefined> {
  const [tenant, other] = tenantsIn(incident);
  const windowMs = desk.now() - incident.openedAt + AROUND;
  // What several tenants share is about no one's calls; calls are kept no longer.
  if (tenant === undefined || other !== undefined || windowMs > LONGEST) return undefined;
  const trunk = /^trunk:(.+)$/.exec(incident.alerts[0]?.subject ?? '')?.[1];
  const looks = await desk.look(
    { about: 'calls', windowMs, ...(trunk === undefined ? {} : { trunk }) },
    tenant,
  );
  const title = trunk === undefined ? `Calls of ${tenant}` : `Calls over ${trunk}`;
  for (const { values } of looks.flatMap(({ facts }) => facts)) {
    const section = callsChart(title, values);
    if (section?.kind === 'chart') return until(section, (incident.resolvedAt ?? Infinity) + AROUND);
  }
  return undefined;
}

/** What came long after it is not shown. */
function until(chart: Chart, end: number): Chart {
  const steps = Math.max(1, Math.ceil((end - chart.from) / chart.step));
  const { bars, line } = chart;
  return {
    ...chart,
    bars: { ...bars, values: bars.values.slice(0, steps) },
    line: { ...line, values: line.values.slice(0, steps) },
  };
}
