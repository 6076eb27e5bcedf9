import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderMail } from '../../adapters/email/render.js';
import { renderEvent, type Event } from '../../adapters/pagerduty/render.js';
import { renderCard, renderLine as slackLine, type SlackMessage } from '../../adapters/slack/render.js';
import { renderLine as teamsLine, renderMessage } from '../../adapters/teams/render.js';
import type { Card } from '../../src/model/card.js';
import type { Message } from '../../src/notify/adapter.js';
import { hostileCard, hostileRich, hostileText, hostileTime } from '../support/hostile.js';
import { problemsOfMail } from './email/limits.js';
import { problemsOfEvent } from './pagerduty/limits.js';
import { problemsOf as problemsOfSlack } from './slack/limits.js';
import { problemsOfMessage as problemsOfTeams, textsOf } from './teams/adaptive.js';

/** Each goes to every platform. `CARDS=100000 npx jest test/adapters/hostile` for a longer look. */
const CARDS = Number(process.env['CARDS'] ?? 10_000);

describe('10,000 cards of hostile text', () => {
  it('are valid in Slack, Teams and PagerDuty, within every limit, and show their first line', () => {
    fc.assert(
      fc.property(hostileCard, fc.boolean(), (card, living) => {
        const slack = renderCard(card);
        expect([...problemsOfSlack(slack), ...unseen(firstOfSlack(slack), card.title)]).toEqual([]);
        const teams = renderMessage(card, { living });
        const first = textsOf(teams).slice(0, 2).join(' ');
        expect([...problemsOfTeams(teams), ...unseen(first, card.title)]).toEqual([]);
        const event = renderEvent(messageOf(card), 'key');
        expect([...problemsOfEvent(event), ...unseen(summaryOf(event), card.fallback)]).toEqual([]);
      }),
      { numRuns: CARDS, seed: 1042, endOnFailure: true },
    );
  });

  it('and as mails, which take longer to make, a thousand of them', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const message = messageOf(card);
        const how = { channel: 'mail', publicUrl: URL, timeZone: 'UTC', core: undefined };
        const mail = renderMail({ message, ...how });
        expect([...problemsOfMail(mail), ...unseen(mail.subject, card.title)]).toEqual([]);
      }),
      { numRuns: CARDS / 10, seed: 2084, endOnFailure: true },
    );
  });

  it('and lines of threads', () => {
    const line = fc.record({ at: hostileTime, who: hostileText, text: hostileRich });
    fc.assert(
      fc.property(line, (said) => {
        expect(problemsOfSlack(slackLine(said))).toEqual([]);
        const { text, textFormat } = teamsLine(said);
        expect(textFormat).toBe('plain');
        expect(JSON.stringify(text).length).toBeLessThan(30_000);
        expect(text).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 1_000, seed: 1042 },
    );
  });
});

const URL = 'https://tocsin.example';

function messageOf(card: Card): Message {
  return {
    topic: 'incident:1042',
    key: 'k',
    card,
    status: 'firing',
    groupKey: '{}',
    groupLabels: {},
    alerts: [],
    url: URL,
  };
}

/** The letters that people see first must be there, whatever stands between them. */
function unseen(shown: string, line: string): readonly string[] {
  const first = letters(
    line
      .replace(/\p{Cs}/gu, '\ufffd')
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 60)
      .replace(/\p{Cs}$/u, ''),
  );
  return letters(shown).includes(first) ? [] : [`“${first}” is not in “${letters(shown).slice(0, 100)}”`];
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

/** The header, and the line below it that says the whole of one that had to be cut. */
function firstOfSlack({ blocks, attachments }: SlackMessage): string {
  const [header] = blocks;
  const [below] = attachments[0]?.blocks ?? [];
  const full = below?.type === 'section' ? (below.text?.text ?? '') : '';
  const head = header?.type === 'header' ? header.text.text : '';
  return `${head} ${full.replace(/&(?:amp|lt|gt);/g, ' ')}`;
}

function summaryOf(event: Event): string {
  return event.event_action === 'trigger' ? event.payload.summary : '';
}
