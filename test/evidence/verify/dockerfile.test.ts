import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isSent, readDockerfile } from '../../../evidence/verify/image/dockerfile.ts';

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

test('the image is built from what it may see, and from nothing that could be a secret', () => {
  const ignore = read('.dockerignore');
  const copied = readDockerfile(read('Dockerfile')).flatMap(({ steps }) =>
    steps.flatMap((step) => (step.do === 'copy' && step.from === undefined ? step.sources : [])),
  );
  expect(copied.length).toBeGreaterThan(3);
  expect(copied.filter((path) => !isSent(ignore, path))).toEqual([]);
  expect(
    ['.env', 'payments.env', 'payments.yaml', '.git', 'node_modules', 'config'].filter((path) =>
      isSent(ignore, path),
    ),
  ).toEqual([]);
});

test('the image runs as a user without rights, installs without scripts and leaves development behind', () => {
  const dockerfile = read('Dockerfile');
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  expect(lastStage).toContain('\nUSER node\n');
  expect(lastStage).toContain('\nHEALTHCHECK ');
  const commands = readDockerfile(dockerfile).flatMap(({ steps }) =>
    steps.flatMap((step) => (step.do === 'run' ? [step.command] : [])),
  );
  const npm = commands
    .flatMap((command) => command.split(' && '))
    .filter((command) => /npm (ci|prune)/.test(command));
  expect(npm.length).toBe(2);
  expect(npm.filter((command) => !command.includes('--ignore-scripts'))).toEqual([]);
  expect(npm.at(-1)).toContain('--omit=dev');
  expect(commands.join()).toContain('npm run --silent sbom > dist/sbom.cdx.json');
});
