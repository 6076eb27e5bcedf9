import { incidentName, type Incident } from '../model/incident.js';
import {
  leadOf,
  type CallsInsight,
  type EarlyInsight,
  type Insight,
  type IssueInsight,
} from '../model/insight.js';
import type { Inline } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import { percent } from './calls-facts.js';
import { command, fact, say, time, type CardFact } from './parts.js';
import { age, clip, plural } from './words.js';

/** Beside failing calls: whose they are, where, and what Microsoft says; beside an issue of Microsoft's: what the calls say. */
export function insightFacts(incident: Incident): readonly CardFact[] {
  const { insight } = incident;
  if (insight === undefined) return [];
  const { calls, early } = insight;
  if (!incident.alerts.some(({ kind }) => kind === 'direct-routing'))
    return [...callsFact(calls), ...earlyFact(early)];
  return [
    ...verdictFact(calls),
    ...(calls.length > 1 ? callsFact(calls) : []),
    ...trunksFact(calls),
    ...earlyFact(early),
    ...issuesFact(insight),
  ];
}

/** What a verdict over the whole incident says better than the last hour of one tenant. */
export function isSaidBetter({ insight }: Incident, label: string): boolean {
  const calls = insight?.calls ?? [];
  if (calls.length > 1) return HOUR_FACTS.includes(label);
  return calls.some(({ failed }) => failed > 0) && (label === 'Whose' || label === 'Codes');
}

const HOUR_FACTS = ['Last hour', 'Whose', 'Codes', 'First failure', 'Last call'];

/** Enough of one side to say whose it is. */
const CLEAR = 0.8;

function verdictFact(calls: readonly CallsInsight[]): readonly CardFact[] {
  const [first] = calls;
  if (first === undefined || calls.length > 1 || first.failed === 0) return [];
  const [worst] = first.shares;
  const evidence = first.codes
    .map(({ code, count, meaning }) => `${code} ×${count} (${clip(meaning, 60)})`)
    .join('; ');
  const whose =
    worst === undefined || worst.share < CLEAR
      ? 'Not one side’s alone'
      : worst.owner === 'Microsoft'
        ? `Microsoft, not you: ${percent(worst.share)} of ${plural(first.failed, 'failure')}`
        : `Not Microsoft: ${worst.owner}, ${percent(worst.share)} of ${plural(first.failed, 'failure')}`;
  return [
    fact(
      'Microsoft or you',
      say(`${whose} since `),
      time(first.from),
      say(evidence === '' ? '' : `; ${evidence}`),
    ),
  ];
}

/** Where more than one trunk is affected; an incident about one names it. */
function trunksFact(calls: readonly CallsInsight[]): readonly CardFact[] {
  const trunks = calls.flatMap((one) => one.trunks);
  if (trunks.length === 0) return [];
  const value = trunks
    .slice(0, 6)
    .flatMap(({ trunk, failed, attempts }, i): readonly Inline[] => [
      ...(i === 0 ? [] : [say(', ')]),
      command(trunk, `calls ${trunk}`),
      say(` ${failed} of ${attempts}`),
    ]);
  const more = trunks.length > 6 ? [say(` and ${trunks.length - 6} more`)] : [];
  return [fact('Failed on', ...value, ...more)];
}

function issuesFact({ issues, early, listed }: Insight): readonly CardFact[] {
  const open = issues.filter(({ endedAt }) => endedAt === undefined);
  const shown = (open.length > 0 ? open : issues).slice(0, 3);
  if (shown.length === 0)
    return early.length > 0 || !listed ? [] : [fact('Microsoft lists', say('no issue on Teams beside it'))];
  return [
    fact(
      'Microsoft lists',
      ...shown.flatMap((issue, i) => [...(i === 0 ? [] : [say('; ')]), ...issueWords(issue)]),
    ),
  ];
}

function issueWords({ id, title, startedAt, endedAt }: IssueInsight): readonly Inline[] {
  const until: readonly Inline[] = endedAt === undefined ? [] : [say(', over since '), time(endedAt)];
  return [command(id, `issue ${id}`), say(` “${clip(title, 90)}” since `), time(startedAt), ...until];
}

/** Seen before Microsoft said so: by how much, or that nothing is said yet. */
function earlyFact(early: readonly EarlyInsight[]): readonly CardFact[] {
  const told = early
    .filter((one) => leadOf(one) !== undefined)
    .sort((a, b) => (leadOf(b) ?? 0) - (leadOf(a) ?? 0));
  const [first] = told;
  if (first === undefined) {
    const waiting = early.length;
    if (waiting === 0) return [];
    const where = waiting === 1 ? '' : `, seen in ${plural(waiting, 'tenant')} at once`;
    return [
      fact('Earlier than Microsoft', say(`probably a fault on Microsoft’s side, not posted yet${where}`)),
    ];
  }
  const issue = first.issue ?? '';
  const link: readonly Inline[] =
    first.incident === undefined
      ? []
      : [say(': '), command(incidentName(first.incident), `incident ${incidentName(first.incident)}`)];
  return [
    fact(
      'Earlier than Microsoft',
      say(`seen ${age(leadOf(first) ?? 0)} before Microsoft posted `),
      command(issue, `issue ${issue}`),
      ...link,
    ),
  ];
}

/** What the tenants' own calls say of an issue. */
function callsFact(calls: readonly CallsInsight[]): readonly CardFact[] {
  const [only] = calls;
  if (only === undefined) return [];
  if (calls.length === 1) return [fact('Your calls', ...ownWords(only))];
  const felt = calls
    .filter(({ effect }) => effect === 'some' || effect === 'heavy')
    .sort((a, b) => b.microsoft - a.microsoft);
  if (felt.length === 0)
    return [fact('Calls', say(`no effect seen in ${plural(calls.length, 'tenant')}`), ...asOf(calls))];
  const named = felt
    .slice(0, 5)
    .map(({ tenant, microsoft, attempts }) => `${tenant} ${microsoft} of ${attempts}`);
  const more = felt.length > 5 ? ` and ${felt.length - 5} more` : '';
  return [
    fact(
      'Calls',
      say(
        `fail on Microsoft’s side in ${felt.length} of ${plural(calls.length, 'tenant')}: ${named.join(', ')}${more}`,
      ),
      ...asOf(calls),
    ),
  ];
}

function ownWords(calls: CallsInsight): readonly Inline[] {
  const { attempts, failed, microsoft, ner, effect, from } = calls;
  if (effect === 'no-calls') return [say('none since '), time(from), ...asOf([calls])];
  const since: readonly Inline[] = [say(' since '), time(from)];
  const well = `NER ${percent(ner)} over ${plural(attempts, 'call')}`;
  if (effect === 'none') return [say(well), ...since, say(', no effect seen'), ...asOf([calls])];
  const side =
    effect === 'other'
      ? `, and not on Microsoft’s side: ${calls.shares[0]?.owner ?? 'not known whose'}`
      : `, ${percent(failed === 0 ? 0 : microsoft / failed)} on Microsoft’s side`;
  return [
    say(`${failed} of ${plural(attempts, 'call')} failed`),
    ...since,
    say(`${side} (${well})`),
    ...asOf([calls]),
  ];
}

/** Figures are taken over when they say something else: up to when they count stands beside them. */
function asOf(calls: readonly CallsInsight[]): readonly Inline[] {
  const to: Instant = Math.max(...calls.map((one) => one.to));
  return [say('; as of '), time(to)];
}
