import { z } from 'zod';
import { filterShape } from '../api/filter-schema.ts';
import { escalationFilters } from '../orders/filters.ts';

/** The filters of the list, as its address has them. A form also sends the fields that were left empty. */
export const filtersSchema = z.preprocess(
  withoutEmpty,
  z.object({
    q: z.string().trim().min(1).max(200).optional(),
    account: z.string().max(40).optional(),
    ...filterShape(escalationFilters),
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
