import { createHash } from 'node:crypto';
import type { Alert } from '../../src/model/alert.js';
import type { Card } from '../../src/model/card.js';
import { incidentName, type Incident } from '../../src/model/incident.js';
import { inlinesToText, richToText } from '../../src/model/rich.js';
import type { Severity } from '../../src/model/severity.js';
import type { Instant } from '../../src/model/time.js';
import type { Message } from '../../src/notify/adapter.js';

/** An event as PagerDuty takes it (PagerDuty developer documentation, "Events API v2, Send an Alert Event"), without its key. */
export type Event =
  | {
      readonly event_action: 'trigger';
      readonly dedup_key: string;
      readonly payload: Payload;
      readonly links: readonly { readonly href: string; readonly text: string }[];
      readonly client: 'Tocsin';
      readonly client_url?: string;
    }
  | { readonly event_action: 'acknowledge' | 'resolve'; readonly dedup_key: string };

interface Payload {
  readonly summary: string;
  /** What it is about, for people: the tenant and the source that saw it. */
  readonly source: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  readonly timestamp: string;
  readonly component: string;
  readonly group: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, string | readonly string[]>>;
}

const SUMMARY_MAX = 1_024;
/** The documentation gives no limit for these; an event may have 512 KB. */
const WORDS_MAX = 2_000;
const ROWS_MAX = 30;
const LINKS_MAX = 10;

const SEVERITIES: Readonly<Record<Severity, Payload['severity']>> = {
  critical: 'critical',
  major: 'error',
  warning: 'warning',
  info: 'info',
};

/** The event that makes PagerDuty show what the incident is now. `calls`: somebody is called, although somebody may have it. */
export function renderEvent(message: Message, dedupKey: string, calls = false): Event {
  const { incident, status } = message;
  if (status === 'resolved') return { event_action: 'resolve', dedup_key: dedupKey };
  if (incident?.state === 'acknowledged' && !calls)
    return { event_action: 'acknowledge', dedup_key: dedupKey };
  const client = safeUrl(message.url);
  return {
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: payloadOf(message, incident),
    links: linksOf(message),
    client: 'Tocsin',
    ...(client === undefined ? {} : { client_url: client }),
  };
}

/**
 * The same for an incident as long as it lives, whoever sends it and however often: PagerDuty makes one alert of it. Another
 * Tocsin, channel, or record that began anew has others, though its incidents have the same numbers.
 */
export function dedupKeyOf({ topic, incident }: Message, channel: string, publicUrl: string): string {
  const began: Instant = incident?.openedAt ?? 0;
  const hash = createHash('sha256')
    .update(JSON.stringify([publicUrl, channel, topic, began]))
    .digest('hex');
  const name = incident === undefined ? 'topic' : incidentName(incident.id);
  return `tocsin-${name}-${hash.slice(0, 24)}`;
}

function payloadOf({ card, alerts }: Message, incident: Incident | undefined): Payload {
  const [main] = alerts.filter(({ state }) => state === 'firing');
  const alert = main ?? alerts[0];
  const severity = incident?.severity ?? alert?.severity ?? 'info';
  const startsAt = alerts.reduce(
    (first, { startsAt: at }) => Math.min(first, at),
    incident?.openedAt ?? card.at,
  );
  return {
    summary: words(card.fallback, SUMMARY_MAX) || words(card.title, SUMMARY_MAX) || 'Tocsin',
    source: words(alert?.sourceKey ?? incident?.tenant ?? '', 255) || 'tocsin',
    severity: SEVERITIES[severity],
    timestamp: new Date(startsAt).toISOString(),
    component: words(alert?.subject ?? card.topic, 255),
    group: words(incident?.tenant ?? alert?.tenant ?? '', 255),
    class: words(alert?.rule ?? '', 255),
    custom_details: detailsOf(card, incident, alerts),
  };
}

/** The facts of the card by name, its texts, and the alerts of a group. */
function detailsOf(
  card: Card,
  incident: Incident | undefined,
  alerts: readonly Alert[],
): Payload['custom_details'] {
  const facts = card.sections.flatMap((section) => (section.kind === 'facts' ? section.facts : []));
  const texts = card.sections.flatMap((section) => {
    if (section.kind === 'text') return [richToText(section.text)];
    return section.kind === 'quote' ? [`${section.title}: ${richToText(section.text)}`] : [];
  });
  const firing = alerts.filter(({ state }) => state === 'firing');
  return {
    ...(incident === undefined ? {} : { Incident: incidentName(incident.id) }),
    Title: words(card.title, WORDS_MAX),
    ...Object.fromEntries(
      facts
        .slice(0, ROWS_MAX)
        .map(({ label, value }) => [words(label, 80), words(inlinesToText(value), WORDS_MAX)]),
    ),
    ...(texts.length === 0
      ? {}
      : { Details: texts.slice(0, ROWS_MAX).map((text) => words(text, WORDS_MAX)) }),
    ...(firing.length < 2
      ? {}
      : {
          Alerts: firing
            .slice(0, ROWS_MAX)
            .map(({ severity, summary }) => words(`${severity}: ${summary}`, WORDS_MAX)),
        }),
  };
}

function linksOf({ url, card, incident }: Message): { href: string; text: string }[] {
  const name = incident === undefined ? 'Tocsin' : `${incidentName(incident.id)} in Tocsin`;
  const wanted = [
    { href: url, text: name },
    ...card.actions.flatMap(({ href, label }) => (href === undefined ? [] : [{ href, text: label }])),
  ];
  const links = wanted.flatMap(({ href, text }) => {
    const address = safeUrl(href);
    return address === undefined ? [] : [{ href: address, text: words(text, 255) }];
  });
  return links.slice(0, LINKS_MAX);
}

function safeUrl(href: string): string | undefined {
  if (href.length > 2_000 || !URL.canParse(href)) return undefined;
  const { protocol, href: address } = new URL(href);
  return protocol === 'https:' || protocol === 'http:' ? address : undefined;
}

/** One well-formed line without control and direction-changing characters. */
function words(text: string, max: number): string {
  const near = clean(text.slice(0, max * 2 + 100));
  const line = near.length < max && text.length > max * 2 + 100 ? clean(text) : near;
  return line.length <= max
    ? line
    : `${line
        .slice(0, max - 1)
        .replace(/[\ud800-\udbff]$/, '')
        .trimEnd()}…`;
}

function clean(text: string): string {
  return text
    .replace(/(?!\s)\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
}
