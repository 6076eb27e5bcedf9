import { cqdCard } from '../cards/index.js';
import type { Answer, Command, CommandContext, Look } from './command.js';
import { refused, told } from './support/answers.js';
import { nearest } from './support/nearest.js';
import { quote } from './support/tokens.js';

export const cqd: Command = {
  name: 'cqd',
  summary: 'whether the Call Quality Dashboards archive calls and process their cubes',
  usage: 'cqd [site]',
  examples: ['cqd', 'cqd paris'],
  role: 'viewer',
  async run(args, context) {
    const { desk, tenant, url } = context;
    const site = args
      .join(' ')
      .replace(/^cqd:/i, '')
      .replace(/\/(?:integration|cube)$/i, '');
    if (site === '') {
      const looks = await desk.look({ about: 'cqd' }, tenant);
      if (looks.length === 0) return refused(context, NO_SITE);
      return told(cqdCard({ looks, now: desk.now(), url }));
    }
    // Each site is asked, and all but the one that is meant have nothing to say.
    const looks = await desk.look({ about: 'cqd', site }, tenant);
    const about = looks.filter((look) => look.facts.length > 0 || look.error !== undefined);
    return about.length === 0
      ? unknownSite(site, context)
      : told(cqdCard({ looks: about, now: desk.now(), url }));
  },
};

const NO_SITE = {
  message: 'No Call Quality Dashboard is watched',
  advice: 'Add a source of kind cqd with the url of the portal.',
  suggestions: ['tenants'],
};

async function unknownSite(site: string, context: CommandContext): Promise<Answer> {
  const looks = await context.desk.look({ about: 'cqd' }, context.tenant);
  const names = namesOf(looks);
  if (looks.length === 0) return refused(context, NO_SITE);
  return refused(context, {
    message: `No CQD site is called “${site}”`,
    suggestions: [...nearest(site, names).map((name) => `cqd ${quote(name)}`), 'cqd'],
  });
}

function namesOf(looks: readonly Look[]): readonly string[] {
  const names = looks.flatMap(({ facts }) => facts.map(({ values }) => values['site']));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}
