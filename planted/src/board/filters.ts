import { z } from 'zod';
import { escalationStates, reasons } from '../domain/escalation/ladder.ts';
import { ageBuckets, type AgeBucket } from '../orders/escalations.ts';

const ages = Object.keys(ageBuckets) as [AgeBucket, ...AgeBucket[]];

/** What the list is asked for, as its address says it. A form sends what was left empty too. */
export const filtersSchema = z.preprocess(
  withoutEmpty,
  z.object({
    q: z.string().trim().min(1).max(200).optional(),
    account: z.string().max(40).optional(),
    reason: z.enum(reasons).optional(),
    level: z.coerce.number().int().min(1).max(99).optional(),
    state: z.enum(escalationStates).optional(),
    age: z.enum(ages).optional(),
    owner: z.string().max(200).optional(),
    cursor: z.string().max(1_000).optional(),
  }),
);

export type Filters = z.output<typeof filtersSchema>;

/** The address of the list with these filters. */
export function listHref(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `/ops?${query}` : '/ops';
}

function withoutEmpty(query: unknown): unknown {
  return Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== ''));
}
