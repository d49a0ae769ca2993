import { allOfSrc, anyPackage, free, importTable, sdkPrivate, type Row } from './import-table.ts';

/** How many folders below that of its row a file may lie; lint refuses every import of one that lies deeper. */
const deepest = 2;

interface Pattern {
  readonly group?: readonly string[];
  readonly regex?: string;
  readonly allowTypeImports?: true;
  readonly message: string;
}

interface Override {
  readonly files: readonly string[];
  readonly rules: { readonly 'no-restricted-imports': readonly ['error', { patterns: readonly Pattern[] }] };
}

/**
 * The table as oxlint's overrides, the later ones of which win. The rule sees an import as it is written
 * (`../../domain/money/money.ts`), so there is one override for each depth below a folder, and each says exactly which
 * `../` lead where.
 */
export function importOverrides(): readonly Override[] {
  const tops = [...new Set(importTable.map(({ from }) => from.split('/')[0]!))];
  const nothing = { group: ['**', './**', '../**'], message: 'no row of the import table holds this file' };
  return [
    override(
      tops.map((top) => `${top}/**`),
      [nothing],
    ),
    override([`${free.from}/**`], [{ group: [sdkPrivate], message: free.why }]),
    ...importTable.flatMap((row) => overridesOf(row)),
  ];
}

/** The folders of `src`. */
export function roomsOfSrc(): readonly string[] {
  const rooms = importTable.flatMap(({ from }) => /^src\/\w+(?=\/|$)/.exec(from) ?? []);
  return [...new Set(rooms)];
}

function overridesOf(row: Row): readonly Override[] {
  if (row.from === 'src/*.ts') return [overrideFor(row, ['src'], -1, row.from)];
  const folder = row.from.split('/');
  const module = overrideFor(row, folder.slice(0, -1), -1, `${row.from}.ts`);
  const inFolder = Array.from({ length: deepest + 1 }, (_, depth) => {
    const below = Array.from({ length: depth }, () => '*');
    return overrideFor(row, [...folder, ...below], depth, [row.from, ...below, '*'].join('/'));
  });
  return [module, ...inFolder];
}

/**
 * For the files of one folder, so many levels below that of the row; -1 is for a module, whose folder is not its own.
 */
function overrideFor(row: Row, folder: readonly string[], depth: number, files: string): Override {
  const mayTargets = targetsOf(row.may, folder);
  const typeTargets = targetsOf(row.types ?? [], folder);
  const targets = [...mayTargets, ...typeTargets];
  const group = [
    ...packagesOf([...row.packages, ...(row.packageTypes ?? [])]),
    ...upwards(Math.max(depth, ...targets.filter(isAbove).map((target) => levelsOf(target)))),
    ...targets.filter((target) => !isAbove(target)).flatMap((target) => [`!${target}/**`, `!${target}.ts`]),
  ];
  const types = [
    ...typeTargets.map((target) => `${target.replaceAll('.', '\\.')}(/|\\.ts$)`),
    ...(row.packageTypes ?? []).map((name) => `${name}$`),
  ];
  // Before the group, since oxlint asks no further pattern once a group allows an import.
  const typesOnly = types.length
    ? [
        {
          regex: `^(${types.join('|')})`,
          allowTypeImports: true as const,
          message: `${row.why}; types may be imported`,
        },
      ]
    : [];
  return override([files], [...typesOnly, { group, message: row.why }]);
}

/** Refuses every package but these. A name without a slash would match at the end of any path, hence the order. */
function packagesOf(packages: readonly string[]): readonly string[] {
  if (packages.includes(anyPackage)) return [sdkPrivate];
  const paths = packages.flatMap((name) => (name.endsWith(':*') ? [name, `${name}/*`] : [name]));
  const allow = (isPath: boolean) =>
    paths.filter((name) => /[/:]/.test(name) === isPath).map((name) => `!${name}`);
  return ['**', ...allow(false), '*/**', ...allow(true)];
}

/** Allows what lies in the folder that is so many levels up, and refuses the rest of the repository. */
function upwards(levels: number): readonly string[] {
  if (levels < 0) return ['./**', '../**'];
  return ['!./**', ...(levels > 0 ? ['!../**'] : []), `${'../'.repeat(levels + 1)}**`];
}

/** How a file of the folder writes an import of each, without its end; one that lies above ends in a slash. */
function targetsOf(paths: readonly string[], folder: readonly string[]): readonly string[] {
  const all = paths.flatMap((path) => (path === allOfSrc ? roomsOfSrc() : [path]));
  return all.map((path) => {
    const to = path.split('/');
    const differs = to.findIndex((name, index) => name !== folder[index]);
    const shared = differs < 0 ? to.length : differs;
    const start = shared === folder.length ? './' : '../'.repeat(folder.length - shared);
    return start + to.slice(shared).join('/');
  });
}

function isAbove(target: string): boolean {
  return target.endsWith('/');
}

function levelsOf(target: string): number {
  return target.split('../').length - 1;
}

function override(files: readonly string[], patterns: readonly Pattern[]): Override {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}
