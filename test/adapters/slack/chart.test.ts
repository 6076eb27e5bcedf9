import { describe, expect, it } from '@jest/globals';
import { renderCard, withoutImages } from '../../../adapters/slack/render.js';
import { chartCard } from '../../support/chart.js';

const IMAGE = 'https://tocsin.example/charts/abc.def.png';

describe('a chart in Slack', () => {
  it('is a picture that Slack fetches, with its sentence for those who do not see it', () => {
    expect(blocksOf(renderCard(chartCard({ image: IMAGE })))).toEqual([
      {
        type: 'image',
        image_url: IMAGE,
        alt_text: '60 of 300 calls failed, NER 80 %.',
        title: { type: 'plain_text', text: 'sbc1.contoso.com, last hour', emoji: false },
      },
    ]);
  });

  it.each([
    [{}],
    [{ image: 'http://127.0.0.1:3978/charts/abc.def.png' }],
    [{ image: `https://tocsin.example/${'x'.repeat(3_000)}` }],
  ])('is its sentence where Slack could not fetch it: %j', (over) => {
    expect(blocksOf(renderCard(chartCard(over)))).toEqual([
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: '*sbc1.contoso.com, last hour*: 60 of 300 calls failed, NER 80 %.',
          verbatim: true,
        },
      },
    ]);
  });

  it('can be sent again in words when the picture was refused', () => {
    const plainer = withoutImages(renderCard(chartCard({ image: IMAGE })));
    expect(JSON.stringify(plainer)).not.toContain('image');
    expect(JSON.stringify(plainer)).toContain('60 of 300 calls failed, NER 80 %.');
    expect(withoutImages(renderCard(chartCard()))).toBeUndefined();
  });
});

function blocksOf({ attachments }: ReturnType<typeof renderCard>): readonly unknown[] {
  return attachments.flatMap(({ blocks }) => blocks);
}
