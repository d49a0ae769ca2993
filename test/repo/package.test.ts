import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problems } from '../../src/api/problems.ts';

// The repository's own rules, for what a reader or `npm ci` would stumble over.
const root = fileURLToPath(new URL('../../', import.meta.url));
const notOurs = new Set(['node_modules', 'dist', 'dist-sandbox', '.cache', '.git', 'coverage']);
const files = filesIn(root).map((path) => relative(root, path));
const documents = files.filter((path) => path.endsWith('.md'));
const sources = files.filter((path) => path.startsWith('src/'));

interface Package {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Package;
const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return notOurs.has(entry.name) ? [] : filesIn(path);
  });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** `path:line: text` of every line that holds the pattern. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('package.json', () => {
  test('pins every dependency exactly', () => {
    expect(dependencies.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('has one version of everything of Temporal', () => {
    const versions = dependencies
      .filter(([name]) => name.startsWith('@temporalio/'))
      .map(([, version]) => version);
    expect(versions.length).toBeGreaterThan(5);
    expect(new Set(versions).size).toBe(1);
  });

  test('has as dependencies what src imports, and nothing else: the image installs no other', () => {
    const code = sources.filter((path) => /\.tsx?$/.test(path)).map((path) => read(path));
    const imports = code.flatMap((text) => [
      ...text.matchAll(/(?:from|import|import\(|require\.resolve\()\s*'([^.'][^']*)'/g),
    ]);
    const packages = imports
      .map(([, name]) => /^(?:@[^/]+\/)?[^/]+/.exec(name!)![0])
      .filter((name) => !name.startsWith('node:'));
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual([...new Set(packages)].toSorted());
  });

  test('asks for Node 20 or newer', () => {
    expect(manifest.engines.node).toMatch(/^>=20(\.\d+){0,2}$/);
  });
});

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, Partial<Package> & { version?: string; integrity?: string; link?: true }>;
  };
  const installed = Object.entries(packages).filter(([path]) => path !== '');

  test('is that of package.json', () => {
    const { dependencies: main, devDependencies: dev, engines } = packages['']!;
    const { dependencies: wantedMain, devDependencies: wantedDev, engines: wantedEngines } = manifest;
    expect({ main, dev, engines }).toEqual({ main: wantedMain, dev: wantedDev, engines: wantedEngines });
  });

  test('names no registry host', () => {
    expect(installed.filter(([, entry]) => 'resolved' in entry)).toEqual([]);
    expect(linesWith(/registry|git\+|\.tgz/, ['package-lock.json'])).toEqual([]);
  });

  test('has the hash of everything', () => {
    expect(installed.filter(([, { integrity, link }]) => !integrity && !link).map(([path]) => path)).toEqual(
      [],
    );
  });

  test('has one version of everything of Temporal', () => {
    const ofTemporal = installed.filter(([path]) => /node_modules\/@temporalio\/[^/]+$/.test(path));
    expect(new Set(ofTemporal.map(([, { version }]) => version)).size).toBe(1);
  });
});

test('nothing names a path of the machine it was written on', () => {
  const machine = /(?<![\w.$}-])\/(work|root|tmp|home\/\w+|Users\/\w+)\//;
  const histories = files.filter((path) => path.startsWith('test/replay/histories/'));
  const settings = [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'jest.config.mjs',
    '.oxlintrc.json',
    'tools/lint/imports.json',
    'knip.json',
  ];
  expect(linesWith(machine, [...documents, ...sources, ...histories, ...settings])).toEqual([]);
});

test('src leaves nothing to do for later', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b/, sources)).toEqual([]);
});

test('every relative link in a document leads somewhere', () => {
  const broken = documents.flatMap((path) =>
    linksIn(read(path)).flatMap((link) => (leadsSomewhere(path, link) ? [] : [`${path}: ${link}`])),
  );
  expect(broken).toEqual([]);
});

/** Targets of links and pictures that are in this repository. */
function linksIn(markdown: string): string[] {
  const text = markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const references = [...text.matchAll(/^ {0,3}\[[^\]]+\]: <?(\S+?)>?(?:\s|$)/gm)];
  const tags = [...text.matchAll(/(?:href|src)="([^"]+)"/g)];
  return [...inline, ...references, ...tags]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z+]+:/i.test(target));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).has(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const text = markdown.replace(/```[\s\S]*?```/g, '');
  const anchors = new Set([...text.matchAll(/(?:id|name)="([^"]+)"/g)].map(([, id]) => id!));
  for (const [, heading] of text.matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const words = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    let name = slug;
    for (let copy = 1; anchors.has(name); copy++) name = `${slug}-${copy}`;
    anchors.add(name);
  }
  return anchors;
}

describe('docs/api.md', () => {
  test.each(Object.keys(problems))('documents the problem `%s`', (code) => {
    expect(read('docs/api.md')).toContain(`\`${code}\``);
  });

  test('documents no problem that is not there', () => {
    const section = /^#+ .*problem.*$([\s\S]*?)(?=^#+ |(?![\s\S]))/im.exec(read('docs/api.md'))?.[1] ?? '';
    const named = [...section.matchAll(/^\| *`([a-z_]+)` *\|/gm)].map(([, code]) => code);
    expect(named.filter((code) => !Object.hasOwn(problems, code!))).toEqual([]);
  });
});
