import { usage } from '../support/answers.js';
import { valueOf, type CommandForm } from './form.js';
import { tenantField, tenantOf } from './tenant-field.js';

export const queryForm: CommandForm = {
  opens: 'query create',
  build: async ([name = ''], context) => ({
    title: 'New query',
    submit: 'Create',
    about: 'A query that reports of Partner Center Insights can be made of.',
    fields: [
      ...(await tenantField(context)),
      { name: 'name', label: 'Name', kind: 'line', initial: name, max: 200 },
      {
        name: 'text',
        label: 'Query',
        kind: 'text',
        initial: '',
        hint: 'SELECT CustomerName, BilledRevenueUSD FROM CustomersAndTenants TIMESPAN LAST_MONTH',
        max: 3_000,
      },
    ],
  }),
  order(values) {
    const name = valueOf(values, 'name');
    const text = valueOf(values, 'text');
    if (name === '') throw usage('What shall the query be called?', 'name');
    if (text === '') throw usage('What does it select?', 'text');
    return { args: ['create', name, text], ...tenantOf(values) };
  },
};
