import type { BacktestFiring, BacktestSide, ChannelCount, RuleTotal } from '../../model/backtest.js';
import type { Alert, Transition } from '../../model/alert.js';
import { worst } from '../../model/severity.js';
import type { Instant } from '../../model/time.js';
import type { SentCount } from '../../store/past.js';
import type { Told } from '../replay/channel.js';

export interface CourseOf {
  readonly transitions: readonly Transition[];
  readonly told: readonly Told[];
  readonly until: Instant;
}

/** Deliveries of the record in the same words. */
export function sentOf(counts: readonly SentCount[]): readonly ChannelCount[] {
  const channels = new Map<string, ChannelCount>();
  for (const { channel, action, count } of counts) {
    const known = channels.get(channel) ?? { channel, posts: 0, edits: 0, reminders: 0, held: 0 };
    const key = action === 'edit' ? 'edits' : action === 'thread' ? 'reminders' : 'posts';
    channels.set(channel, { ...known, [key]: known[key] + count });
  }
  return [...channels.values()];
}

/** What a replay came to. */
export function sideOf({ transitions, told, until }: CourseOf): BacktestSide {
  const firings = firingsOf(transitions, told);
  return { rules: rulesOf(firings, until), channels: channelsOf(told), firings };
}

function firingsOf(transitions: readonly Transition[], told: readonly Told[]): readonly BacktestFiring[] {
  const heard = listeners(told);
  const open = new Map<string, BacktestFiring>();
  const all: BacktestFiring[] = [];
  for (const { kind, alert, at } of transitions) {
    const { fingerprint } = alert;
    if (kind === 'once') all.push({ ...firingOf(alert, at), until: at });
    else if (kind === 'firing') open.set(fingerprint, firingOf(alert, at));
    const firing = open.get(fingerprint);
    if (firing === undefined || kind === 'firing') continue;
    if (kind === 'resolved') {
      all.push({ ...firing, until: at });
      open.delete(fingerprint);
    } else
      open.set(fingerprint, {
        ...firing,
        severity: worst([firing.severity, alert.severity]) ?? alert.severity,
      });
  }
  return [...all, ...open.values()]
    .map((firing) => ({ ...firing, told: heard(firing) }))
    .sort((a, b) => a.from - b.from || a.rule.localeCompare(b.rule) || a.subject.localeCompare(b.subject));
}

function firingOf(alert: Alert, at: Instant): BacktestFiring {
  const { rule, subject, tenant, severity, summary, baseline } = alert;
  return { rule, subject, tenant, severity, summary, from: at, before: baseline, told: [] };
}

/** Which channels heard of an alert while it fired: of an incident that holds it, something was posted or edited then. */
function listeners(told: readonly Told[]): (firing: BacktestFiring) => readonly string[] {
  const about = new Map<string, Told[]>();
  for (const one of told) {
    if (one.do === 'hold' || one.do === 'skip') continue;
    for (const { rule, subject, tenant } of one.alerts) {
      const key = `${tenant}\n${rule}\n${subject}`;
      const list = about.get(key);
      if (list === undefined) about.set(key, [one]);
      else list.push(one);
    }
  }
  return ({ tenant, rule, subject, from, until = Infinity }) => {
    const heard = (about.get(`${tenant}\n${rule}\n${subject}`) ?? []).filter(
      // What is over within its group's wait may be told a little later, or not at all.
      (one) => one.at >= from && (one.at <= until || (until === from && one.at <= from + LATE)),
    );
    return [...new Set(heard.map(({ channel }) => channel))].sort();
  };
}

const LATE = 60 * 60_000;

function rulesOf(firings: readonly BacktestFiring[], until: Instant): readonly RuleTotal[] {
  const rules = new Map<string, BacktestFiring[]>();
  for (const firing of firings) rules.set(firing.rule, [...(rules.get(firing.rule) ?? []), firing]);
  return [...rules]
    .map(([rule, own]) => {
      const noisiest = noisiestOf(own, until);
      return {
        rule,
        firings: own.length,
        firingMs: own.reduce((sum, firing) => sum + lasted(firing, until), 0),
        ...(noisiest === undefined ? {} : { noisiest }),
      };
    })
    .sort((a, b) => b.firings - a.firings || a.rule.localeCompare(b.rule));
}

function noisiestOf(firings: readonly BacktestFiring[], until: Instant): RuleTotal['noisiest'] {
  const subjects = new Map<string, { firings: number; ms: number }>();
  for (const firing of firings) {
    const known = subjects.get(firing.subject) ?? { firings: 0, ms: 0 };
    subjects.set(firing.subject, { firings: known.firings + 1, ms: known.ms + lasted(firing, until) });
  }
  const [first] = [...subjects].sort(([, a], [, b]) => b.firings - a.firings || b.ms - a.ms);
  return first === undefined ? undefined : { subject: first[0], firings: first[1].firings };
}

function lasted({ from, until }: BacktestFiring, end: Instant): number {
  return (until ?? end) - from;
}

function channelsOf(told: readonly Told[]): readonly ChannelCount[] {
  const counts = new Map<string, { posts: number; edits: number; reminders: number; held: Set<string> }>();
  for (const { channel, do: deed, reason, topic } of told) {
    const count = counts.get(channel) ?? { posts: 0, edits: 0, reminders: 0, held: new Set<string>() };
    counts.set(channel, count);
    if (deed === 'post') count.posts += 1;
    if (deed === 'edit') count.edits += 1;
    if (deed === 'remind') count.reminders += 1;
    if (deed === 'hold' && !reason.startsWith('group-')) count.held.add(topic);
  }
  return [...counts]
    .map(([channel, { held, ...count }]) => ({ channel, ...count, held: held.size }))
    .sort((a, b) => a.channel.localeCompare(b.channel));
}
