// A mutant meets a part of the cases of the laws.
process.env['LAW_SHARE'] ??= '0.2';

/**
 * Mutation testing of what decides about money: `npm run mutation`; see test/mutation/README.md.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['src/domain/**/*.ts', 'src/providers/*/{hooks,reading}.ts'],
  // Nothing but what the tests read: .cache above all stays behind.
  ignorePatterns: [
    '**/*',
    '!package.json',
    '!src/**/*',
    '!test/{domain,providers}/**/*',
    '!test/sandbox/**/*.json',
  ],
  plugins: ['./test/mutation/runner.mjs'],
  testRunner: 'pure',
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no API that Stryker's checker could use, nor for it to rewrite tsconfig.json.
  checkers: [],
  tsconfigFile: 'none',
  concurrency: 2,
  timeoutMS: 20_000,
  timeoutFactor: 2,
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  tempDirName: '.cache/mutation/sandboxes',
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  thresholds: { high: 95, low: 90, break: 90 },
  allowConsoleColors: false,
};
