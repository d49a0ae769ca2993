// An .mjs file: on Node 20 Jest reads a .ts one only with a further package.

// Published as ES modules only, or importing one when they run, so they are transformed like our own code.
const esModules = [
  '@fastify/cookie',
  '@opentelemetry/otlp-exporter-base',
  '@sec-ant/readable-stream',
  '@sindresorhus/merge-streams',
  'content-disposition',
  'cookie',
  'execa',
  'figures',
  'get-stream',
  'human-signals',
  'is-plain-obj',
  'is-stream',
  'is-unicode-supported',
  'markdown-table',
  'npm-run-path',
  'p-limit',
  'parse-ms',
  'path-key',
  'preact',
  'preact-render-to-string',
  'pretty-ms',
  'strip-final-newline',
  'unicorn-magic',
  'yocto-queue',
  'yoctocolors',
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
  // `npm run test:browser` (jest.browser.mjs): these need more than Node and pip.
  testPathIgnorePatterns: ['<rootDir>/test/browser/'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  transform: { '^.+\\.m?[tj]s$': swc({}), '^.+\\.tsx$': swc({ tsx: true }) },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  // It offers itself to `import` alone, and what is transformed asks by `require`.
  moduleNameMapper: { '^unicorn-magic$': '<rootDir>/node_modules/unicorn-magic/node.js' },
  // Tests on real servers wait as often as they compute.
  maxWorkers: 3,
  // Against what hangs, not against what is slow: a busy machine breaks no test.
  testTimeout: 180_000,
};
