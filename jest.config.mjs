// An .mjs file: on Node 20 Jest reads a .ts one only with a further package.

// Published as ES modules only, so they are transformed like our own code.
const esModules = ['content-disposition', 'cookie', 'p-limit', 'yocto-queue'];

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  maxWorkers: 2,
  testTimeout: 20_000,
};
