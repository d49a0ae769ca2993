import { markdownTable } from 'markdown-table';

/** A table in Markdown, each row on one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  return markdownTable(
    [head, ...rows].map((row) => row.map(cell)),
    { alignDelimiters: false },
  );
}
