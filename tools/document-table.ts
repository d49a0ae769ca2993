/**
 * A document with this table in its place, which two comments mark: `<!-- NAME, written by npm run tables -->` and
 * `<!-- end of NAME -->`. The first row is the head. Throws where the document has no such place.
 */
export function withTable(text: string, name: string, rows: readonly (readonly string[])[]): string {
  const begin = `<!-- ${name}, written by \`npm run tables\` -->\n`;
  const end = `<!-- end of ${name} -->\n`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`there is no place for the table ${name}`);
  return `${before}${begin}\n${markdownTable(rows)}\n${end}${after}`;
}

/** As Prettier would write it. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`);
  return lines.join('');
}
