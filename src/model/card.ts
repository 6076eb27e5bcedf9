import type { Chart } from './chart.js';
import type { FormButton } from './form.js';
import type { Instant } from './time.js';
import type { Inline, Rich } from './rich.js';
import type { Severity } from './severity.js';

/** How a card's edge is coloured: a severity, or green for what is well or over, or grey for what is only said. */
export type Tone = Severity | 'ok' | 'neutral';

/** One sign for each tone, where nothing better can be drawn: colour is never the only one. */
export const TONE_MARKS: Readonly<Record<Tone, string>> = {
  critical: '✖',
  major: '▲',
  warning: '!',
  info: 'i',
  ok: '✔',
  neutral: '·',
};

/**
 * The channel-neutral view that each adapter renders. Its first line (`title`) says what and where; `fallback` is the
 * plain text of the lock screen, the screen reader and the search snippet, and is never empty.
 */
export interface Card {
  /** `incident:1042`, `summary:contoso/service-health`, or a command's name: what this card shows. */
  readonly topic: string;
  readonly tone: Tone;
  /** The word beside the colour: `CRITICAL`, `RESOLVED`, `ACKNOWLEDGED`, `OK`. */
  readonly badge?: string;
  readonly title: string;
  readonly fallback: string;
  readonly sections: readonly Section[];
  readonly actions: readonly Action[];
  /** Small print: ids, tenant, `sent 12 min late`. */
  readonly footer?: readonly Inline[];
  /** Raised by one at each visible change of the same topic; an older one never replaces a newer one. */
  readonly revision?: number;
  readonly at: Instant;
}

export type Section =
  | { readonly kind: 'text'; readonly text: Rich }
  | {
      readonly kind: 'facts';
      readonly facts: readonly { readonly label: string; readonly value: readonly Inline[] }[];
    }
  /** Somebody else's words, for example Microsoft's latest post. */
  | { readonly kind: 'quote'; readonly title: string; readonly at?: Instant; readonly text: Rich }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  /** One line an item, with its own colour: services, incidents. */
  | {
      readonly kind: 'list';
      readonly items: readonly { readonly tone: Tone; readonly line: readonly Inline[] }[];
    }
  /** Numbers over time: drawn, shown as a picture, or told in its sentence, as the platform can. */
  | ({ readonly kind: 'chart' } & Chart);

/** A button. Pressing it runs `command` as the person who pressed it, with that person's permissions. */
export interface Action {
  /** `details`: its answer is for the one who pressed. */
  readonly id:
    | 'ack'
    | 'unack'
    | 'resolve'
    | 'snooze'
    | 'silence'
    | 'unsilence'
    | 'note'
    | 'confirm'
    | 'details'
    | 'form'
    | 'link';
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'default';
  /** A chat command (`ack INC-1042`), or undefined for a link and for what is a form alone. */
  readonly command?: string;
  readonly href?: string;
  /** Opened instead of running `command`, where the platform has dialogs. */
  readonly form?: FormButton;
  /** Asked before a button that cannot be taken back. */
  readonly confirm?: string;
}
