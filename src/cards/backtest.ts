import type { Backtest, BacktestFiring, ChannelCount, RuleTotal } from '../model/backtest.js';
import type { Card, Section } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { Instant } from '../model/time.js';
import { backtestChart } from './backtest-chart.js';
import {
  bold,
  dotted,
  fact,
  factsSection,
  heading,
  link,
  listSection,
  paragraph,
  say,
  time,
  type ListItem,
} from './parts.js';
import { age, clip, plural } from './words.js';

export interface BacktestView {
  readonly backtest: Backtest;
  /** What was tried is what is in force: there is nothing to compare it with but what was sent. */
  readonly inForce: boolean;
  readonly now: Instant;
  readonly url: string;
}

const SHOWN = 10;
const NAMES = 3;

/** What rules would have sent, when, to whom and for how long, beside those in force. */
export function backtestCard({ backtest, inForce, now, url }: BacktestView): Card {
  const { from, until, these, present, notes } = backtest;
  const title = titleOf(backtest, inForce);
  return {
    topic: 'backtest',
    tone: 'neutral',
    title,
    fallback: title,
    sections: [
      ...factsSection([
        fact('Time', time(from), say(' to '), time(until)),
        ...(backtest.rules.length > 1 ? [fact('Rules', say(namesOf(backtest.rules)))] : []),
      ]),
      backtestChart(backtest, inForce),
      ...ruleTable(these.rules, present.rules, inForce),
      ...channelTable(backtest, inForce),
      ...(inForce
        ? listSection(headed('Alerts', these.firings), newest(these.firings, until), SHOWN)
        : compared(backtest)),
      ...notesSection(notes),
    ],
    actions: [],
    footer: url === '' ? [] : dotted([bold('backtest')], [link('console', url)]),
    at: now,
  };
}

function titleOf({ rules, these, present, from, until }: Backtest, inForce: boolean): string {
  const what = rules.length === 1 ? (rules[0] ?? '') : plural(rules.length, 'rule');
  const count = these.firings.length;
  const alerts = `${what}: ${count === 0 ? 'no alert' : plural(count, 'alert')} in ${age(until - from)}`;
  if (inForce) return alerts;
  const before = present.firings.length;
  return `${alerts}, ${before === 0 ? 'none' : before} by the rules in force`;
}

function namesOf(names: readonly string[]): string {
  const left = names.length - NAMES;
  return `${names.slice(0, NAMES).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function ruleTable(
  these: readonly RuleTotal[],
  present: readonly RuleTotal[],
  inForce: boolean,
): readonly Section[] {
  const names = [...new Set([...these, ...present].map(({ rule }) => rule))];
  if (names.length === 0) return [];
  const cells = (totals: readonly RuleTotal[], rule: string): readonly (readonly Inline[])[] => {
    const total = totals.find((one) => one.rule === rule);
    return total === undefined
      ? [[say('0')], [say('–')]]
      : [[say(`${total.firings}`)], [say(age(total.firingMs))]];
  };
  return [
    {
      kind: 'table',
      columns: ['Rule', 'Alerts', 'Firing', ...(inForce ? ['Mostly'] : ['In force', 'Firing'])],
      rows: names.map((rule) => [
        [say(rule)],
        ...cells(these, rule),
        ...(inForce ? [[say(mostly(these, rule))]] : cells(present, rule)),
      ]),
    },
  ];
}

function mostly(totals: readonly RuleTotal[], rule: string): string {
  const noisiest = totals.find((one) => one.rule === rule)?.noisiest;
  return noisiest === undefined ? '' : `${clip(noisiest.subject, 40)} (${noisiest.firings})`;
}

function channelTable({ these, present, sent }: Backtest, inForce: boolean): readonly Section[] {
  const sides = [these.channels, ...(inForce ? [] : [present.channels]), sent];
  const channels = [...new Set(sides.flat().map(({ channel }) => channel))].sort();
  if (channels.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: [
        'Channel',
        'Would have got',
        ...(inForce ? [] : ['Rules in force']),
        'Really got, of all rules',
      ],
      rows: channels.map((channel) => [
        [say(channel)],
        ...sides.map((counts) => [say(countWords(counts.find((count) => count.channel === channel)))]),
      ]),
    },
  ];
}

function countWords(count: ChannelCount | undefined): string {
  if (count === undefined) return 'nothing';
  const { posts, edits, reminders, held } = count;
  const words = [
    ...(posts > 0 ? [plural(posts, 'message')] : []),
    ...(edits > 0 ? [plural(edits, 'edit')] : []),
    ...(reminders > 0 ? [plural(reminders, 'reminder')] : []),
    ...(held > 0 ? [`${held} held back`] : []),
  ];
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** Where both fired at the same time about the same subject they agree, however long each of them went on. */
function compared({ these, present, until }: Backtest): readonly Section[] {
  const only = (
    mine: readonly BacktestFiring[],
    others: readonly BacktestFiring[],
  ): readonly BacktestFiring[] => mine.filter((firing) => !others.some((other) => meet(firing, other)));
  const added = only(these.firings, present.firings);
  const gone = only(present.firings, these.firings);
  const same = these.firings.filter((firing) => !added.includes(firing));
  return [
    ...listSection(headed('Only these rules fire', added), newest(added, until), SHOWN),
    ...listSection(headed('Only the rules in force fire', gone), newest(gone, until), SHOWN),
    ...listSection(headed('Both fire', same), newest(same, until), SHOWN),
  ];
}

function meet(a: BacktestFiring, b: BacktestFiring): boolean {
  return (
    a.subject === b.subject &&
    a.tenant === b.tenant &&
    a.from <= (b.until ?? Infinity) &&
    b.from <= (a.until ?? Infinity)
  );
}

function headed(title: string, firings: readonly BacktestFiring[]): string {
  return `${title} (${firings.length}${firings.length > SHOWN ? ', the newest first' : ''})`;
}

function newest(firings: readonly BacktestFiring[], end: Instant): readonly ListItem[] {
  return [...firings].reverse().map((firing) => ({ tone: firing.severity, line: firingLine(firing, end) }));
}

function firingLine(
  { rule, subject, summary, from, until, before, told }: BacktestFiring,
  end: Instant,
): readonly Inline[] {
  const went =
    until === from ? 'announced' : until === undefined ? `${age(end - from)}, and still` : age(until - from);
  const to = told.length === 0 ? (before ? 'there before' : 'told to nobody') : `→ ${told.join(', ')}`;
  return dotted(
    [time(from)],
    [say(went)],
    [say(rule)],
    [say(clip(summary === '' ? subject : summary, 90))],
    [say(to)],
  );
}

function notesSection(notes: readonly string[]): readonly Section[] {
  return notes.length === 0
    ? []
    : [heading('What is not known'), ...notes.map((note) => paragraph(say(note)))];
}
