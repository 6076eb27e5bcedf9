/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // What the programs under test print and post is gathered, and read for secrets at the end.
  globalSetup: '<rootDir>/test/support/heard.ts',
  globalTeardown: '<rootDir>/test/support/leaks.ts',
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/order.mjs',
  // What a file's tests loaded is never given back, and a large heap is a slow one: a worker that has grown begins anew.
  workerIdleMemoryLimit: '1GB',
  // A guard against hanging, never a measure of speed: a busy machine is slow.
  testTimeout: 180_000,
};
