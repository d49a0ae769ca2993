import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeTables, type Tables } from '../code-tables.ts';
import { withTable } from '../document-table.ts';
import { allOfSrc, anyPackage, free, importTable, node, type Row } from './import-table.ts';
import { importOverrides } from './oxlint-imports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = ['AGENTS.md', 'docs/extend.md'];
/** Every file that shows or enforces a table, as the tables make it, by path from the root of the repository. */
export function tableFiles(): Readonly<Record<string, string>> {
  const shown: Readonly<Record<string, Tables>> = {
    ...Object.fromEntries(documents.map((path) => [path, { 'the import table': importRows() }])),
    ...codeTables,
  };
  const texts = Object.entries(shown).map(([path, tables]) => [path, withTables(path, tables)]);
  return { 'tools/lint/imports.json': oxlintConfig(), ...Object.fromEntries(texts) };
}

function withTables(path: string, tables: Tables): string {
  const text = readFileSync(join(root, path), 'utf8');
  return Object.entries(tables).reduce((shown, [name, rows]) => withTable(shown, name, rows), text);
}

/** One override a line. */
function oxlintConfig(): string {
  const lines = importOverrides().map((override) => `    ${JSON.stringify(override)}`);
  return `{\n  "overrides": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

function importRows(): readonly (readonly string[])[] {
  return [
    ['from', 'may import', 'packages', 'types only'],
    ...importTable.map((row) => cellsOf(row)),
    [nameOf(free.from), 'anything', 'any', ''],
  ];
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
