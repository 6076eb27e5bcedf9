import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const BIN = 'src/bin.mjs';

function tocsin(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { code: status, out: stdout, err: stderr };
}

// `npm test` builds first; without a build there is no command to try.
const built = existsSync('dist/src/cli.js');
if (!built) process.stderr.write('skipped: the command line, which is not built (npm run build)\n');

(built ? describe : describe.skip)('the command line', () => {
  it.each([
    [['strat'], "tocsin: unknown command 'strat' (Did you mean start?) See tocsin --help.\n"],
    [
      ['start', '--role', 'boss'],
      "tocsin: option '--role <role>' argument 'boss' is invalid. Allowed choices are all, poll, work, web. See tocsin --help.\n",
    ],
    [['ask'], "tocsin: missing required argument 'command'. See tocsin --help.\n"],
    [['explain'], "tocsin: missing required argument 'id'. See tocsin --help.\n"],
  ])('says in one line what is wrong with %j', (args, line) => {
    expect(tocsin(...args)).toEqual({ code: 1, out: '', err: line });
  });

  it('tells its version and its help on standard output', () => {
    expect(tocsin('--version')).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    });
    const help = tocsin('--help');
    expect(help.code).toBe(0);
    for (const name of ['start', 'demo', 'check', 'doctor', 'ask', 'explain'])
      expect(help.out).toContain(name);
  });
});
