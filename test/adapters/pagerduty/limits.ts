import type { Event } from '../../../adapters/pagerduty/render.js';

/** What PagerDuty would refuse of an event, or show otherwise than it was meant (Events API v2); empty when nothing. */
export function problemsOfEvent(event: Event): readonly string[] {
  const problems: string[] = [];
  const json = JSON.stringify(event);
  if (Buffer.byteLength(json) > 512 * 1024) problems.push(`${Buffer.byteLength(json)} bytes`);
  if (/\\ud[89a-f]/i.test(json)) problems.push('half a character');
  if (event.dedup_key === '' || event.dedup_key.length > 255) problems.push('dedup_key');
  if (event.event_action !== 'trigger') return problems;
  const { summary, source, severity, timestamp, component, group, custom_details: details } = event.payload;
  if (summary.trim() === '' || summary.length > 1_024) problems.push(`summary of ${summary.length}`);
  if (source === '') problems.push('no source');
  if (!['critical', 'error', 'warning', 'info'].includes(severity)) problems.push(`severity ${severity}`);
  if (Number.isNaN(Date.parse(timestamp))) problems.push(`timestamp ${timestamp}`);
  for (const words of [summary, source, component, group, ...Object.values(details).flat()])
    if (/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(words)) problems.push('a control character');
  const addresses = [event.client_url ?? 'https:', ...event.links.map(({ href }) => href)];
  for (const address of addresses) if (!/^https?:/.test(address)) problems.push(`a link to ${address}`);
  return problems;
}
