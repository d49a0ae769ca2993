/** The condition that an order has this time, in a visibility query. An index answers it; for `IS NOT NULL` SQLite reads all. */
export function isSet(time: 'EscalatedAt' | 'PendingSince'): string {
  return `${time} >= ${quote(new Date(0).toISOString())}`;
}

/** A value in a visibility query. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
