import type { Act, Rate } from '../../src/notify/adapter.js';

/**
 * What Teams takes from one bot (Microsoft Learn, "Optimize your bot with rate limiting in Teams"): so many messages in a
 * conversation, of which a channel with all its threads is one, and 50 requests a second in a tenant. Edits are counted like messages.
 */
export function ratesOf(tenant: string, conversation: string) {
  return (act: Act, ref: unknown): readonly Rate[] => [
    {
      scope: `teams/${conversation}`,
      windows: [
        { max: 7, perMs: 1_000 },
        { max: 8, perMs: 2_000 },
        { max: 60, perMs: 30_000 },
        { max: 1_800, perMs: 3_600_000 },
      ],
      says: 'Teams takes 60 messages in 30 seconds in a conversation, and 1800 in an hour',
      eased: true,
    },
    {
      scope: `teams/tenant/${tenant}`,
      windows: [{ max: 50, perMs: 1_000 }],
      says: 'Teams takes 50 requests a second in a tenant',
      eased: true,
    },
    ...(act === 'edit'
      ? [
          {
            scope: `teams/card/${JSON.stringify(ref)}`,
            windows: [{ max: 1, perMs: 3_000 }],
            says: 'a card is edited every three seconds at most',
          },
        ]
      : []),
  ];
}
