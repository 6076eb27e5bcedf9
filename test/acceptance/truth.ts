import type { Sink } from '../support/sink.js';
import type { Tocsin } from '../support/process.js';
import type { Issue, Load } from './load.js';
import type { SlackDouble, SlackMessage } from './slack-double.js';

export interface Places {
  readonly load: Load;
  readonly tenants: readonly string[];
  readonly tocsin: Tocsin;
  readonly slack: SlackDouble;
  readonly hook: Sink;
}

export interface IncidentView {
  readonly id: string;
  readonly tenant: string;
  readonly state: string;
  readonly severity: string;
  readonly acknowledgedBy: string | null;
  readonly groupKey: string;
  readonly baseline: boolean;
  readonly alerts: readonly { readonly subject: string; readonly rule: string }[];
}

interface HookBody {
  readonly groupKey: string;
  readonly status: string;
  readonly commonLabels: Readonly<Record<string, string>>;
}

/** Everything in which the record, Slack or the webhook differs from what happened; none when all is told, once and rightly. */
export async function differences(places: Places): Promise<string[]> {
  const { load, tenants, tocsin, slack, hook } = places;
  const { incidents } = (await tocsin.get('/api/v1/incidents?limit=1000')) as { incidents: IncidentView[] };
  const told = lastPosts(hook);
  const found: string[] = [];
  for (const tenant of tenants) {
    for (const issue of load.issues) {
      const about = aboutSubject(incidents, tenant, `issue:${issue.id}`);
      found.push(...(await issueDifferences(issue, tenant, about, places)));
    }
    for (const [id, degraded] of load.tiles) {
      const about = aboutSubject(incidents, tenant, `service:${id}`);
      if (degraded && about.length === 0) found.push(`${tenant} service:${id} has no incident`);
      for (const incident of about) {
        if ((incident.state === 'resolved') === degraded)
          found.push(`${incident.id} (service:${id}) is ${incident.state}`);
        found.push(...cardDifferences(incident, slack));
      }
      if (about.length > 1) found.push(`${tenant} service:${id} has ${about.length} incidents`);
    }
  }
  // What only the first summary tells has no message of its own.
  for (const incident of incidents.filter(({ baseline }) => !baseline)) {
    const post = told.get(incident.groupKey);
    const status = incident.state === 'resolved' ? 'resolved' : 'firing';
    if (post?.status !== status)
      found.push(`${incident.id} is ${incident.state}, the webhook was told ${post?.status ?? 'nothing'}`);
    else if (status === 'firing' && post.commonLabels['severity'] !== incident.severity)
      found.push(
        `${incident.id} is ${incident.severity}, the webhook was told ${post.commonLabels['severity'] ?? ''}`,
      );
  }
  return [...found, ...strayCards(incidents, slack)];
}

async function issueDifferences(
  issue: Issue,
  tenant: string,
  about: readonly IncidentView[],
  { load, slack, tocsin }: Places,
): Promise<string[]> {
  const [incident] = about;
  const name = `${tenant} ${issue.id}`;
  if (incident === undefined || about.length > 1) return [`${name} has ${about.length} incidents`];
  const found = cardDifferences(incident, slack);
  if ((incident.state === 'resolved') !== issue.resolved)
    found.push(`${name} is ${issue.resolved ? 'resolved' : 'open'}, ${incident.id} is ${incident.state}`);
  if (!issue.resolved && incident.severity !== severityOf(issue))
    found.push(`${name} is ${severityOf(issue)}, ${incident.id} is ${incident.severity}`);
  if (load.acked.has(incident.id)) {
    if (incident.acknowledgedBy !== 'alice') found.push(`${incident.id} lost its acknowledgement`);
    if (incident.state === 'open') found.push(`${incident.id} was acknowledged and is open`);
  }
  const [card] = cardsOf(incident, slack);
  const lines = card === undefined ? [] : slack.lines(card.ts).map((line) => line.body);
  const notes = load.notes.get(incident.id) ?? [];
  for (const words of [...issue.posts, ...notes])
    if (!lines.some((line) => line.includes(words)))
      found.push(`"${words}" is not in the thread of ${incident.id}`);
  if (notes.length > 0) {
    const { timeline } = (await tocsin.get(`/api/v1/incidents/${incident.id}`)) as {
      timeline: { text: string }[];
    };
    for (const words of notes)
      if (!timeline.some(({ text }) => text === words)) found.push(`${words} is not in the history`);
  }
  return found;
}

/** One card, and it says what is so. */
function cardDifferences(incident: IncidentView, slack: SlackDouble): string[] {
  const cards = cardsOf(incident, slack);
  const [card] = cards;
  if (card === undefined || cards.length > 1) return [`${incident.id} has ${cards.length} cards`];
  const said = saidOn(card);
  const word = incident.state === 'resolved' ? 'RESOLVED' : incident.severity.toUpperCase();
  const badge = incident.state === 'open' ? word : incident.state.toUpperCase();
  return [
    ...(card.text.startsWith(`${word} `)
      ? []
      : [`${incident.id}: the card says "${card.text}", not ${word}`]),
    ...(said.includes(`${badge} · `) ? [] : [`${incident.id}: the title of the card lacks ${badge}`]),
    ...(card.text.includes(`(${incident.id}, ${incident.tenant})`)
      ? []
      : [`${incident.id}: the card names another incident: ${card.text}`]),
  ];
}

/** Cards that belong to nothing, or to something that has one already. */
function strayCards(incidents: readonly IncidentView[], slack: SlackDouble): string[] {
  const ids = new Set(incidents.map(({ id }) => `incident:${id.replace('INC-', '')}`));
  const seen = new Set<string>();
  return slack.cards().flatMap(({ key, text }) => {
    const again = seen.has(key);
    seen.add(key);
    if (again) return [`a second card of ${key}: ${text}`];
    return ids.has(key) || key.startsWith('summary:') ? [] : [`a card of nothing known, ${key}: ${text}`];
  });
}

export function cardsOf({ id }: Pick<IncidentView, 'id'>, slack: SlackDouble): readonly SlackMessage[] {
  return slack.cards().filter(({ key }) => key === `incident:${id.replace('INC-', '')}`);
}

function saidOn({ body }: SlackMessage): string {
  return body;
}

function aboutSubject(
  incidents: readonly IncidentView[],
  tenant: string,
  subject: string,
): readonly IncidentView[] {
  return incidents.filter(
    (incident) => incident.tenant === tenant && incident.alerts.some((alert) => alert.subject === subject),
  );
}

function lastPosts(hook: Sink): ReadonlyMap<string, HookBody> {
  return new Map((hook.bodies() as HookBody[]).map((body) => [body.groupKey, body]));
}

/** As the built-in rule `service-issue` is documented to weigh it. */
function severityOf({ classification, status }: Issue): string {
  if (classification === 'incident') return status === 'serviceInterruption' ? 'critical' : 'major';
  return status === 'serviceInterruption' ? 'major' : 'warning';
}

/** Lines that stand more than once in their thread: what a crash between sending and noting may cost. */
export function repeatedLines(slack: SlackDouble): number {
  return slack
    .cards()
    .map(({ ts }) => slack.lines(ts).map(({ body }) => body))
    .reduce((sum, bodies) => sum + bodies.length - new Set(bodies).size, 0);
}
