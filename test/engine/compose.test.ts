import { expect, it } from '@jest/globals';
import { threadLine } from '../../src/engine/compose.js';
import { richToText } from '../../src/model/rich.js';
import { aLine } from '../support/builders.js';

it.each([
  ['resolved', 'Resolved by alice.', 'Resolved.'],
  ['unacknowledged', 'alice gave it back.', 'gave it back.'],
  ['silenced', 'Silenced by alice until 2026-11-21 04:00 UTC.', 'Silenced until 2026-11-21 04:00 UTC.'],
  ['note', 'alice was told by alice.', 'alice was told by alice.'],
  ['changed', 'Traffic is being moved.', 'Traffic is being moved.'],
] as const)('a line of the thread does not name twice who did it (%s)', (kind, text, said) => {
  const line = threadLine(aLine(1, { kind, text, actor: { name: 'alice', via: 'slack' } }));
  expect([line.who, richToText(line.text)]).toEqual(['alice, Slack', said]);
});
