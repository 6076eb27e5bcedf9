import { incidentName } from '../../model/incident.js';
import { usage } from '../support/answers.js';
import { findIncident } from '../support/find.js';
import { valueOf, type CommandForm } from './form.js';

export const noteForm: CommandForm = {
  opens: 'note',
  async build([id, ...words], context) {
    const incident = id === undefined ? undefined : await findIncident(id, context);
    return {
      title: incident === undefined ? 'Note' : `Note on ${incidentName(incident.id)}`,
      submit: 'Note',
      about: incident?.title ?? '',
      fields: [
        ...(incident === undefined
          ? [{ name: 'id', label: 'Incident', kind: 'line', initial: '', hint: 'INC-1042' } as const]
          : []),
        {
          name: 'text',
          label: 'Note',
          kind: 'text',
          initial: words.join(' '),
          hint: 'For the history of the incident and its threads.',
          max: 2_000,
        },
      ],
    };
  },
  order(values, [id]) {
    const which = id ?? valueOf(values, 'id');
    if (which === '') throw usage('Which incident?', 'id');
    return { args: [which, valueOf(values, 'text')] };
  },
};
