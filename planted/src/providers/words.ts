/** Looks a wire word up in a table; undefined for a word that the table does not have. */
export function lookUp<Table extends object>(
  table: Table,
  word: string | undefined,
): Table[keyof Table] | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word as keyof Table] : undefined;
}
