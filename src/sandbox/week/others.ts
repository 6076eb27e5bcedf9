import { DAY, type Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';
import { at, day, tellIssue } from './story.js';
import { brokenLines, paragraphs, plainLines, runTogether } from './words.js';

/** Open for nine days when the week begins: the baseline of whoever looks for the first time. */
export function intune(start: Instant): readonly Step[] {
  const title = 'Some newly enrolled iOS devices may show as not compliant for several hours';
  const about = { title, impact: title };
  return tellIssue(
    start,
    {
      after: -9 * DAY,
      what: 'opened before the week',
      html: paragraphs({ ...about, status: "We've reproduced the delay and are testing a repair." }),
      issue: {
        id: 'IT1171042',
        title,
        service: 'Microsoft Intune',
        feature: 'Device compliance',
        featureGroup: 'Device Management',
        startDateTime: at(start, -10 * DAY),
        status: 'serviceDegradation',
      },
    },
    [
      {
        after: -6 * DAY,
        what: 'goes into extended recovery',
        patch: { status: 'extendedRecovery' },
        html: paragraphs({
          ...about,
          status:
            "The repair is being deployed with the service's usual release, which we expect to reach all tenants within two weeks.",
          scope: 'Devices enrolled in the last 24&nbsp;hours.',
          nextUpdate: start + day(5),
        }),
      },
      {
        after: day(4, 22),
        what: 'has half of the repair deployed',
        html: paragraphs({
          ...about,
          status: 'The deployment has reached 60% of tenants without any problem.',
          nextUpdate: start + day(9),
        }),
      },
      {
        after: day(7, 4),
        what: 'is restored',
        patch: { status: 'serviceRestored', isResolved: true, endDateTime: at(start, day(7, 3)) },
        html: paragraphs({
          ...about,
          final: true,
          status: 'The repair is deployed and devices report on time.',
        }),
      },
    ],
  );
}

/** Looked like an issue, was none. */
export function sharePoint(start: Instant): readonly Step[] {
  const title = "Users may see 'Something went wrong' when opening SharePoint Online news pages";
  const about = { title, impact: title };
  return tellIssue(
    start,
    {
      after: day(2, 9),
      what: 'opens as an advisory',
      html: plainLines({
        ...about,
        status: "We're checking a potential issue and whether your organization is affected.",
        nextUpdate: start + day(2, 11),
      }),
      issue: {
        id: 'SP1186120',
        title,
        service: 'SharePoint Online',
        feature: 'SharePoint Features',
        featureGroup: 'SharePoint Features',
        startDateTime: at(start, day(2, 8, 20)),
      },
    },
    [
      {
        after: day(2, 10, 40),
        what: 'was a false positive',
        patch: { status: 'falsePositive', isResolved: true, endDateTime: at(start, day(2, 10, 30)) },
        html: plainLines({
          ...about,
          final: true,
          status:
            'Our investigation shows that the service works as expected: the alert came from a test page. No user was affected.',
        }),
      },
    ],
  );
}

/** Promises an update and is three and a half hours late with it. */
export function oneDrive(start: Instant): readonly Step[] {
  const title = 'Some users may be unable to sync files with the OneDrive desktop app';
  const about = { title, impact: title };
  return tellIssue(
    start,
    {
      after: day(4, 1),
      what: 'opens as a degradation',
      html: brokenLines({
        ...about,
        more: 'Files can still be opened in a browser: <a href="https://www.office.com/launch/onedrive">onedrive</a>.',
        status: "We're analysing client logs that affected users sent us.",
        scope: 'Users on client builds of the last two weeks.',
        nextUpdate: start + day(4, 3),
      }),
      issue: {
        id: 'OD1187733',
        title,
        service: 'OneDrive for Business',
        feature: 'OneDrive for Business',
        featureGroup: 'OneDrive for Business',
        status: 'serviceDegradation',
        startDateTime: at(start, day(4, 0, 30)),
      },
    },
    [
      {
        after: day(4, 6, 30),
        what: 'is updated long after the promised time',
        html: brokenLines({
          ...about,
          status: 'A client build with the repair is being offered to affected devices.',
          nextUpdate: start + day(5, 1),
        }),
      },
      {
        after: day(4, 23, 30),
        what: 'is restored',
        patch: { status: 'serviceRestored', isResolved: true, endDateTime: at(start, day(4, 22)) },
        html: brokenLines({ ...about, final: true, status: 'Affected devices have taken the new build.' }),
      },
    ],
  );
}

/** Somebody else's fault, and an investigation that waits for the customer: statuses that are easily forgotten. */
export function quietOnes(start: Instant): readonly Step[] {
  const carrier = "Some users' text messages with sign-in codes may arrive late";
  const report = 'Some Power BI reports may fail to refresh on schedule';
  return [
    ...tellIssue(
      start,
      {
        after: day(3, 2),
        what: 'opens with an origin outside Microsoft',
        html: runTogether({
          title: carrier,
          impact: carrier,
          status: 'A mobile carrier is repairing its gateway.',
        }),
        issue: {
          id: 'MO1186984',
          title: carrier,
          service: 'Microsoft 365 suite',
          origin: 'thirdParty',
          status: 'serviceDegradation',
          startDateTime: at(start, day(3, 1)),
        },
      },
      [
        {
          after: day(3, 8),
          what: 'is restored',
          patch: { status: 'serviceRestored', isResolved: true, endDateTime: at(start, day(3, 7, 45)) },
          html: runTogether({
            title: carrier,
            impact: carrier,
            final: true,
            status: 'The carrier repaired its gateway.',
          }),
        },
      ],
    ),
    ...tellIssue(
      start,
      {
        after: -2 * DAY,
        what: 'opened before the week',
        html: plainLines({
          title: report,
          impact: report,
          status: "We're collecting logs of failed refreshes.",
        }),
        issue: {
          id: 'PB1183377',
          title: report,
          service: 'Power BI',
          feature: 'Dataset refresh',
          featureGroup: 'Power BI',
          startDateTime: at(start, -2 * DAY),
        },
      },
      [
        {
          after: day(3, 12),
          what: 'is suspended until the customer answers',
          patch: { status: 'investigationSuspended' },
          html: plainLines({
            title: report,
            impact: report,
            status: 'The investigation waits for logs that we asked affected organizations for.',
          }),
        },
      ],
    ),
  ];
}
