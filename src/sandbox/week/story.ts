import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { IssueInput, IssuePatch } from '../state/health.js';
import { stamp } from '../state/wire.js';
import type { Step } from '../state/world.js';
import { REVIEW_PUBLISHED } from './words.js';

/** One moment in an issue's life: what changes, and what is posted with it. */
export interface Moment {
  /** From the week's start; negative before it. */
  readonly after: Duration;
  readonly what: string;
  readonly patch?: IssuePatch;
  readonly html?: string;
  readonly postType?: 'regular' | 'quick' | 'strategic';
}

/** The opening and every later moment of one issue as steps. Posts are stamped some seconds past the minute, as people's are. */
export function tellIssue(
  start: Instant,
  opening: Omit<Moment, 'patch'> & { readonly issue: IssueInput },
  moments: readonly Moment[],
): readonly Step[] {
  const { issue } = opening;
  return [
    {
      at: postedAt(start, opening.after),
      what: `${issue.id} ${opening.what}`,
      apply: ({ health }) => {
        const at = postedAt(start, opening.after);
        health.putIssue(issue, at);
        if (opening.html !== undefined) health.post(issue.id, toPost(at, opening));
      },
    },
    ...moments.map((moment) => laterStep(start, issue.id, moment)),
  ];
}

function laterStep(start: Instant, id: string, moment: Moment): Step {
  const at = postedAt(start, moment.after);
  return {
    at,
    what: `${id} ${moment.what}`,
    apply: ({ health }) => {
      if (moment.patch !== undefined) health.patchIssue(id, moment.patch, at);
      if (moment.html !== undefined) health.post(id, toPost(at, moment));
    },
  };
}

function toPost(
  at: Instant,
  moment: Pick<Moment, 'html' | 'postType'>,
): { at: Instant; html: string; postType?: string } {
  const { html = '', postType } = moment;
  return { at, html, ...(postType === undefined ? {} : { postType }) };
}

/** A fixed, uneven offset below a second, so that stamps carry one to three digits as Graph's do. */
function postedAt(start: Instant, after: Duration): Instant {
  return start + after + ((Math.abs(after / MINUTE) * 37) % 1000);
}

/** Published twice, some hours apart, as recorded issues show. */
export function reviewPublished(after: Duration): readonly Moment[] {
  return [
    {
      after,
      what: 'has its review published',
      patch: { status: 'postIncidentReviewPublished' },
      html: REVIEW_PUBLISHED,
    },
    { after: after + 3 * HOUR, what: 'repeats the announcement of its review', html: REVIEW_PUBLISHED },
  ];
}

export function day(number: number, hours = 0, minutes = 0): Duration {
  return (number - 1) * DAY + hours * HOUR + minutes * MINUTE;
}

export function at(start: Instant, after: Duration): string {
  return stamp(start + after);
}
