import { usage } from '../support/answers.js';
import { valueOf, type CommandForm } from './form.js';

export const overrideForm: CommandForm = {
  opens: 'override',
  async build([schedule = '', who = '', from = 'now', to = '+8h'], { desk, asker }) {
    const { schedules, roster } = await desk.onCall();
    const names = schedules.map(({ name }) => name);
    const people = [...roster.people];
    return {
      title: 'Override',
      submit: 'Put on call',
      about: 'Puts somebody on call in place of whoever would be.',
      fields: [
        {
          name: 'schedule',
          label: 'Schedule',
          kind: 'choice',
          initial: nameIn(names, schedule) ?? (names.length === 1 ? (names[0] ?? '') : ''),
          choices: names,
        },
        {
          name: 'who',
          label: 'Who',
          kind: 'choice',
          initial: nameIn(people, who) ?? asker.person?.name ?? '',
          choices: people,
        },
        { name: 'from', label: 'From', kind: 'line', initial: from, hint: 'now, 18:00 or 2026-12-24T18:00' },
        { name: 'to', label: 'Until', kind: 'line', initial: to, hint: '22:00, +8h or 2026-12-25T09:00' },
        { name: 'comment', label: 'Why', kind: 'line', initial: '', optional: true, max: 300 },
      ],
    };
  },
  order(values) {
    const needed = (name: string, question: string): string => {
      const value = valueOf(values, name);
      if (value === '') throw usage(question, name);
      return value;
    };
    const comment = valueOf(values, 'comment');
    return {
      args: [
        needed('schedule', 'Which schedule?'),
        needed('who', 'Who is on call then?'),
        needed('from', 'From when?'),
        needed('to', 'Until when?'),
        ...(comment === '' ? [] : [comment]),
      ],
    };
  },
};

function nameIn(names: readonly string[], given: string): string | undefined {
  return names.find((name) => name.toLowerCase() === given.toLowerCase().replace(/^@/, ''));
}
