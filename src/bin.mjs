#!/usr/bin/env node
// The package's command. In a checkout that was never built it builds first, in this same process, so that a signal
// reaches everything there is and nothing is left behind.
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const compiled = new URL('../dist/src/cli.js', import.meta.url);

if (existsSync(compiled) || (await build())) await import(compiled.href);

async function build() {
  const root = new URL('../', import.meta.url);
  const compiler = new URL('node_modules/typescript/lib/tsc.js', root);
  if (!existsSync(compiler)) {
    process.stderr.write('tocsin: not built, and the compiler is not installed: run npm ci here first.\n');
    process.exitCode = 1;
    return false;
  }
  process.stderr.write('tocsin: building, once …\n');
  const code = await compile(compiler, fileURLToPath(new URL('tsconfig.build.json', root)));
  if (code !== 0) {
    // What a failed build left would be taken for a good one next time.
    rmSync(compiled, { force: true });
    process.stderr.write('tocsin: the build failed; npm run build says why.\n');
    process.exitCode = 1;
    return false;
  }
  await import('./copy-assets.mjs');
  return true;
}

/** The compiler ends with process.exit: in a thread that ends the thread alone. */
function compile(compiler, project) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(compiler, { argv: ['-p', project], stdout: true });
    worker.stdout.pipe(process.stderr);
    worker.once('error', reject);
    worker.once('exit', resolve);
  });
}
