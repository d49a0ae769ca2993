// An .mjs file: on Node 20 Jest reads a .ts one only with a further package.

// Published as ES modules only, or importing one when they run, so they are transformed like our own code.
const esModules = [
  '@fastify/cookie',
  '@opentelemetry/otlp-exporter-base',
  'content-disposition',
  'cookie',
  'p-limit',
  'preact',
  'preact-render-to-string',
  'yocto-queue',
];

const swc = (parser) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', ...parser },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  transform: { '^.+\\.m?[tj]s$': swc({}), '^.+\\.tsx$': swc({ tsx: true }) },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  maxWorkers: 2,
  testTimeout: 20_000,
};
