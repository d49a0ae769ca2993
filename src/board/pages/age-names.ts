import type { AgeBucket } from '../../orders/filters.ts';

/** What the spans of age are called; a number and its unit stay together. */
export const ageNames: Readonly<Record<AgeBucket, string>> = {
  under_1h: 'under 1\u00a0h',
  under_1d: '1\u00a0h to 1\u00a0d',
  under_7d: '1\u00a0d to 7\u00a0d',
  over_7d: 'over 7\u00a0d',
};
