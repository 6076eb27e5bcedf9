import type { Act, Rate } from '../../src/notify/adapter.js';

/**
 * What Slack takes (docs.slack.dev, "Rate limits"): a message a second in each channel, several hundred a minute in a workspace;
 * `chat.update` is of tier 3, 50 a minute in a workspace. Short bursts are tolerated.
 */
export function ratesOf(workspace: string, conversation: string) {
  return (act: Act, ref: unknown): readonly Rate[] => {
    if (act !== 'edit')
      return [
        {
          scope: `slack/${conversation}`,
          windows: [{ max: 1, perMs: 1_000 }],
          says: 'Slack takes one message a second in a channel',
          eased: true,
        },
        {
          scope: `slack/${workspace}/posts`,
          windows: [{ max: 400, perMs: 60_000 }],
          says: 'Slack takes a few hundred messages a minute',
          eased: true,
        },
      ];
    return [
      {
        scope: `slack/${workspace}/edits`,
        windows: [{ max: 50, perMs: 60_000 }],
        says: 'Slack takes 50 edits a minute',
        eased: true,
      },
      {
        scope: `slack/card/${JSON.stringify(ref)}`,
        windows: [{ max: 1, perMs: 3_000 }],
        says: 'a card is edited every three seconds at most',
      },
    ];
  };
}
