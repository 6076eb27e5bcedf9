import { describe, expect, it } from '@jest/globals';
import { postmortemOf, type PostmortemInput } from '../../src/incidents/postmortem.js';
import { MINUTE } from '../../src/model/time.js';
import { aDelivery, anAlert, anIncident, aLine, aTelling, T0 } from '../support/builders.js';

function draft(over: Partial<PostmortemInput> = {}): string {
  const incident = anIncident({
    id: 1042,
    title: 'sbc1: calls fail | <b>now</b>',
    state: 'resolved',
    openedAt: T0,
    acknowledgedAt: T0 + 4 * MINUTE,
    acknowledgedBy: 'alice',
    resolvedAt: T0 + 90 * MINUTE,
    alerts: [
      anAlert({ rule: 'trunk-failing', subject: 'trunk:sbc1.contoso.com', because: 'ner 0.2 → critical' }),
    ],
  });
  return postmortemOf({
    incident,
    timeline: [
      aLine(1042, { seq: 1, at: T0, kind: 'opened', text: 'opened' }),
      aLine(1042, {
        seq: 2,
        at: T0 + 2 * MINUTE,
        kind: 'post',
        text: 'We are looking\ninto [it](https://evil.example).',
        actor: { name: 'microsoft', via: 'source' },
      }),
      aLine(1042, {
        seq: 3,
        at: T0 + 4 * MINUTE,
        kind: 'acknowledged',
        text: 'acknowledged',
        actor: { name: 'alice', via: 'teams' },
      }),
      aLine(1042, { seq: 4, at: T0 + 5 * MINUTE, kind: 'told', text: 'machinery' }),
    ],
    tellings: [aTelling('incident:1042', { channel: 'noc', firstAt: T0 + MINUTE })],
    calls: [
      {
        page: {
          key: 'k',
          incident: 1042,
          run: 1,
          person: 'bob',
          channel: '@bob/teams',
          dueAt: T0 + 3 * MINUTE,
          reason: 'step 1 of 2',
          forHolder: false,
          state: 'told',
          at: T0,
        },
        deliveries: [aDelivery('page:k', { at: T0 + 3 * MINUTE, action: 'post', outcome: 'accepted' })],
      },
    ],
    now: T0 + 120 * MINUTE,
    ...over,
  });
}

describe('the draft of a postmortem', () => {
  it('says how long it took to tell, to call, to take and to end', () => {
    expect(draft()).toContain(
      [
        '- First told in a channel: 1 min',
        '- First person called: 3 min',
        '- Acknowledged: 4 min',
        '- Resolved: 1 h 30 min',
      ].join('\n'),
    );
  });

  it('has the history with who did it, and who was told how', () => {
    const text = draft();
    expect(text).toContain('| 2026-11-21 03:04 UTC | acknowledged | alice, Teams |');
    expect(text).toContain('| 2026-11-21 03:01 UTC | the channel | noc | told |');
    expect(text).toContain('| 2026-11-21 03:03 UTC | bob | @bob/teams | told; step 1 of 2 |');
    expect(text).not.toContain('machinery');
  });

  it('takes other people’s words for words', () => {
    const text = draft();
    expect(text).toContain('# INC-1042: sbc1: calls fail \\| \\<b\\>now\\</b\\>');
    expect(text).toContain('**2026-11-21 03:02 UTC** We are looking into \\[it\\](https://evil.example).');
    expect(text).toContain('Decided on: `ner 0.2 → critical`.');
  });

  it('draws the tenant’s own calls', () => {
    const chart = {
      title: 'Calls over sbc1',
      alt: '31 of 40 calls failed.',
      from: T0 - 60 * MINUTE,
      step: 15 * MINUTE,
      bars: { name: 'Failed calls', values: [0, 0, 0, 0, 20, 11, 0, 0] },
      line: { name: 'NER', values: [1, 1, 1, 1, 0.2, 0.4, null, 1] },
      empty: '',
    };
    expect(draft({ chart })).toContain(
      '31 of 40 calls failed.\n\n```\nFailed calls  ▁▁▁▁█▅▁▁\nNER           ████▂▄ █\n',
    );
    expect(draft()).not.toContain('own calls');
  });

  it('of one that goes on says for how long already, and leaves out what has not happened', () => {
    const incident = anIncident({ id: 7, openedAt: T0, title: 'x' });
    const text = draft({ incident, timeline: [], tellings: [], calls: [] });
    expect(text).toContain('## How long it took\n\n- Still open: 2 h\n\n');
    expect(text).not.toMatch(/## (Timeline|Who was told|What Microsoft said)/);
    expect(text).toMatch(/## Cause\n\n…/);
  });
});
