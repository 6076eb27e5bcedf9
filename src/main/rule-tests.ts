import { resolve } from 'node:path';
import { EXIT } from './exit.js';
import { failureOf } from './rule-tests/expect.js';
import { loadTests, type LoadedTest } from './rule-tests/load.js';
import { runTest, StepError } from './rule-tests/run.js';

export interface RuleTestsAsk {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** `tocsin rules test`: one line a failure, with what was expected and what came; 0 when there is none. */
export async function runRuleTests({ files, json, say, complain }: RuleTestsAsk): Promise<number> {
  const loaded = files.map((file) => loadTests(resolve(file)));
  const problems = loaded.flatMap((file) => file.problems);
  for (const problem of problems) complain(`${problem}\n`);
  const tests = loaded.flatMap((file) => file.tests);
  const results: { readonly name: string; readonly file: string; readonly failures: readonly Failure[] }[] =
    [];
  for (const test of tests) {
    const failures = await failuresOf(test);
    results.push({ name: test.test.name, file: `${test.file}:${test.line}`, failures });
    if (!json) for (const { place, message } of failures) say(`${place}: ${test.test.name}: ${message}\n`);
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (json) say(`${JSON.stringify({ tests: results, problems }, null, 2)}\n`);
  else if (tests.length > 0)
    say(
      `${tests.length} ${tests.length === 1 ? 'test' : 'tests'}, ${failed === 0 ? 'all as expected' : `${failed} failed`}.\n`,
    );
  return failed + problems.length === 0 ? EXIT.ok : EXIT.failed;
}

interface Failure {
  /** `file:line` of the expectation. */
  readonly place: string;
  readonly message: string;
}

async function failuresOf(loaded: LoadedTest): Promise<readonly Failure[]> {
  const { file, line, test, expectLines } = loaded;
  try {
    const course = await runTest(loaded);
    return test.expect.flatMap((expected, i) => {
      const message = failureOf(expected, course);
      return message === undefined ? [] : [{ place: `${file}:${expectLines[i] ?? line}`, message }];
    });
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return [{ place: `${file}:${line}`, message: error.message }];
  }
}
