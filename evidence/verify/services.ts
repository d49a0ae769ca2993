/** The services of the compose file that are run here; the others are for the eye alone. */
export const verified = [
  'postgres',
  'temporal-schema',
  'temporal',
  'temporal-namespace',
  'temporal-ui',
  'api',
  'worker',
  'sandbox',
] as const;

export type Verified = (typeof verified)[number];

/** How many of each; one where nothing is said. */
export const copies: Readonly<Partial<Record<Verified, number>>> = { api: 2, worker: 2 };
