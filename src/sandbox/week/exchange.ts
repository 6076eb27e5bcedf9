import type { Instant } from '../../model/time.js';
import type { Step } from '../state/world.js';
import { at, day, reviewPublished, tellIssue, type Moment } from './story.js';
import { brokenLines, bullets, paragraphs, plainLines, runTogether, type PostWords } from './words.js';

const ID = 'EX1184213';
const BEGUN = day(1, 0, -6);

const TITLE = "Some users' email messages may be delayed when sending or receiving through Exchange Online";
const BROADER = 'Users may be unable to send or receive email messages through Exchange Online';
const PAST = 'Users may have been unable to send or receive email messages through Exchange Online';

/** Day 1: opens small, is promoted, is repaired the same day; its review follows two days later. */
export function exchange(start: Instant): readonly Step[] {
  const opening = {
    after: day(1, 0, 8),
    what: 'opens as an advisory',
    html: runTogether({
      title: TITLE,
      impact: TITLE,
      more: 'Affected messages stay in the Outbox or arrive up to 40 minutes late.',
      status:
        "We're looking into reports of late email messages and checking whether your organization is affected. We'll provide an update within 30 minutes.",
    }),
    issue: {
      id: ID,
      title: TITLE,
      service: 'Exchange Online',
      feature: 'E-Mail timely delivery',
      featureGroup: 'E-Mail timely delivery',
      impactDescription: TITLE,
      startDateTime: at(start, day(1, 0, -2)),
      details: [{ name: 'NotifyInApp', value: 'True' }],
    },
  } as const;
  return tellIssue(start, opening, [...outage(start), ...repair(start), ...reviewPublished(day(3, 6))]);
}

function outage(start: Instant): readonly Moment[] {
  return [
    {
      after: day(1, 0, 26),
      what: 'is confirmed as a degradation',
      patch: { status: 'serviceDegradation' },
      html: runTogether({
        ...about(TITLE),
        status:
          "We've confirmed that mail queues are growing in a part of our transport infrastructure. We're reviewing queue telemetry to find what they have in common.",
        scope: 'Any user whose mailbox is served by the affected part of the infrastructure may be impacted.',
        nextUpdate: start + day(1, 1, 30),
      }),
    },
    {
      after: day(1, 0, 52),
      what: 'is promoted to an incident, and its beginning moved back',
      patch: {
        classification: 'incident',
        title: BROADER,
        impactDescription: BROADER,
        startDateTime: at(start, BEGUN),
      },
      html: plainLines({
        ...about(BROADER),
        more: `While we're focused on mail flow, some users may also see:\n- Delays when loading shared mailboxes\n- Error "Server busy (4.3.2)" in non-delivery reports`,
        status:
          "We've found that the impact is wider than first believed and have raised this communication to an incident. A recent change to a connection limit is our leading suspect, and we're preparing to take it back.",
        scope: 'This issue may potentially affect any user attempting to send or receive email messages.',
        start: start + BEGUN,
        cause: 'A change to a connection limit made front-end servers refuse internal mail connections.',
        nextUpdate: start + day(1, 2, 30),
      }),
    },
    {
      after: day(1, 2, 12),
      what: 'has the extent of it told',
      html: brokenLines({
        ...about(BROADER),
        status: `We&#39;ve begun to take the change back. Three areas are affected:<br>${bullets(
          'Outbound mail to external recipients',
          'Inbound mail from partners with <i>enforced</i> TLS',
          'Messages released from quarantine &amp; journaling',
        )}`,
        scope: 'Current telemetry shows about 12% of mail connections being refused.',
        nextUpdate: start + day(1, 4),
      }),
    },
  ];
}

function repair(start: Instant): readonly Moment[] {
  return [
    {
      after: day(1, 3, 40),
      what: 'is being restored',
      patch: { status: 'restoringService' },
      html: paragraphs({
        ...about(BROADER),
        status:
          'The change has been taken back in most of the affected infrastructure, and queues there are draining. See <a href="https://learn.microsoft.com/exchange/monitoring/trace-an-email-message/message-trace-modern-eac" target="_blank">message trace</a> to follow single messages.',
        scope: 'The number of affected users falls as queues drain.',
        start: start + BEGUN,
        nextUpdate: start + day(1, 6),
      }),
    },
    {
      after: day(1, 5, 35),
      what: 'is restored',
      patch: {
        status: 'serviceRestored',
        title: PAST,
        impactDescription: PAST,
        isResolved: true,
        endDateTime: at(start, day(1, 5, 10)),
      },
      html: runTogether({
        ...about(PAST),
        status:
          "We've confirmed, after a period of monitoring, that all queues are back to their usual length and that the issue is resolved.",
        final: true,
        scope: 'Any user attempting to send or receive email messages may have been affected.',
        start: start + BEGUN,
        end: start + day(1, 5, 10),
        cause: 'A change to a connection limit made front-end servers refuse internal mail connections.',
        next: "We'll publish a post-incident report within five business days.",
      }),
    },
  ];
}

function about(title: string): Pick<PostWords, 'title' | 'impact'> {
  return { title, impact: title };
}
