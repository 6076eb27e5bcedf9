import type { Tone } from '../model/card.js';
import { incidentName, incidentOfTopic } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import type { Delivery } from '../model/telling.js';
import { MINUTE } from '../model/time.js';
import { bold, command, say, time, type ListItem } from './parts.js';
import { age, clip } from './words.js';

const LATE = 2 * MINUTE;

/** Attempts in the order given; what happened again and again in the same way is one line. */
export function deliveryLines(
  deliveries: readonly Delivery[],
  lead: 'channel' | 'topic' = 'channel',
): readonly ListItem[] {
  const runs: Delivery[][] = [];
  for (const delivery of deliveries) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && isSame(run[0], delivery)) run.push(delivery);
    else runs.push([delivery]);
  }
  return runs.flatMap((run) => runLines(run, lead));
}

function isSame(a: Delivery, b: Delivery): boolean {
  const sayings = [a, b].map((row) => [
    row.channel,
    row.topic,
    row.action,
    row.outcome,
    row.reason,
    row.answer ?? '',
  ]);
  return sayings[0]?.join('\n') === sayings[1]?.join('\n');
}

function runLines(run: readonly Delivery[], lead: 'channel' | 'topic'): readonly ListItem[] {
  const lines = run.map((delivery) => deliveryLine(delivery, lead));
  const [first, last] = [lines[0], run.at(-1)];
  if (lines.length < 3 || first === undefined || last === undefined) return lines;
  return [
    { ...first, line: [...first.line, say(`; the same ${run.length - 1} times more, last `), time(last.at)] },
  ];
}

/** One attempt to tell a channel: when, what was decided and why, and what came back. */
function deliveryLine(delivery: Delivery, lead: 'channel' | 'topic'): ListItem {
  const who = lead === 'channel' ? bold(delivery.channel) : topicWords(delivery.topic);
  return {
    tone: toneOf(delivery),
    line: [time(delivery.at), say(' '), who, say(': '), ...deliveryWords(delivery)],
  };
}

function topicWords(topic: string): Inline {
  const id = incidentOfTopic(topic);
  if (id === undefined) return say(topic);
  const name = incidentName(id);
  return command(name, `explain ${name}`);
}

/** `first card posted; accepted in 0.2 s`, `held: silenced: by alice: known; looked at again 04:10`. */
function deliveryWords(delivery: Delivery): readonly Inline[] {
  const { outcome, reason, answer, until, durationMs, lateMs } = delivery;
  const again =
    until === undefined
      ? []
      : [say(outcome === 'held' ? '; looked at again ' : '; tried again '), time(until)];
  if (outcome === 'held') return [say(`held: ${clip(reason, 200)}`), ...again];
  if (outcome === 'not-told') return [say(`not told: ${clip(reason, 200)}`)];
  const late = lateMs > LATE ? `, ${age(lateMs)} after the change` : '';
  if (outcome === 'accepted')
    return [say(`${doneWords(delivery)}; accepted in ${(durationMs / 1_000).toFixed(1)} s${late}`)];
  // What an older version wrote has the answer in place of the reason.
  const said = clip(answer ?? reason, 200).replace(/\.$/, '');
  return [say(`${wishWords(delivery)}: ${outcome}${late}: ${said}`), ...again];
}

const DONE: Readonly<Record<string, string>> = {
  'post first': 'first card posted',
  'post changed': 'told again, because what it says has changed',
  'post outcome-unknown': 'posted again, because nobody knew whether the last attempt had arrived',
  'post repeat': 'told again, because nobody has it',
  'post calls-again': 'told again, because it calls again',
  'thread calls-again': 'said in the thread that it calls again',
  'edit changed': 'card edited, because the incident changed',
  'edit thread': 'history written into the thread',
  'thread repeat': 'reminder in the thread, because nobody has it',
};

function doneWords({ action, reason }: Delivery): string {
  if (action === 'find') return 'the message whose outcome was not known was found, and edited';
  return DONE[`${action} ${reason}`] ?? `${action}, because ${clip(reason, 80)}`;
}

const WISHES: Readonly<Record<string, string>> = {
  post: 'a card to post',
  edit: 'an edit of the card',
  thread: 'a line for the thread',
  find: 'a message to look for',
  none: 'nothing to send',
};

function wishWords({ action, reason, answer }: Delivery): string {
  const wish = WISHES[action] ?? action;
  return answer === undefined ? wish : `${wish} (${reason})`;
}

function toneOf({ outcome }: Delivery): Tone {
  if (outcome === 'accepted') return 'ok';
  return outcome === 'held' || outcome === 'not-told' ? 'neutral' : 'warning';
}
