import { DAY, type Instant } from '../../model/time.js';
import type { MessageInput } from '../state/messages.js';
import type { Step } from '../state/world.js';
import { at, day } from './story.js';

/** Message center posts: two there before the week, a deadline that comes on day 1, and an update on day 4. */
export function messageCenter(start: Instant): readonly Step[] {
  return [
    publish(start, -40 * DAY, retirement(start)),
    publish(start, -5 * DAY, recording(start)),
    publish(start, day(1, 7), ciphers(start)),
    {
      at: start + day(4, 4),
      what: 'MC1190118 is updated',
      apply: ({ messages }) =>
        messages.patchMessage(
          'MC1190118',
          {
            title: `(Updated) ${RECORDING}`,
            tags: ['Updated message', 'New feature', 'User impact', 'Admin impact'],
            html: `<p>Updated: the rollout begins two weeks later than planned. Thank you for your patience.</p>${recording(start).html}`,
          },
          start + day(4, 4),
        ),
    },
  ];
}

function publish(start: Instant, after: number, message: MessageInput): Step {
  return {
    at: start + after,
    what: `${message.id} is published`,
    apply: ({ messages }) => messages.putMessage(message, start + after),
  };
}

const RECORDING = 'Microsoft Teams: shorter default lifetime for meeting recordings';

function recording(start: Instant): MessageInput {
  return {
    id: 'MC1190118',
    title: RECORDING,
    services: ['Microsoft Teams'],
    category: 'planForChange',
    tags: ['New feature', 'User impact', 'Admin impact'],
    isMajorChange: true,
    endDateTime: at(start, 90 * DAY),
    details: [
      { name: 'RoadmapIds', value: '512204' },
      { name: 'Platforms', value: 'Desktop, Web' },
    ],
    html: '<p>New meeting recordings will be kept for 90 days unless your policy says otherwise.</p><p>[When this will happen:]</p><p>General availability begins next month.</p><p>[How this affects your organization:]</p><ul><li>Existing recordings keep their date.</li><li>Owners get a message &amp; can prolong each one.</li></ul><p>[What you need to do to prepare:]</p><p>Review the <a href="https://learn.microsoft.com/microsoftteams/cloud-recording" target="_blank">recording policy</a>.</p>',
  };
}

function retirement(start: Instant): MessageInput {
  return {
    id: 'MC1176650',
    title: 'Retirement of an old protocol for reading mailboxes',
    services: ['Exchange Online'],
    category: 'planForChange',
    tags: ['Admin impact', 'Retirement'],
    endDateTime: at(start, 120 * DAY),
    html: '<p>Apps that still use the old protocol will stop working. <b>Most tenants use none.</b></p>',
  };
}

function ciphers(start: Instant): MessageInput {
  return {
    id: 'MC1191447',
    title: 'Action needed: session border controllers must offer current TLS ciphers',
    services: ['Microsoft Teams'],
    category: 'preventOrFixIssue',
    severity: 'high',
    tags: ['Admin impact'],
    isMajorChange: true,
    actionRequiredByDateTime: at(start, 21 * DAY),
    endDateTime: at(start, 60 * DAY),
    details: [
      { name: 'ExternalLink', value: 'https://learn.microsoft.com/microsoftteams/direct-routing-plan' },
    ],
    html: '<p>Direct Routing will refuse two old cipher suites.</p><p>[What you need to do to prepare:]</p><ol><li>List the suites your controllers offer.</li><li>Update their firmware where a current one is missing.</li></ol>',
  };
}
