import { describe, expect, it } from '@jest/globals';
import { cqd } from '../../src/commands/cqd.js';
import type { Answer, CommandContext, Desk, Look } from '../../src/commands/command.js';
import { inlinesToText } from '../../src/model/rich.js';
import { siteFacts } from '../../src/sources/cqd/facts.js';

const NOW = Date.parse('2026-11-21T09:35:00Z');
const SITES = ['paris', 'oslo'];

/** A desk whose sites answer as the source does: only the one that is meant. */
function ask(words: readonly string[], sites = SITES, broken?: string): Promise<Answer> {
  const lookOf = (name: string, asked: string | undefined): Look => {
    const meant = asked === undefined || asked.toLowerCase() === name;
    const facts = siteFacts({ name, url: `https://${name}.example`, timeZone: 'UTC' }, undefined);
    const base = { tenant: 'contoso', at: NOW, facts: meant ? facts : [] };
    return meant && name === broken
      ? { ...base, facts: [], at: 0, fresh: false, error: `${name}.example does not answer.` }
      : { ...base, fresh: true };
  };
  const desk: Pick<Desk, 'now' | 'look'> = {
    now: () => NOW,
    look: async (question) =>
      sites.map((name) => lookOf(name, question.about === 'cqd' ? question.site : undefined)),
  };
  const context = { desk, tenant: undefined, url: '', commands: [cqd], button: false };
  return cqd.run(words, context as unknown as CommandContext);
}

function textOf({ card }: Answer): string {
  const lines = card.sections.flatMap((section) =>
    section.kind === 'list'
      ? section.items.map(({ line }) => inlinesToText(line))
      : section.kind === 'text'
        ? section.text.flatMap((block) => (block.kind === 'list' ? [] : [inlinesToText(block.inlines)]))
        : [],
  );
  return [card.title, ...lines].join('\n');
}

describe('cqd', () => {
  it('shows every site, or the one that is named in any letters', async () => {
    const all = await ask([]);
    expect([all.ok, all.card.title]).toEqual([true, '2 of 2 CQD sites in trouble']);
    const one = await ask(['PARIS']);
    expect([one.ok, one.card.title]).toEqual([true, 'CQD paris: log switched off']);
  });

  it('takes the subject of an alert for its site', async () => {
    expect((await ask(['cqd:oslo/cube'])).card.title).toBe('CQD oslo: log switched off');
  });

  it('says why a site is not known', async () => {
    const broken = await ask(['oslo'], SITES, 'oslo');
    expect([broken.ok, textOf(broken)]).toEqual([
      true,
      expect.stringContaining('oslo.example does not answer'),
    ]);
    const wrong = await ask(['pariss']);
    expect([wrong.ok, JSON.stringify(wrong.card)]).toEqual([false, expect.stringContaining('cqd paris')]);
    expect((await ask([], [])).ok).toBe(false);
  });
});
