import { usage } from '../support/answers.js';
import { valueOf, type CommandForm } from './form.js';
import { tenantField, tenantOf } from './tenant-field.js';

export const reportForm: CommandForm = {
  opens: 'report create',
  build: async ([name = '', query = ''], context) => ({
    title: 'New report',
    submit: 'Create',
    about: 'A report of Partner Center Insights that runs by itself.',
    fields: [
      ...(await tenantField(context)),
      { name: 'name', label: 'Name', kind: 'line', initial: name, max: 200 },
      {
        name: 'query',
        label: 'Query',
        kind: 'line',
        initial: query,
        hint: 'The id of the query; queries lists them.',
        max: 100,
      },
      { name: 'every', label: 'Every', kind: 'line', initial: '24h', hint: '4h, 24h or 7d', max: 20 },
      {
        name: 'start',
        label: 'First run',
        kind: 'line',
        initial: '',
        hint: '03:00 or 2026-11-28 03:00, in UTC; as soon as can be when empty.',
        optional: true,
        max: 40,
      },
      {
        name: 'count',
        label: 'How often',
        kind: 'line',
        initial: '',
        hint: 'A number of runs; for good when empty.',
        optional: true,
        max: 10,
      },
      { name: 'format', label: 'Format', kind: 'choice', initial: 'csv', choices: ['csv', 'tsv'] },
    ],
  }),
  order(values) {
    const name = valueOf(values, 'name');
    if (name === '') throw usage('What shall the report be called?', 'name');
    const option = (key: string): readonly string[] => {
      const value = valueOf(values, key);
      return value === '' ? [] : [key, ...value.split(/\s+/)];
    };
    const format = valueOf(values, 'format');
    return {
      args: [
        'create',
        name,
        valueOf(values, 'query'),
        ...option('every'),
        ...option('start'),
        ...option('count'),
        ...(format === '' ? [] : [format]),
      ],
      ...tenantOf(values),
    };
  },
};
