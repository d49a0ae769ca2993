import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { filterShape } from '../../src/api/filter-schema.ts';
import { escalationFilters, orderFilters, type FilterTable } from '../../src/orders/filters.ts';

const lists: readonly (readonly [heading: string, table: FilterTable])[] = [
  ['### List: `GET /v1/orders`', orderFilters],
  ['### `GET /v1/escalations`', escalationFilters],
];

describe.each(lists)('%s', (heading, table) => {
  test('docs/api.md names every filter', () => {
    const [, rest = ''] = readFileSync('docs/api.md', 'utf8').split(`\n${heading}\n`);
    const [section = ''] = rest.split('\n```');
    const named = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(table)));
  });

  test('every filter is a parameter that may be left out, with a description', () => {
    const { properties, required } = z.toJSONSchema(z.object(filterShape(table)), { io: 'input' });
    expect(required).toBeUndefined();
    expect(Object.entries(properties ?? {})).toEqual(
      Object.entries(table).map(([name, { label }]) => [
        name,
        expect.objectContaining({ description: label }),
      ]),
    );
  });
});

const refused: readonly (readonly [FilterTable, string, string])[] = [
  [orderFilters, 'status', 'lost'],
  [orderFilters, 'reference', 'a\nb'],
  [orderFilters, 'escalated', 'perhaps'],
  [orderFilters, 'pendingBefore', 'yesterday'],
  [escalationFilters, 'reason', 'none'],
  [escalationFilters, 'level', '0'],
  [escalationFilters, 'level', '1.5'],
  [escalationFilters, 'state', 'closed'],
  [escalationFilters, 'age', 'old'],
];

test.each(refused)('a value that a filter does not take is refused: %#', (table, name, value) => {
  expect(z.object(filterShape(table)).safeParse({ [name]: value }).success).toBe(false);
});

test('values are parsed as the conditions take them', () => {
  expect(z.object(filterShape(orderFilters)).parse({ escalated: 'false', status: 'pending' })).toEqual({
    escalated: false,
    status: 'pending',
  });
  expect(z.object(filterShape(escalationFilters)).parse({ level: '3' })).toEqual({ level: 3 });
});
