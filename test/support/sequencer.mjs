import { createRequire } from 'node:module';

// Jest's own, which is a package of Jest's and not of ours.
const { resolve } = createRequire(import.meta.url);
const ofJest = createRequire(createRequire(resolve('jest')).resolve('@jest/core'));
const { default: TestSequencer } = ofJest('@jest/test-sequencer');

// What takes longest, the longest first: at the end of a run one of these would keep one core alone.
const longest = [
  'evidence/sim/sim',
  'e2e/alerts',
  'domain/laws',
  'truth/laws',
  'e2e/start',
  'fuzz/step',
  'e2e/pending',
  'replay/replay',
  'replay/projection',
  'e2e/crash',
  'e2e/truth',
  'e2e/bridgerpay',
  'e2e/hooks',
  'e2e/distrust',
  'workflows/continued',
  'e2e/trace-processes',
  'api/metrics',
  'workflows/signals',
  'e2e/sweeps',
  'fuzz/config',
];

/** The longest test files first, also where no earlier run tells how long they take, as in a fresh checkout. */
export default class LongestFirst extends TestSequencer {
  time(test) {
    return super.time(test) ?? likelyMs(test);
  }
}

function likelyMs({ path, context }) {
  const place = longest.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  if (place >= 0) return 1_000_000 - place;
  // As Jest guesses: a larger file takes longer.
  return context.hasteFS.getSize(path) ?? 0;
}
