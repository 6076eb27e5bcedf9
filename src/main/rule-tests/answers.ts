import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf, messageOf } from '../../lib/thrown.js';
import type { Step } from './schema.js';

/** What a step hands over as it stands: bodies of answers, and files of reports. */
export interface Answers {
  readonly bodies: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/** Reads the files that a step names, beside the test. Undefined where it names none and gives nothing itself. */
export function readAnswers(
  { body, rows, files = {} }: Step,
  folder: string,
  wrong: (key: keyof Step, message: string) => void,
): Answers | undefined {
  const missing: string[] = [];
  const read = (key: keyof Step, path: string): string => {
    try {
      return readFileSync(resolve(folder, path), 'utf8');
    } catch (error) {
      wrong(key, codeOf(error) === 'ENOENT' ? `there is no file ${path} beside the test` : messageOf(error));
      missing.push(path);
      return '';
    }
  };
  const textOf = (key: keyof Step, given: unknown): string =>
    typeof given === 'string' ? read(key, given) : JSON.stringify(given);
  const bodies = [
    ...(body === undefined ? [] : Array.isArray(body) ? (body as readonly unknown[]) : [body]).map((one) =>
      textOf('body', one),
    ),
    ...(rows === undefined ? [] : [textOf('rows', rows)]),
  ];
  const all = new Map(Object.entries(files).map(([id, path]) => [id, read('files', path)]));
  return missing.length > 0 || bodies.length + all.size === 0 ? undefined : { bodies, files: all };
}
