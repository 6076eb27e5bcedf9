import { MatcherListError, parseMatcherList } from '../../lib/matcher-list.js';
import { incidentName } from '../../model/incident.js';
import type { FormField } from '../../model/form.js';
import { usage } from '../support/answers.js';
import { findIncident } from '../support/find.js';
import { readSpan } from '../support/silence-words.js';
import { valueOf, type CommandForm } from './form.js';

const WHAT: FormField = {
  name: 'matchers',
  label: 'What',
  kind: 'line',
  initial: '',
  hint: 'INC-1042, or matchers such as tenant=contoso subject=~"trunk:.*"',
  max: 1_000,
};

function how(duration: string, comment: string): readonly FormField[] {
  return [
    {
      name: 'duration',
      label: 'For how long',
      kind: 'line',
      initial: duration,
      hint: '30m, 4h or 2d',
      max: 20,
    },
    {
      name: 'comment',
      label: 'Why',
      kind: 'text',
      initial: comment,
      hint: 'Shown on the silence, for whoever wonders.',
      optional: true,
      max: 500,
    },
  ];
}

export const silenceForm: CommandForm = {
  opens: 'silence',
  async build([id, duration = '1h', ...comment], context) {
    const incident = id === undefined ? undefined : await findIncident(id, context);
    return {
      title: incident === undefined ? 'Silence' : `Silence ${incidentName(incident.id)}`,
      submit: 'Silence',
      about: incident?.title ?? '',
      fields: [...(incident === undefined ? [WHAT] : []), ...how(duration, comment.join(' '))],
    };
  },
  order(values, [id]) {
    const what = id ?? valueOf(values, 'matchers');
    if (what === '') throw usage('What shall be silent?', 'matchers');
    if (id === undefined) checkWhat(what);
    const duration = valueOf(values, 'duration');
    readSpan(duration);
    const comment = valueOf(values, 'comment');
    return { args: [what, duration, comment], said: [what, duration, comment].join(' ').trim() };
  },
};

/** Nothing but an id, or nothing but matchers: what follows them would be read as a duration. */
function checkWhat(what: string): void {
  try {
    const { matchers, rest } = parseMatcherList(what);
    const extra = matchers.length === 0 ? what.split(/\s+/).slice(1).join(' ') : rest;
    if (extra !== '') throw usage(`“${extra}” is no matcher.`, 'matchers');
  } catch (error) {
    if (error instanceof MatcherListError) throw usage(`${error.message}.`, 'matchers');
    throw error;
  }
}
