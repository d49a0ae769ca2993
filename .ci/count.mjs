// Prints 'N passed, N failed' from Jest's results files, and ends with 1 where anything failed or nothing ran.
import { readFileSync } from 'node:fs';

const sums = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  // Jest writes no results when its global setup fails.
  const results = text ? JSON.parse(text) : { numPassedTests: 0, numFailedTests: 1 };
  sums.passed += results.numPassedTests;
  // A file that could not be loaded has no failed test of its own.
  sums.failed += results.numFailedTests + (results.numRuntimeErrorTestSuites ?? 0);
  sums.skipped += (results.numPendingTests ?? 0) + (results.numTodoTests ?? 0);
}

const { passed, failed, skipped } = sums;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
