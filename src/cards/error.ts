import type { Card } from '../model/card.js';
import type { Instant } from '../model/time.js';
import { command, formButton, listSection, paragraph, say } from './parts.js';
import { exampleList } from './help.js';
import { sentence } from './words.js';

export interface ErrorView {
  /** What happened, in one line. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  readonly usage?: string;
  readonly examples?: readonly string[];
  /** Commands that may have been meant. */
  readonly suggestions?: readonly string[];
  /** The words that open a form for it. */
  readonly form?: string;
  readonly now: Instant;
}

/** A question that has no answer: what happened, what to do, what may have been meant. */
export function errorCard(view: ErrorView): Card {
  const { message, advice = '', usage, examples = [], suggestions = [], form, now } = view;
  const usageText = usage === undefined ? [] : [say('Usage: '), { text: usage, code: true }];
  return {
    topic: 'error',
    tone: 'warning',
    title: message,
    fallback: [sentence(message), sentence(advice)].filter((part) => part !== '').join(' '),
    sections: [
      ...(advice === '' ? [] : [paragraph(say(sentence(advice)))]),
      ...(usageText.length === 0 ? [] : [paragraph(...usageText)]),
      ...(examples.length === 0 ? [] : exampleList(examples)),
      ...listSection(
        suggestions.length === 0 ? undefined : 'Did you mean',
        suggestions.map((words) => ({ tone: 'neutral', line: [command(words, words)] })),
        10,
      ),
    ],
    actions: form === undefined ? [] : [formButton('Fill in a form', form)],
    at: now,
  };
}
