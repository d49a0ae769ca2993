import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSent, readDockerfile, type Stage } from '../../../evidence/verify/image/dockerfile.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

test('stages, steps and lines that go on are read', () => {
  const [first, second] = readDockerfile(`# a comment
FROM node:24 AS build
WORKDIR /app
COPY a b ./
RUN one && \\
  two
FROM node:24
ENV NODE_ENV=production
COPY --from=build /app/a ./a
USER node
CMD ["node"]`);
  expect(first).toEqual({
    name: 'build',
    base: 'node:24',
    steps: [
      { do: 'workdir', path: '/app' },
      { do: 'copy', sources: ['a', 'b'], target: './' },
      { do: 'run', command: 'one && two' },
    ],
  });
  expect(second?.steps).toEqual([
    { do: 'env', name: 'NODE_ENV', value: 'production' },
    { do: 'copy', from: 'build', sources: ['/app/a'], target: './a' },
  ]);
});

test('a word that is not understood is an error', () => {
  expect(() => readDockerfile('FROM a\nARG B=1')).toThrow('ARG');
});

test('what .dockerignore lets through', () => {
  const ignore = '*\n!src\n!package.json\nsrc/secret';
  expect(['src', 'src/a.ts', 'package.json'].every((path) => isSent(ignore, path))).toBe(true);
  expect(['config', 'package', 'src/secret', 'src/secret/key'].some((path) => isSent(ignore, path))).toBe(
    false,
  );
});

const stages = readDockerfile(read('Dockerfile'));
const copied = stages.flatMap(({ steps }) =>
  steps.flatMap((step) => (step.do === 'copy' && step.from === undefined ? step.sources : [])),
);
const commands = stages.flatMap(({ steps }) =>
  steps.flatMap((step) => (step.do === 'run' ? step.command.split(' && ') : [])),
);

test('the images are built from what they may see, and from nothing that could be a secret', () => {
  const ignore = read('.dockerignore');
  expect(copied.length).toBeGreaterThan(3);
  expect(copied.filter((path) => !isSent(ignore, path))).toEqual([]);
  expect(
    ['.env', 'payments.env', 'payments.yaml', '.git', 'node_modules', 'config'].filter((path) =>
      isSent(ignore, path),
    ),
  ).toEqual([]);
});

test('production is the default target and holds src alone, compiled', () => {
  expect(stages.map(({ name }) => name)).toEqual(['build', 'sandbox', 'production']);
  const holds = (stage: Stage | undefined) =>
    stage?.steps.flatMap((step) => (step.do === 'copy' ? [[step.from, ...step.sources]] : []));
  const needed = [
    ['build', '/app/package.json'],
    ['build', '/app/node_modules'],
  ];
  expect(holds(stages.at(-1))).toEqual([...needed, ['build', '/app/dist']]);
  expect(holds(stages.at(-2))).toEqual([...needed, ['build', '/app/dist-sandbox']]);
  const projectOf = (file: string) => JSON.parse(read(file)) as { include: string[] };
  expect(projectOf('tsconfig.build.json').include).toEqual(['src']);
  expect(projectOf('tsconfig.sandbox.json').include).toEqual(['sandbox']);
});

test('the builder has every file that its commands import', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const names = commands.flatMap((command) => /npm run (?:--silent )?([\w:]+)/.exec(command)?.[1] ?? []);
  const entries = names.map((name) => /^tsx (\S+)$/.exec(scripts[name]!)![1]!);
  expect(entries).toEqual(['tools/build.ts', 'tools/build-sandbox.ts', 'tools/sbom.ts']);
  // The build starts this one as a process.
  const missing = [...importsOf([...entries, 'tools/bundle.ts'])].filter(
    (path) => !copied.some((source) => path === source || path.startsWith(`${source}/`)),
  );
  expect(missing).toEqual([]);
});

/** These files and all that they import from this repository, types too. */
function importsOf(paths: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const path of paths.filter((each) => !found.has(each))) {
    found.add(path);
    const imported = [...read(path).matchAll(/(?:from |import\()'(\.[^']+)'/g)];
    importsOf(
      imported.map(([, specifier]) => join(dirname(path), specifier!)),
      found,
    );
  }
  return found;
}

test('the images run as a user without rights, install without scripts and leave development behind', () => {
  const [, , ...runtimes] = read('Dockerfile').split(/^FROM /m);
  expect(runtimes.length).toBe(2);
  for (const runtime of runtimes) {
    expect(runtime).toContain('\nUSER node\n');
    expect(runtime).toContain('\nHEALTHCHECK ');
  }
  const npm = commands.filter((command) => /npm (ci|prune)/.test(command));
  expect(npm.length).toBe(2);
  expect(npm.filter((command) => !command.includes('--ignore-scripts'))).toEqual([]);
  expect(npm.at(-1)).toContain('--omit=dev');
  expect(commands.join()).toContain('npm run --silent sbom > dist/sbom.cdx.json');
});
