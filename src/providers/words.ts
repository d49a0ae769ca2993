/** Looks a provider's word up in a table. Undefined for a word that is not in the table. */
export function lookUp<Table extends object>(
  table: Table,
  word: string | undefined,
): Table[keyof Table] | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word as keyof Table] : undefined;
}
