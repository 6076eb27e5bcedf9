import type { Card } from '../../src/model/card.js';
import { plain } from '../../src/model/rich.js';

/** Said once, in the chat of a person who has installed the app. */
export function welcomeCard(now: number): Card {
  const words = ['status', 'services', 'incidents', 'whoami', 'help'];
  return {
    topic: 'welcome',
    tone: 'neutral',
    title: 'Tocsin is here',
    fallback: 'Tocsin is here. Say “status”, “incidents” or “help”.',
    sections: [
      {
        kind: 'text',
        text: plain(
          'It watches Microsoft 365 and Teams voice, and keeps one living card for each incident. Here you can ask it the same things as in a channel, without mentioning it.',
        ),
      },
      {
        kind: 'text',
        text: [
          {
            kind: 'list',
            ordered: false,
            items: words.map((word) => [{ command: word, text: word }]),
          },
        ],
      },
    ],
    actions: [{ id: 'details', label: 'Help', style: 'default', command: 'help' }],
    at: now,
  };
}
