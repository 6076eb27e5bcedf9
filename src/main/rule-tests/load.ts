import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { Rule } from '../../rules/compile.js';
import {
  lineOf,
  nearestOf,
  parse,
  pathText,
  type Found,
  type RuleFile,
  type Settings,
} from '../../settings/index.js';
import { codeOf, messageOf } from '../../lib/thrown.js';
import { openMemoryKeep } from '../../sources/memory-keep.js';
import { isFault } from '../../lib/fault.js';
import type { ReplayChannel } from '../../engine/replay/channel.js';
import { readRules, type LoadedRules } from '../rules.js';
import { readAnswers, type Answers } from './answers.js';
import { expectMisfits, stepMisfits } from './misfits.js';
import { expectationSchema, fileSchema, stepSchema, testSchema, type Step, type Test } from './schema.js';
import { settingsOf } from './settings.js';
import { openSources, sourceKeyOf } from './source.js';

/** One test, read and found to make sense. */
export interface LoadedTest {
  readonly file: string;
  readonly line: number;
  readonly test: Test;
  readonly rules: readonly Rule[];
  readonly settings: Settings;
  readonly channels: readonly ReplayChannel[];
  readonly answers: ReadonlyMap<Step, Answers>;
  /** The lines of its expectations. */
  readonly expectLines: readonly number[];
}

export interface LoadedFile {
  readonly tests: readonly LoadedTest[];
  /** `file:line: what is wrong`; with any of them no test of the file is run. */
  readonly problems: readonly string[];
}

/** Reads a file of rule tests with all that it names. Finds everything that is wrong at once. */
export function loadTests(path: string): LoadedFile {
  const file = relative(process.cwd(), path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file; name one with tests' : messageOf(error);
    return { tests: [], problems: [`${file}: ${why}`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    return {
      tests: [],
      problems: document.errors.map(
        ({ linePos, message }) =>
          `${file}:${linePos?.[0].line ?? 1}: ${(message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`,
      ),
    };
  return loadAll({ file, folder: dirname(path), document, lines, loaded: new Map() });
}

/** A file that was read, for the lines of its problems. */
export interface Read {
  readonly file: string;
  readonly folder: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Rules that a test before has read. */
  readonly loaded: Map<string, LoadedRules>;
}

function loadAll(read: Read): LoadedFile {
  const found: Found[] = [];
  const parsed = parse(fileSchema, read.document.toJS(), [], found);
  const tests = (parsed?.tests ?? []).map((test, index) => {
    const path = ['tests', index];
    const loaded = loadTest(test, path, read, found);
    if (loaded?.test.expect.length === 0) found.push({ path, message: 'expects nothing' });
    return loaded;
  });
  const problems = found.map(
    ({ path, message }) => `${placeOf(read, path)}: ${[pathText(path), message].filter(Boolean).join(': ')}`,
  );
  return { tests: problems.length > 0 ? [] : tests.flatMap((test) => test ?? []), problems };
}

/** One test as it stands at this place of a file; undefined, with what is wrong in `found`, when it cannot be run. */
export function loadTest(
  written: unknown,
  path: readonly PropertyKey[],
  read: Read,
  found: Found[],
): LoadedTest | undefined {
  const before = found.length;
  const test = readTest(written, path, found);
  if (test === undefined) return undefined;
  const rules = rulesOf(test, path, read, found);
  const { settings, channels, problems } = settingsOf(test);
  found.push(...problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
  const answers = answersOf(test, path, read, found);
  if (settings !== undefined) tryAnswers(answers, settings, test, path, found);
  if (settings === undefined || found.length > before) return undefined;
  return {
    file: read.file,
    line: lineOf(read.document, read.lines, path).line ?? 1,
    test,
    rules,
    settings,
    channels,
    answers,
    expectLines: test.expect.map(
      (_, i) => lineOf(read.document, read.lines, [...path, 'expect', i]).line ?? 1,
    ),
  };
}

/** The test with those of its steps and expectations that can be read; undefined when it is none at all. */
function readTest(written: unknown, path: readonly PropertyKey[], found: Found[]): Test | undefined {
  const shell = parse(testSchema, written, path, found);
  const at = listIn(written, 'at').map((step, i) => parse(stepSchema, step, [...path, 'at', i], found));
  const expect = listIn(written, 'expect').map((one, i) =>
    parse(expectationSchema, one, [...path, 'expect', i], found),
  );
  at.forEach((step, i) => {
    if (step !== undefined) say(stepMisfits(step), ['at', i]);
  });
  expect.forEach((one, i) => {
    if (one !== undefined) say(expectMisfits(one), ['expect', i]);
  });
  return shell === undefined
    ? undefined
    : { ...shell, at: at.flatMap((step) => step ?? []), expect: expect.flatMap((one) => one ?? []) };

  function say(misfits: readonly string[], place: readonly PropertyKey[]): void {
    for (const message of misfits) found.push({ path: [...path, ...place], message });
  }
}

function listIn(written: unknown, key: 'at' | 'expect'): readonly unknown[] {
  const list: unknown =
    typeof written === 'object' && written !== null ? Reflect.get(written, key) : undefined;
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function rulesOf(
  test: Test,
  path: readonly PropertyKey[],
  { folder, loaded }: Read,
  found: Found[],
): readonly Rule[] {
  const key = test.rules.join('\n');
  const files =
    loaded.get(key) ??
    readRules(
      test.rules.map((name) => ruleFile(name, folder)),
      '',
    );
  loaded.set(key, files);
  for (const { file, line, message } of files.problems)
    found.push({ path: [...path, 'rules'], message: `${file}:${line}: ${message}` });
  const names = files.rules.map(({ definition }) => definition.name);
  for (const [i, { alert }] of test.expect.entries())
    if (alert !== undefined && !names.includes(alert) && files.problems.length === 0)
      found.push({ path: [...path, 'expect', i, 'alert'], message: unknownRule(alert, names) });
  return files.rules;
}

function unknownRule(name: string, names: readonly string[]): string {
  const meant = nearestOf(name, names);
  return `no rule is called ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function ruleFile(name: string, folder: string): RuleFile {
  return name === 'builtin' ? { kind: 'builtin' } : { kind: 'file', path: resolve(folder, name) };
}

function answersOf(
  test: Test,
  path: readonly PropertyKey[],
  { folder }: Read,
  found: Found[],
): ReadonlyMap<Step, Answers> {
  const answers = new Map<Step, Answers>();
  for (const [i, step] of test.at.entries()) {
    const given = readAnswers(step, folder, (key, message) =>
      found.push({ path: [...path, 'at', i, key], message }),
    );
    if (given !== undefined) answers.set(step, given);
  }
  return answers;
}

/** What is no answer of its API is a mistake of the test: a poll that fails is asked for with `fails`. */
function tryAnswers(
  answers: ReadonlyMap<Step, Answers>,
  settings: Settings,
  test: Test,
  path: readonly PropertyKey[],
  found: Found[],
): void {
  const keep = openMemoryKeep();
  for (const [i, step] of test.at.entries()) {
    const given = answers.get(step);
    if (given === undefined) continue;
    try {
      openSources(settings, keep).get(sourceKeyOf(step))?.take(step, given, 0, '');
    } catch (error) {
      if (!isFault(error, 'api.unreadable')) throw error;
      const key = step.rows === undefined ? 'body' : 'rows';
      found.push({ path: [...path, 'at', i, key], message: error.message });
    }
  }
}

function placeOf({ file, document, lines }: Read, path: readonly PropertyKey[]): string {
  const { line } = lineOf(document, lines, path);
  return line === undefined ? file : `${file}:${line}`;
}
