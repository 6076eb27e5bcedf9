import type { Duration, Instant } from './time.js';

/** Numbers in equal steps of time: counts as bars, and a share, or other counts, as a line above them. */
export interface Chart {
  readonly title: string;
  /** What it shows, in a sentence: for the screen reader, and wherever there are no pictures. */
  readonly alt: string;
  /** When the first step begins. */
  readonly from: Instant;
  readonly step: Duration;
  /** A count for each step. */
  readonly bars: { readonly name: string; readonly values: readonly number[] };
  /**
   * A share 0..1 for each step, null where there is nothing to measure; with `counts`, a count on the axis of the bars. As many
   * as there are bars.
   */
  readonly line: {
    readonly name: string;
    readonly values: readonly (number | null)[];
    readonly counts?: boolean;
  };
  /** Said in place of the bars when there is nothing at all. */
  readonly empty: string;
  /** Absolute address of the chart as a picture, 800 by 400; absent until somebody has signed one. */
  readonly image?: string;
}
