// Prints 'N passed, N failed' from Jest's results file, and ends with 1 where anything failed or nothing ran.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
// Jest writes no results when its global setup fails.
const results = text ? JSON.parse(text) : { numPassedTests: 0, numFailedTests: 1 };
const { numPassedTests: passed, numPendingTests = 0, numTodoTests = 0 } = results;
// A file that could not be loaded has no failed test of its own.
const failed = results.numFailedTests + (results.numRuntimeErrorTestSuites ?? 0);
const skipped = numPendingTests + numTodoTests;

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
