import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { Card } from '../../src/model/card.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import type { SourceKind } from '../../src/model/source.js';
import { openWeek, type PlayedWeek } from '../support/week.js';
import { ROOT } from './tables.js';

const PAGE = new URL('docs/explain.md', ROOT);
const INSIGHT_PAGE = new URL('docs/insight.md', ROOT);
const ALL: readonly SourceKind[] = [
  'service-health',
  'message-center',
  'direct-routing',
  'cqd',
  'partner-insights',
];

/** A chapter of the page: what is asked when, and what the answer has to name. */
interface Capture {
  readonly source: SourceKind;
  readonly fired: readonly [command: string, names: RegExp];
  readonly silent: readonly [command: string, names: RegExp];
  /** What must be polled before, in hours of the sandbox's week. */
  readonly at: readonly number[];
}

const CAPTURES: readonly Capture[] = [
  {
    source: 'service-health',
    at: [0, 1],
    fired: ['explain EX1184213', /fired: active yes ✓/],
    silent: ['explain next-update-missed', /time .* > .* ✗/],
  },
  {
    source: 'message-center',
    at: [2],
    fired: ['explain MC1183902', /daysLeft 5 ≤ 14 ✓/],
    silent: ['explain action-required', /no actionRequiredBy ✗/],
  },
  {
    source: 'cqd',
    at: [3, 4.5],
    fired: ['explain cqd:paris/cube', /cqd-failing fires, major/],
    silent: ['explain cqd:paris/integration', /silent since .* failing no \(must be yes\) ✗/],
  },
  {
    source: 'direct-routing',
    at: [8.9, 9.2, 9.6],
    fired: ['explain sbc1', /ner(?:1h)? [\d.]+ < 0\.90 ✓/],
    silent: ['explain trunk:sbc2.contoso.example', /consecutiveFailures 0 ≥ 5 ✗/],
  },
  {
    source: 'partner-insights',
    at: [29],
    fired: ['explain report-overdue', /overdue yes ✓/],
    silent: ['explain “Nightly Teams calls”', /overdue no \(must be yes\) ✗/],
  },
];

describe('docs/explain.md and docs/insight.md', () => {
  let week: PlayedWeek;

  beforeAll(async () => {
    week = await openWeek();
  });
  afterAll(() => week.close());

  it('shows what the program answers, for one that fired and one that stayed silent of each source', async () => {
    const parts: string[] = [];
    const others: string[] = [];
    for (const { source, fired, silent, at } of CAPTURES) {
      for (const hour of at) await week.at(Math.round(hour * 60) * MINUTE, ...ALL);
      parts.push(`## \`${source}\``, await capture(fired), await capture(silent));
      // While the trunk that they are about still fails.
      if (source === 'direct-routing') others.push(await captureCall(), await captureIncident());
    }
    parts.push('## `tocsin`', ...(await captureBlindness()));
    parts.push('## A call, an incident, and what nobody knows', ...others);
    parts.push(await capture(['explain trunk-faling', /trunk-failing/], false));
    expectPage(PAGE, HEAD, parts);
  });

  it('show what Microsoft and the calls say of each other, later in the same week', async () => {
    const noEffect = await capture(['incident TM1185904', /Your calls NER .*no effect seen/]);
    const since = 4 * 24 + 6;
    for (const minutes of [0, 5, 10, 15])
      await week.at(since * HOUR + minutes * MINUTE, 'service-health', 'direct-routing');
    const [burst] = await week.store.incidents({ subject: 'tenant:contoso' });
    const id = `INC-${burst?.id}`;
    const early = await capture([`incident ${id}`, /probably a fault on Microsoft’s side, not posted yet/]);
    for (const minutes of [20, 25, 30])
      await week.at(since * HOUR + minutes * MINUTE, 'service-health', 'direct-routing');
    const posted = await capture([`incident ${id}`, /before Microsoft posted TM1188342/]);
    const issue = await capture(['incident TM1188342', /Your calls \d+ of \d+ calls failed/]);
    expectPage(INSIGHT_PAGE, INSIGHT_HEAD, [
      '## Before Microsoft posts anything\n\nA quarter of an hour after the first failures, on all trunks: one card, and none for each trunk.',
      early,
      '## Once it is posted\n\nThe card of the calls names the issue, and how much earlier the failures were seen here; the card of the issue says what it does to you.',
      posted,
      issue,
      '## An issue that does not reach you\n\nMicrosoft interrupts calling for many; the calls of this tenant know nothing of it.',
      noEffect,
    ]);
  });

  function expectPage(page: URL, head: string, parts: readonly string[]): void {
    const made = `${head}\n\n${parts.join('\n\n')}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, made);
    if (!existsSync(page))
      throw new Error(`${page.pathname} is missing: run with UPDATE_GOLDEN=1 and read it`);
    expect(made).toBe(readFileSync(page, 'utf8'));
  }

  async function capture([command, names]: readonly [string, RegExp], ok = true): Promise<string> {
    const answer = await week.ask(command);
    expect(answer.ok).toBe(ok);
    const shown = asText(answer.card);
    expect(shown.replace(/\s+/g, ' ')).toMatch(names);
    return ['```', `> ${command}`, shown.trimEnd(), '```'].join('\n');
  }

  /** The site refuses, which says nothing about its stages, and everything about the source. */
  async function captureBlindness(): Promise<readonly string[]> {
    week.sandbox.cqd.control.fault({ kind: 'status', status: 403 });
    await week.at(30 * HOUR, 'cqd');
    const fired = await capture([
      'explain source:contoso/cqd/paris',
      /failures 1 ≥ 1 ✓, state denied = denied ✓/,
    ]);
    const silent = await capture(['explain source:contoso/service-health', /failures 0 ≥ 3 ✗/]);
    const stage = await capture(['explain cqd:paris/cube', /Nothing is decided now/]);
    week.sandbox.cqd.control.fault(undefined);
    return [fired, silent, stage];
  }

  async function captureCall(): Promise<string> {
    const answer = await week.ask('calls sbc1 2h');
    const id = /"(?:call )?([0-9a-f]{8}-[0-9a-f-]{27})"/.exec(JSON.stringify(answer.card))?.[1] ?? '';
    return capture([`explain ${id}`, /by the row of the pair 504\/569008/]);
  }

  async function captureIncident(): Promise<string> {
    const [found] = await week.store.incidents({ subject: 'trunk:sbc1.contoso.example' });
    return capture([`explain INC-${found?.id}`, /first card posted/]);
  }
});

/** As a terminal shows it; what differs from run to run is left out. */
function asText(card: Card): string {
  const lines = renderTerminal(card, { colour: false, width: 100, timeZone: 'UTC' });
  return lines
    .replace(/\.yaml:\d+/g, '.yaml')
    .replace(/accepted in \d+\.\d s/g, 'accepted in 0.1 s')
    .replace(/http:\/\/127\.0\.0\.1:(?!3978)\d+/g, 'http://127.0.0.1:5101')
    .replace(/127\.0\.0\.1:(?!3978|5101)\d+/g, '127.0.0.1:5101');
}

const INSIGHT_HEAD = `# Microsoft or you

Whose fault is it? Tocsin reads both sides, Microsoft's service health and the calls of your own trunks, and joins them on the card. The rules
of it stand in [behaviour.md](behaviour.md). It costs no request: the figures come from the record.

Everything below is what the program shows in the [sandbox](../README.md#try-it-no-account-needed)'s scripted week, with \`incident <id>\`
or on the living card in each channel.`;

const HEAD = `# Why

\`explain\` answers from the record, in chat, in the console and as \`tocsin explain <id>\`: what each rule decided on which values, what
fired and what stayed silent, how alerts became an incident, where it was sent and what came back. It works while Microsoft's
APIs are down, and it says of a source that does not answer that nothing is decided.

It takes an incident (\`INC-1042\`), a Microsoft issue or post (\`EX123456\`, \`MC123456\`), a subject (\`trunk:sbc1.contoso.com\`, \`Exchange\`,
\`cqd:paris/cube\`, \`source:contoso/cqd/paris\`, \`channel:noc\`), the name of a report, a call's id, or a rule's name. ✓ and ✗ stand behind each
comparison: the first number is what there was, the second what the rule asks for. Of alternatives that all fail only what each
lacks is told. As data: \`GET /api/v1/explain/<id>\`.

Everything below is what the program says in the [sandbox](../README.md#try-it-no-account-needed)'s scripted week.`;
