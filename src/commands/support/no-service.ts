import { serviceRows } from '../../cards/health.js';
import type { Answer, CommandContext } from '../command.js';
import { refused } from './answers.js';
import { nearest } from './nearest.js';
import { quote } from './tokens.js';

/** Nothing is known by those words: what may have been meant, or why nothing is known at all. */
export async function noSuchService(
  command: string,
  words: string,
  context: CommandContext,
): Promise<Answer> {
  const looks = await context.desk.look({ about: 'services' }, context.tenant);
  const rows = serviceRows(looks);
  const errors = looks.flatMap(({ tenant, error }) => (error === undefined ? [] : [`${tenant}: ${error}`]));
  if (rows.length === 0) {
    return refused(context, {
      message: 'No service is known yet',
      ...(errors.length === 0 ? {} : { advice: errors.slice(0, 3).join(' ') }),
      suggestions: ['tenants', 'doctor'],
    });
  }
  const near = rows.filter((row) =>
    [row.id, ...row.name.split(/\s+/)].some((part) => nearest(words, [part]).length > 0),
  );
  const ids = [...new Set(near.map((row) => row.id))].slice(0, 5);
  return refused(context, {
    message: words === '' ? 'The history of services is not known yet' : `No service is called “${words}”`,
    suggestions: [...ids.map((id) => `${command} ${quote(id)}`), 'services'],
  });
}
