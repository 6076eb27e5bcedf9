import type { KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types';
import type { Inline } from '../../src/model/rich.js';
import { mrkdwn } from './mrkdwn.js';

// Limits of Block Kit: doc comments of @slack/types 3.2.0.
export const SECTION_MAX = 3_000;
export const FIELD_MAX = 2_000;
/** One line leaves room for the quote sign and the line break in its section. */
export const LINE_MAX = SECTION_MAX - 10;

/** As few sections as the lines need. */
export function sections(lines: readonly string[]): readonly KnownBlock[] {
  const texts: string[] = [];
  let current = '';
  for (const line of lines) {
    if (current !== '' && current.length + 1 + line.length > SECTION_MAX) {
      texts.push(current);
      current = line;
    } else {
      current = current === '' ? line : `${current}\n${line}`;
    }
  }
  return [...texts, current].filter((words) => words.trim() !== '').map(section);
}

export function section(words: string): SectionBlock {
  return { type: 'section', text: text(words) };
}

/** Verbatim: Slack must not turn foreign `@here` or `#name` into mentions and links. */
export function text(words: string): MrkdwnElement {
  return { type: 'mrkdwn', text: words, verbatim: true };
}

/** Small print. */
export function context(inlines: readonly Inline[]): KnownBlock {
  return { type: 'context', elements: [text(mrkdwn(inlines, FIELD_MAX))] };
}
