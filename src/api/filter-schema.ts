import { z } from 'zod';
import type { Filter, FilterTable, ValueOf } from '../orders/filters.ts';
import { searchText } from './schemas.ts';

/** The query parameters of a table of filters. */
export type FilterShape<Table extends FilterTable> = {
  [Name in keyof Table]: z.ZodOptional<z.ZodType<ValueOf<Table[Name]>>>;
};

/** Makes the query parameters of a list from its filters; each may be left out. */
export function filterShape<Table extends FilterTable>(table: Table): FilterShape<Table> {
  const shape = Object.entries(table).map(([name, filter]) => [
    name,
    schemaOf(filter).optional().describe(filter.label),
  ]);
  return Object.fromEntries(shape) as FilterShape<Table>;
}

function schemaOf(filter: Filter): z.ZodType {
  switch (filter.kind) {
    case 'choice':
      return z.enum(filter.values);
    case 'whole':
      return z.coerce.number().int().min(filter.min);
    case 'flag':
      return z.stringbool();
    case 'time':
      return z.iso.datetime({ offset: true });
    case 'text':
      return searchText;
  }
}
