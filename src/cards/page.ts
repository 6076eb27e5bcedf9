import type { Card } from '../model/card.js';
import { pageTopic, type Page } from '../model/page.js';
import { bold, paragraph, say } from './parts.js';
import { sentence } from './words.js';

/** The incident's card as somebody gets it who is called: why it is them comes first, while it still counts. */
export function pageCard(card: Card, page: Page, called: boolean): Card {
  const who = page.person ?? 'everybody here';
  return {
    ...card,
    topic: pageTopic(page.key),
    sections: called
      ? [paragraph(bold(`${who}, you are called.`), say(` ${sentence(page.reason)}`)), ...card.sections]
      : card.sections,
    fallback: called ? `CALL for ${who}: ${card.fallback}` : card.fallback,
  };
}
