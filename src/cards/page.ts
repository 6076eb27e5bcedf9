import type { Card } from '../model/card.js';
import { pageTopic, type Page } from '../model/page.js';
import { bold, paragraph, say } from './parts.js';
import { sentence } from './words.js';

/** The incident's card as somebody gets it who is called: why it is them comes first, while it still counts. */
export function pageCard(card: Card, page: Page, called: boolean): Card {
  const who = page.person ?? 'everybody here';
  const topic = pageTopic(page.key);
  if (!called) return { ...card, topic };
  const lead = page.forHolder
    ? paragraph(
        bold(`${who}, you have it,`),
        say(' and it is still not resolved: resolve it, snooze it, or give it back.'),
      )
    : paragraph(bold(`${who}, you are called`), say(`: ${sentence(page.reason)}`));
  return {
    ...card,
    topic,
    sections: [lead, ...card.sections],
    fallback: `${page.forHolder ? 'REMINDER' : 'CALL'} for ${who}: ${card.fallback}`,
  };
}
