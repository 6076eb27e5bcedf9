import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dedupKeyOf, renderEvent, type Event } from '../../../adapters/pagerduty/render.js';
import { incidentMessage } from '../../../src/engine/compose.js';
import type { Incident } from '../../../src/model/incident.js';
import type { Message } from '../../../src/notify/adapter.js';
import { anIssueAlert, anIssueIncident, NOW, URL_BASE } from '../../cards/samples.js';
import { anAlert, anIncident, T0 } from '../../support/builders.js';

function messageOf(over: Partial<Incident> = {}): Message {
  return incidentMessage({
    incident: anIssueIncident(over),
    timeline: [],
    silences: [],
    url: URL_BASE,
    now: NOW,
  });
}

function golden(name: string, event: Event): unknown {
  const path = `test/adapters/pagerduty/golden/${name}.json`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${JSON.stringify(event, null, 2)}\n`);
  if (!existsSync(path)) throw new Error(`${path} is missing: run with UPDATE_GOLDEN=1 and read it`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

const EVENTS: Readonly<Record<string, Message>> = {
  critical: messageOf(),
  group: messageOf({
    alerts: [anIssueAlert(), anAlert({ subject: 'issue:TM555555', summary: 'Calls drop' })],
  }),
};

describe('an event for PagerDuty', () => {
  it.each(Object.entries(EVENTS))('looks as in golden/%s.json', (name, message) => {
    const event = renderEvent(message, 'key');
    expect(event).toEqual(golden(name, event));
  });

  it.each([
    ['critical', 'critical'],
    ['major', 'error'],
    ['warning', 'warning'],
    ['info', 'info'],
  ] as const)('%s is told as %s', (severity, told) => {
    const event = renderEvent(messageOf({ severity }), 'key');
    expect(event).toMatchObject({ event_action: 'trigger', payload: { severity: told } });
  });

  it.each<[Partial<Incident>, string]>([
    [{ state: 'acknowledged', acknowledgedBy: 'alice' }, 'acknowledge'],
    [{ state: 'resolved', resolvedAt: NOW }, 'resolve'],
  ])('%j is told as %s, and needs no more words', (over, action) => {
    expect(renderEvent(messageOf(over), 'key')).toEqual({ event_action: action, dedup_key: 'key' });
  });

  it('an announcement is told although it is never open', () => {
    const once = anAlert({ once: true, state: 'resolved', severity: 'info' });
    const message = messageOf({ state: 'resolved', severity: 'info', alerts: [once] });
    expect(renderEvent(message, 'key')).toMatchObject({
      event_action: 'trigger',
      payload: { severity: 'info' },
    });
  });

  it('is within the limits, one line of each, whatever the words', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.constantFrom('x'.repeat(200_000), '\ud83d\ude00'.repeat(2_000), '\u202e\r\nevil'),
    );
    fc.assert(
      fc.property(text, text, (title, fallback) => {
        const message = messageOf({ tenant: title });
        const card = { ...message.card, title, fallback };
        const event = renderEvent({ ...message, card, url: `javascript:${title}` }, 'key');
        if (event.event_action !== 'trigger') throw new Error('no trigger');
        const { summary, source, component, custom_details: details } = event.payload;
        for (const words of [summary, source, component, ...Object.values(details).flat()]) {
          expect(words).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        }
        expect(summary.length).toBeLessThanOrEqual(1_024);
        expect(summary).not.toBe('');
        expect(event.client_url).toBeUndefined();
        expect(JSON.stringify(event).length).toBeLessThan(512 * 1024);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the dedup key', () => {
  const key = dedupKeyOf(messageOf(), 'pd', URL_BASE);

  it('is the same through the life of an incident, and short', () => {
    expect(dedupKeyOf(messageOf({ state: 'resolved', resolvedAt: NOW, revision: 9 }), 'pd', URL_BASE)).toBe(
      key,
    );
    expect(key).toMatch(/^tocsin-INC-1042-[0-9a-f]{24}$/);
  });

  it.each([
    ['another incident', dedupKeyOf({ ...messageOf(), topic: 'incident:7' }, 'pd', URL_BASE)],
    [
      'the same number in a record that began anew',
      dedupKeyOf(messageOf({ openedAt: T0 - 1 }), 'pd', URL_BASE),
    ],
    ['another channel', dedupKeyOf(messageOf(), 'pd2', URL_BASE)],
    ['another Tocsin', dedupKeyOf(messageOf(), 'pd', 'https://other.example')],
  ])('is another for %s', (_what, other) => {
    expect(other).not.toBe(key);
  });

  it('of an incident without any alert is one all the same', () => {
    expect(renderEvent(messageOf({ ...anIncident(), id: 3, alerts: [] }), 'key')).toMatchObject({
      payload: { source: 'contoso' },
    });
  });
});
