import { describe, expect, it } from '@jest/globals';
import { cardToHtml } from '../../../src/http/console/render.js';
import { cardToText } from '../../../src/http/text.js';
import { chartCard } from '../../support/chart.js';

describe('a chart on the page', () => {
  it('is its picture from where the page came from, and its sentence', () => {
    const page = cardToHtml(chartCard({ image: 'https://tocsin.example/watch/charts/abc.def.png' }));
    expect(page).toContain('src="/watch/charts/abc.def.png"');
    expect(page).toContain('alt="sbc1.contoso.com, last hour: 60 of 300 calls failed, NER 80 %."');
    expect(page).toContain('<figcaption>60 of 300 calls failed, NER 80 %.</figcaption>');
  });

  it.each([
    [{}],
    [{ image: 'javascript:alert(1)' }],
    [{ image: 'https://a.example//evil.example/x.png' }],
    [{ image: 'x' }],
  ])('is its sentence without one of ours: %j', (over) => {
    const page = cardToHtml(chartCard(over));
    expect(page).not.toContain('<img');
    expect(page).toContain('60 of 300 calls failed, NER 80 %.');
  });

  it('lets no foreign words become markup', () => {
    const evil = `"><script>alert(1)</script>`;
    const page = cardToHtml(chartCard({ title: evil, alt: evil, image: 'https://a.example/charts/x.png' }));
    expect(page).not.toContain('<script>');
  });

  it('is its sentence in plain text', () => {
    expect(cardToText(chartCard())).toContain(
      'sbc1.contoso.com, last hour: 60 of 300 calls failed, NER 80 %.',
    );
  });
});
