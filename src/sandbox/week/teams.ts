import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';
import { at, day, reviewPublished, tellIssue, type Moment } from './story.js';
import { brokenLines, bullets, paragraphs, runTogether } from './words.js';

const ID = 'TM1185904';
const BEGUN = day(2, 2, 55);
const TITLE = 'Users are unable to place or receive phone calls in Microsoft Teams';
const PAST = 'Users were unable to place or receive phone calls in Microsoft Teams';
const about = { title: TITLE, impact: TITLE };

/** Day 2: an incident from its first post, and an interruption: the worst status there is. */
export function teams(start: Instant): readonly Step[] {
  const opening = {
    after: day(2, 3, 5),
    what: 'opens as an incident with the service interrupted',
    postType: 'quick',
    html: runTogether({
      ...about,
      more: 'Calls through Direct Routing, Operator Connect and Calling Plans end with a busy tone or no sound. Meetings joined by computer audio are not affected.',
      status:
        "We're reviewing service telemetry to find the next troubleshooting steps. This quick update is designed to give the latest information on this issue.",
      nextUpdate: start + day(2, 3, 45),
    }),
    issue: {
      id: ID,
      title: TITLE,
      service: 'Microsoft Teams',
      feature: 'Calling',
      featureGroup: 'Teams Components',
      impactDescription: TITLE,
      classification: 'incident',
      status: 'serviceInterruption',
      startDateTime: at(start, BEGUN),
      details: [
        { name: 'NotifyInApp', value: 'True' },
        { name: 'AffectedChildWorkloads', value: 'Calling Plans, Direct Routing' },
      ],
    },
  } as const;
  return tellIssue(start, opening, [...life(start), ...reviewPublished(day(6, 5))]);
}

function life(start: Instant): readonly Moment[] {
  return [
    {
      after: day(2, 3, 38),
      what: 'has its cause found',
      html: brokenLines({
        ...about,
        status: `A certificate used between two call-control components expired. We&rsquo;re issuing a new one and will then, region by region:<br>${bullets(
          'load the new certificate,',
          'restart call control,',
          'watch the share of answered calls.',
        )}`,
        scope:
          'Any user whose organization is served from Europe may be unable to place or receive phone calls.',
        nextUpdate: start + day(2, 5),
      }),
    },
    {
      after: day(2, 4, 50),
      what: 'eases to a degradation',
      patch: { status: 'serviceDegradation' },
      html: paragraphs({
        ...about,
        status:
          'The new certificate is in use in two of three regions; <b>about 80%</b> of calls there are connected again.',
        scope: 'Users in the third region may still see calls fail.',
        nextUpdate: start + day(2, 6),
      }),
    },
    {
      after: day(2, 5, 55),
      what: 'is being verified',
      patch: { status: 'verifyingService' },
      html: runTogether({
        ...about,
        status: "The repair has reached all regions and we're watching call success before we call it done.",
        nextUpdate: start + day(2, 7),
      }),
    },
    {
      after: day(2, 6, 45),
      what: 'is restored',
      patch: {
        status: 'serviceRestored',
        title: PAST,
        impactDescription: PAST,
        isResolved: true,
        endDateTime: at(start, day(2, 6, 20)),
      },
      html: runTogether({
        title: PAST,
        impact: PAST,
        final: true,
        status: 'Call success has stayed at its usual level for 25 minutes and the issue is resolved.',
        start: start + BEGUN,
        end: start + day(2, 6, 20),
        cause: 'A certificate between two call-control components was not renewed in time.',
        next: "We'll publish a post-incident report within five business days.",
      }),
    },
  ];
}
