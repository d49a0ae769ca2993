/** How many items there are of each name, in words: `202 5, 503 1`. */
export function countBy<T>(items: readonly T[], nameOf: (item: T) => string): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  const names = [...counts.keys()].toSorted();
  return names.map((name) => `${name} ${counts.get(name)}`).join(', ');
}
