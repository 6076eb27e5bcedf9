import { DAY, MINUTE, type Instant } from '../../model/time.js';
import type { MessageInput } from '../state/messages.js';
import type { Step } from '../state/world.js';
import { at, day } from './story.js';

/** Message center posts: three there before the week (one with a near deadline, which is moved on day 3), two new ones, an update on day 4. */
export function messageCenter(start: Instant): readonly Step[] {
  return [
    publish(start, -40 * DAY, retirement(start)),
    publish(start, -5 * DAY, recording(start)),
    publish(start, -21 * DAY, certificates(start)),
    attach(start, -5 * DAY + 2 * MINUTE, 'MC1190118', 'Recording-lifetime-overview.pdf'),
    publish(start, day(1, 7), ciphers(start)),
    publish(start, day(2, 3), newFeature(start)),
    deadlineMoved(start),
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

function attach(start: Instant, after: number, id: string, name: string): Step {
  return {
    at: start + after,
    what: `${id} gets a file`,
    apply: ({ messages }) =>
      messages.attach(
        id,
        { id: `${id}-1`, name, contentType: 'application/pdf', content: Buffer.from('%PDF-1.4\n%%EOF\n') },
        start + after,
      ),
  };
}

/** Day 3: Microsoft gives everybody more time. */
function deadlineMoved(start: Instant): Step {
  return {
    at: start + day(3, 5),
    what: 'the deadline of MC1183902 is moved',
    apply: ({ messages }) =>
      messages.patchMessage(
        'MC1183902',
        {
          title: `(Updated) ${CERTIFICATES}`,
          tags: ['Updated message', 'Admin impact'],
          actionRequiredByDateTime: at(start, 33 * DAY),
          html: `<p>Updated: we have moved the date by four weeks after your feedback.</p>${certificates(start).html}`,
        },
        start + day(3, 5),
      ),
  };
}

const CERTIFICATES = 'Action needed: renew the certificate of your hybrid connector';

/** Its day to act by is near when the week begins. */
function certificates(start: Instant): MessageInput {
  return {
    id: 'MC1183902',
    title: CERTIFICATES,
    services: ['Exchange Online'],
    category: 'preventOrFixIssue',
    severity: 'high',
    tags: ['Admin impact'],
    actionRequiredByDateTime: at(start, 5 * DAY),
    endDateTime: at(start, 75 * DAY),
    details: [
      { name: 'Summary', value: 'Connectors with the old certificate stop accepting mail after the date.' },
    ],
    html: '<p>The certificate authority behind older hybrid connectors is being retired.</p><p>[What you need to do to prepare:]</p><ol><li>List your connectors.</li><li>Renew the certificate of each one that names the old authority.</li></ol>',
  };
}

function newFeature(start: Instant): MessageInput {
  return {
    id: 'MC1191980',
    title: 'Microsoft Planner: recurring tasks in shared plans',
    services: ['Planner', 'Microsoft 365 for the web'],
    tags: ['New feature', 'User impact'],
    endDateTime: at(start, 80 * DAY),
    details: [
      { name: 'RoadmapIds', value: '498113' },
      { name: 'Summary', value: 'Shared plans get recurring tasks; nothing has to be done.' },
      { name: 'BlogLink', value: 'https://techcommunity.microsoft.com/category/planner' },
    ],
    html: '<p>Tasks of shared plans can recur from next month on.</p><p>[Before you begin:]</p><p>Nothing has to be done.</p>',
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
