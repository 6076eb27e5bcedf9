import { usage } from '../support/answers.js';
import { valueOf, type CommandForm } from './form.js';

export const pageForm: CommandForm = {
  opens: 'page',
  async build([who = '', ...words], { desk }) {
    const { schedules, roster } = await desk.onCall();
    const choices = [
      ...schedules.map(({ name }) => `schedule:${name}`),
      ...[...roster.people].map((name) => `person:${name}`),
    ];
    const given = who.toLowerCase().replace(/^@/, '');
    return {
      title: 'Call somebody',
      submit: 'Call',
      about: 'Calls them, again and again, until somebody acknowledges.',
      fields: [
        {
          name: 'who',
          label: 'Whom',
          kind: 'choice',
          initial:
            choices.find((choice) =>
              [given, `schedule:${given}`, `person:${given}`].includes(choice.toLowerCase()),
            ) ?? '',
          choices,
        },
        { name: 'text', label: 'What for', kind: 'line', initial: words.join(' '), max: 300 },
      ],
    };
  },
  order(values) {
    const who = valueOf(values, 'who');
    const text = valueOf(values, 'text');
    if (who === '') throw usage('Whom shall I call?', 'who');
    if (text === '') throw usage('What shall I tell them?', 'text');
    return { args: [who, text] };
  },
};
