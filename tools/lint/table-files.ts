import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allOfSrc, anyPackage, free, importTable, node, type Row } from './import-table.ts';
import { importOverrides } from './oxlint-imports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = ['AGENTS.md', 'docs/extend.md'];
const begin = '<!-- import table, written by `npm run lint:table` -->\n';
const end = '<!-- end of the import table -->\n';

/** What the table makes of each file that shows or enforces it, by path from the root of the repository. */
export function tableFiles(): Readonly<Record<string, string>> {
  const shown = documents.map((path) => [path, withTable(path, readFileSync(join(root, path), 'utf8'))]);
  return { 'tools/lint/imports.json': oxlintConfig(), ...Object.fromEntries(shown) };
}

/** One override a line. */
function oxlintConfig(): string {
  const lines = importOverrides().map((override) => `    ${JSON.stringify(override)}`);
  return `{\n  "overrides": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

function withTable(path: string, text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${path} has no place for the import table`);
  return `${before}${begin}\n${markdownTable()}\n${end}${after}`;
}

/** As Prettier would write it. */
function markdownTable(): string {
  const rows = [
    ['from', 'may import', 'packages', 'types alone'],
    ...importTable.map((row) => cellsOf(row)),
    [nameOf(free.from), 'anything', 'any', ''],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`);
  return lines.join('');
}

function cellsOf({ from, may, packages, types = [], packageTypes = [] }: Row): readonly string[] {
  return [
    nameOf(from),
    namesOf(may).join(', ') || 'itself',
    packages.map((name) => packageName(name)).join(', '),
    [...namesOf(types), ...packageTypes.map((name) => packageName(name))].join(', '),
  ];
}

/** All folders of `domain` are told as one. */
function namesOf(paths: readonly string[]): readonly string[] {
  const domain = importTable.map(({ from }) => from).filter((from) => from.startsWith('src/domain/'));
  if (!domain.every((path) => paths.includes(path))) return paths.map((path) => nameOf(path));
  return ['`domain`', ...paths.filter((path) => !domain.includes(path)).map((path) => nameOf(path))];
}

function nameOf(path: string): string {
  if (path === allOfSrc) return 'folders of `src`';
  return path === 'src/*.ts' ? 'roots, `src/*.ts`' : `\`${path.replace(/^src\//, '')}\``;
}

function packageName(name: string): string {
  if (name === anyPackage) return 'any';
  return name === node ? 'Node' : `\`${name}\``;
}
