import type { Alert } from '../model/alert.js';
import type { Section } from '../model/card.js';
import { inlinesToText, plain, type Rich } from '../model/rich.js';
import type { JsonObject } from '../model/json.js';
import { clipRich, paragraph, say } from './parts.js';
import { splitSubject } from './incident-title.js';
import { changedSection, messageBody } from './message-facts.js';
import { instantOf, richOf, textOf } from './values.js';

/** On a phone at night the beginning of a post is enough; `issue <id>` shows all of it. */
const QUOTE_MAX = 900;

/** What the alert's subject has to say for itself, below the facts. */
export function bodyOf(alert: Alert | undefined): readonly Section[] {
  if (alert === undefined) return [];
  switch (splitSubject(alert.subject)[0]) {
    case 'issue':
      return [...impactSection(alert.values), ...postSection(alert.values, QUOTE_MAX)];
    case 'message':
      return [...changedSection(alert), ...messageBody(alert.values, QUOTE_MAX)];
    case 'source':
      return alert.state === 'resolved'
        ? []
        : [paragraph(say('While it is blind, nothing about this source opens or closes.'))];
    case 'cqd':
      return noteSection(alert);
    case 'channel':
      return [];
    default:
      return describe(alert);
  }
}

/** The rule's description, unless it says nothing that the card has not said. */
function describe({ description, summary, values, state }: Alert): readonly Section[] {
  const told = description === '' || description === summary || description === textOf(values, 'message');
  return told || state === 'resolved' ? [] : [paragraph(say(description))];
}

/** What the other stage means for this one: the facts have said the rest of the description. */
function noteSection({ values, state }: Alert): readonly Section[] {
  const note = textOf(values, 'note');
  return note === undefined || state === 'resolved' ? [] : [paragraph(say(note))];
}

/** Microsoft's impact text, unless it only repeats the title. */
export function impactSection(values: JsonObject): readonly Section[] {
  const impact = textOf(values, 'impact');
  if (impact === undefined || impact === textOf(values, 'title')) return [];
  return [paragraph(say(impact))];
}

/** Microsoft's latest post as a quote; `max` characters of it. */
export function postSection(values: JsonObject, max: number): readonly Section[] {
  const text = latestPost(values);
  if (text === undefined) return [];
  const at = instantOf(values, 'latestPostAt');
  return [
    {
      kind: 'quote',
      title: "Microsoft's latest post",
      ...(at === undefined ? {} : { at }),
      text: clipRich(text, max),
    },
  ];
}

/** The newest post without the title and impact that Microsoft repeats at its head: the card has said both. */
function latestPost(values: JsonObject): Rich | undefined {
  const words = textOf(values, 'latestPost');
  const post = richOf(values, 'latestPostRich') ?? (words === undefined ? undefined : plain(words));
  const said = [textOf(values, 'title'), textOf(values, 'impact')];
  const rest = post?.filter((block) => {
    if (block.kind === 'list') return true;
    const [, head, tail = ''] =
      /^(Title|User impact):\s*([\s\S]*)$/i.exec(inlinesToText(block.inlines)) ?? [];
    return head === undefined || !said.includes(tail.trim());
  });
  return rest === undefined || rest.length === 0 ? post : rest;
}
