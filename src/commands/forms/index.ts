import { tokenise } from '../support/tokens.js';
import type { CommandForm } from './form.js';
import { noteForm } from './note.js';
import { overrideForm } from './override.js';
import { pageForm } from './page.js';
import { queryForm } from './query.js';
import { reportForm } from './report.js';
import { silenceForm } from './silence.js';

const FORMS: readonly CommandForm[] = [silenceForm, noteForm, overrideForm, pageForm, reportForm, queryForm];

export interface FoundForm {
  readonly form: CommandForm;
  /** What stands behind the words that open it. */
  readonly args: readonly string[];
}

/** The form that these words open. */
export function formOf(words: string | readonly string[]): FoundForm | undefined {
  const said = typeof words === 'string' ? tokenise(words) : words;
  for (const form of FORMS) {
    const opens = form.opens.split(' ');
    if (opens.every((word, i) => said[i]?.toLowerCase() === word))
      return { form, args: said.slice(opens.length) };
  }
  return undefined;
}
