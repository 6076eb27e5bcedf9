import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { renderCard } from '../../adapters/slack/render.js';
import { renderMessage } from '../../adapters/teams/render.js';
import { renderTerminal } from '../../src/lib/terminal/render.js';
import type { Card } from '../../src/model/card.js';
import { problemsOf as problemsOfSlack } from '../adapters/slack/limits.js';
import { problemsOfMessage as problemsOfTeams } from '../adapters/teams/adaptive.js';

/**
 * Compares a card, as people read it, with its file; `UPDATE_GOLDEN=1` writes the file instead. Each is also one that Slack and
 * Teams take, posted or as an answer.
 */
export function expectGolden(name: string, card: Card | undefined): void {
  if (card === undefined) throw new Error(`${name}: there is no card`);
  const path = `test/cards/golden/${name}.txt`;
  const text = `${renderTerminal(card, { colour: false, width: 80, timeZone: 'UTC' })}\n[lock screen] ${card.fallback}\n[topic] ${card.topic}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  if (!existsSync(path)) throw new Error(`${path} is missing: run with UPDATE_GOLDEN=1 and read it`);
  expect(text).toBe(readFileSync(path, 'utf8'));
  expect(card.fallback.trim()).not.toBe('');
  expect(problemsOfSlack(renderCard(card))).toEqual([]);
  for (const living of [true, false]) expect(problemsOfTeams(renderMessage(card, { living }))).toEqual([]);
}
