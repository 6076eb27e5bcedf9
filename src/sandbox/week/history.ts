import { DAY, HOUR, type Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';
import { at, reviewPublished, tellIssue } from './story.js';
import { runTogether } from './words.js';

interface Past {
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly daysAgo: number;
  readonly hours: number;
  readonly review?: boolean;
}

/** Graph lists resolved issues for months: whoever reads the list for the first time must not take them for news. */
const PAST: readonly Past[] = [
  {
    id: 'TM1128840',
    service: 'Microsoft Teams',
    title: 'Users may have been unable to see presence in Microsoft Teams',
    daysAgo: 84,
    hours: 3,
  },
  {
    id: 'EX1139062',
    service: 'Exchange Online',
    title: 'Some users may have been unable to open Outlook on the web',
    daysAgo: 61,
    hours: 5,
    review: true,
  },
  {
    id: 'FM1144519',
    service: 'Microsoft Forms',
    title: 'Users may have been unable to submit answers in Microsoft Forms',
    daysAgo: 47,
    hours: 2,
  },
  {
    id: 'SP1152277',
    service: 'SharePoint Online',
    title: 'Search results in SharePoint Online may have been out of date',
    daysAgo: 33,
    hours: 26,
  },
  {
    id: 'MO1160903',
    service: 'Microsoft 365 suite',
    title: 'Admins may have been unable to open the Microsoft 365 admin center',
    daysAgo: 20,
    hours: 4,
    review: true,
  },
  {
    id: 'TM1168215',
    service: 'Microsoft Teams',
    title: 'Some users may have heard no audio in Microsoft Teams meetings',
    daysAgo: 12,
    hours: 6,
  },
];

export function history(start: Instant): readonly Step[] {
  return PAST.flatMap((past) => resolvedLongAgo(start, past));
}

function resolvedLongAgo(
  start: Instant,
  { id, service, title, daysAgo, hours, review }: Past,
): readonly Step[] {
  const begun = -daysAgo * DAY;
  const ended = begun + hours * HOUR;
  const was = title.replace('may have been', 'may be');
  return tellIssue(
    start,
    {
      after: begun + HOUR / 2,
      what: 'opened and ended before the week',
      html: runTogether({ title: was, impact: was, status: "We're investigating." }),
      issue: {
        id,
        title,
        service,
        classification: review === true ? 'incident' : 'advisory',
        startDateTime: at(start, begun),
      },
    },
    [
      {
        after: ended + HOUR / 2,
        what: 'is restored',
        patch: { status: 'serviceRestored', isResolved: true, endDateTime: at(start, ended) },
        html: runTogether({ title, impact: title, final: true, status: 'The issue is resolved.' }),
      },
      ...(review === true ? reviewPublished(ended + 4 * DAY) : []),
    ],
  );
}
