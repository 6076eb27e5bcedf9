import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';
import { at, day, tellIssue } from './story.js';
import { paragraphs, runTogether } from './words.js';

const TITLE = "Some users' calls through Direct Routing may fail in Microsoft Teams";
const PAST = "Some users' calls through Direct Routing may have failed in Microsoft Teams";

/** Day 5: what the call log has shown for 24 minutes when Microsoft posts it. */
export function callControl(start: Instant): readonly Step[] {
  return tellIssue(
    start,
    {
      after: day(5, 6, 24),
      what: 'opens when the calls have failed for a while',
      html: runTogether({
        title: TITLE,
        impact: TITLE,
        status: "We're looking at call signalling logs to find which part of call control refuses calls.",
        nextUpdate: start + day(5, 7, 30),
      }),
      issue: {
        id: 'TM1188342',
        title: TITLE,
        service: 'Microsoft Teams',
        feature: 'Calling',
        featureGroup: 'Teams Components',
        impactDescription: TITLE,
        classification: 'incident',
        status: 'serviceDegradation',
        startDateTime: at(start, day(5, 6, 10)),
      },
    },
    [
      {
        after: day(5, 7, 20),
        what: 'is restored',
        patch: {
          status: 'serviceRestored',
          title: PAST,
          impactDescription: PAST,
          isResolved: true,
          endDateTime: at(start, day(5, 6, 30)),
        },
        html: paragraphs({
          title: PAST,
          impact: PAST,
          final: true,
          status: 'A change that drained too many call-control endpoints at once was taken back.',
          start: start + day(5, 6, 10),
          end: start + day(5, 6, 30),
          cause: 'Too many endpoints were drained for maintenance at the same time.',
          next: "We're reviewing how many may be drained together.",
        }),
      },
    ],
  );
}
