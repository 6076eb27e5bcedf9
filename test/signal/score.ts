import type { Told } from '../../src/engine/replay/channel.js';
import { formatDuration } from '../../src/lib/duration.js';
import { runTest, type Course } from '../../src/main/rule-tests/run.js';
import type { Instant } from '../../src/model/time.js';
import type { Message, Scenario, Truth } from './scenario.js';

/** One alert that fired, from then to then. */
interface Firing {
  readonly rule: string;
  readonly subject: string;
  readonly tenant: string;
  readonly source: string;
  readonly from: Instant;
  readonly severities: readonly string[];
  readonly until: Instant | undefined;
}

/** How well the rules did in one scenario. */
export interface Score {
  readonly scenario: Scenario;
  readonly rules: readonly RuleScore[];
  /** In words, what is otherwise than the truth. */
  readonly wrong: readonly string[];
}

export interface RuleScore {
  readonly rule: string;
  readonly right: number;
  /** Fired, and should not have; at another time counts as both false and missed. */
  readonly false: number;
  readonly missed: number;
  /** Polls of the source from when it could be seen until it fired, one each. */
  readonly polls: readonly number[];
}

/** Messages are scored like a rule of this name. */
export const MESSAGES = '(messages)';

export async function scoreOf(scenario: Scenario): Promise<Score> {
  const course = await runTest(scenario.test);
  const every = everyOf(scenario);
  const wrong: string[] = [];
  const scores = new Map<string, { right: number; false: number; missed: number; polls: number[] }>();
  const of = (rule: string) => {
    const known = scores.get(rule) ?? { right: 0, false: 0, missed: 0, polls: [] };
    scores.set(rule, known);
    return known;
  };

  const left = firingsOf(course);
  for (const truth of scenario.truth) {
    const index = left.findIndex((firing) => isMeant(firing, truth, course, every));
    const [firing] = index < 0 ? [] : left.splice(index, 1);
    const misfit = firing === undefined ? 'did not fire' : misfitOf(firing, truth, course, every);
    const score = of(truth.alert);
    if (misfit !== undefined) {
      wrong.push(`${truth.alert} on ${truth.subject} from ${formatDuration(truth.from)}: ${misfit}`);
      score.missed += 1;
      if (firing !== undefined) score.false += 1;
    } else if (firing !== undefined) {
      score.right += 1;
      score.polls.push(pollsUntil(firing, truth, course));
    }
  }
  for (const firing of left) {
    of(firing.rule).false += 1;
    wrong.push(`${firing.rule} on ${firing.subject} fired at ${when(firing.from, course)} for nothing`);
  }
  const messages = scoreMessages(scenario.told, course, wrong);
  return {
    scenario,
    wrong,
    rules: [...[...scores].map(([rule, score]) => ({ rule, ...score })), messages],
  };
}

/** The interval of each kind of source in this scenario. */
function everyOf({ test }: Scenario): ReadonlyMap<string, number> {
  return new Map(
    test.settings.tenants.flatMap(({ connection, sources }) =>
      sources.map(({ kind, name, everyMs }) => [
        `${connection.name}/${kind}${name === undefined ? '' : `/${name}`}`,
        everyMs,
      ]),
    ),
  );
}

function firingsOf({ transitions }: Course): Firing[] {
  const open = new Map<string, Firing>();
  const all: Firing[] = [];
  for (const { kind, alert, at } of transitions) {
    const { fingerprint, rule, subject, tenant, sourceKey: source, severity } = alert;
    const firing = open.get(fingerprint);
    if (kind === 'once')
      all.push({ rule, subject, tenant, source, from: at, severities: [severity], until: at });
    else if (kind === 'firing')
      open.set(fingerprint, {
        rule,
        subject,
        tenant,
        source,
        from: at,
        severities: [severity],
        until: undefined,
      });
    else if (firing !== undefined && kind === 'resolved') {
      all.push({ ...firing, until: at });
      open.delete(fingerprint);
    } else if (firing !== undefined)
      open.set(fingerprint, { ...firing, severities: [...firing.severities, severity] });
  }
  return [...all, ...open.values()];
}

type Every = ReadonlyMap<string, number>;

/** The firing that a truth is about: of its rule and subject, and begun while it was true. */
function isMeant(firing: Firing, truth: Truth, { start }: Course, every: Every): boolean {
  const end = truth.until === undefined ? Infinity : start + truth.until + slack(truth.over, firing, every);
  return (
    firing.rule === truth.alert &&
    firing.subject === truth.subject &&
    firing.tenant === truth.tenant &&
    firing.from >= start + truth.from &&
    firing.from <= end
  );
}

function slack(given: number | undefined, firing: Firing, every: Every): number {
  return given ?? every.get(firing.source) ?? 0;
}

function misfitOf(firing: Firing, truth: Truth, course: Course, every: Every): string | undefined {
  const { start } = course;
  if (firing.from > start + truth.from + slack(truth.within, firing, every))
    return `fired only at ${when(firing.from, course)}`;
  if (truth.severity !== undefined && !firing.severities.includes(truth.severity))
    return `was ${firing.severities.join(', ')}, not ${truth.severity}`;
  if (truth.until === undefined)
    return firing.until === undefined || firing.until === firing.from
      ? undefined
      : `ended at ${when(firing.until, course)}, and it goes on`;
  if (firing.until === undefined) return 'did not end';
  if (firing.until < start + truth.until) return `ended at ${when(firing.until, course)}, too early`;
  if (firing.until > start + truth.until + slack(truth.over, firing, every))
    return `ended only at ${when(firing.until, course)}`;
  return undefined;
}

function pollsUntil({ source, from }: Firing, truth: Truth, { polls, start }: Course): number {
  return (polls.get(source) ?? []).filter((at) => at >= start + truth.from && at <= from).length;
}

function scoreMessages(expected: readonly Message[], course: Course, wrong: string[]): RuleScore {
  const left = course.told.filter((one) => one.do === 'post' || one.do === 'remind');
  let right = 0;
  for (const message of expected) {
    const at = course.start + message.at;
    const index = left.findIndex(
      (one) =>
        one.do === message.do &&
        one.channel === message.channel &&
        one.at >= at &&
        one.at <= at + message.within &&
        isAbout(one, message.subject),
    );
    if (index >= 0) {
      left.splice(index, 1);
      right += 1;
    } else
      wrong.push(
        `${message.channel}: no ${message.do} at ${formatDuration(message.at)}${message.subject === undefined ? '' : ` about ${message.subject}`}`,
      );
  }
  for (const one of left)
    wrong.push(
      `${one.channel}: ${one.do} at ${when(one.at, course)} “${one.title}” (${one.reason}) for nothing`,
    );
  return { rule: MESSAGES, right, false: left.length, missed: expected.length - right, polls: [] };
}

/** A summary is about nothing in particular. */
function isAbout({ alerts }: Told, subject: string | undefined): boolean {
  return subject === undefined ? alerts.length === 0 : alerts.some((alert) => alert.subject === subject);
}

function when(at: Instant, { start }: Course): string {
  return formatDuration(at - start);
}
