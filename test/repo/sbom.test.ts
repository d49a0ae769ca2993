import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// `npm run sbom`: what the product is made of is told by the lockfile, and the whole of it.
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Locked {
  readonly name?: string;
  readonly version: string;
  readonly integrity: string;
  readonly dev?: true;
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
}

const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
  packages: Record<string, Locked>;
};
const locked = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, name: entry.name ?? path.split('node_modules/').at(-1)! }));
const idOf = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
const production = locked.filter(({ dev }) => !dev);

let bom: {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};
beforeAll(async () => {
  const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], options);
  bom = JSON.parse(stdout) as typeof bom;
});

test('it is CycloneDX, about this product', () => {
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.\d$/) });
  expect(bom.metadata.component.name).toBe('payment-lifecycle');
});

test('it has every production dependency of the lockfile, and no other', () => {
  expect(production.length).toBeGreaterThan(100);
  expect(bom.components.map(idOf).sort()).toEqual([...new Set(production.map(idOf))].sort());
  expect(bom.components.map(({ name }) => name)).not.toContain('jest');
});

test('each has the hash by which npm checks it', () => {
  const hashes = new Map(
    production.map((entry) => [
      idOf(entry),
      Buffer.from(entry.integrity.replace('sha512-', ''), 'base64').toString('hex'),
    ]),
  );
  const wrong = bom.components.filter(
    (component) =>
      component.hashes?.[0]?.alg !== 'SHA-512' || component.hashes[0].content !== hashes.get(idOf(component)),
  );
  expect(wrong).toEqual([]);
});

test('each has its licence, but for two whose packages do not name one that is known', () => {
  const without = bom.components.filter(({ licenses = [] }) => licenses.length === 0);
  expect(without.map(({ name }) => name).sort()).toEqual(['htmx.org', 'unionfs']);
});

test('each is reached from the product', () => {
  const next = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const visit = (ref: string) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    next.get(ref)?.forEach(visit);
  };
  visit(idOf(bom.metadata.component));
  expect(bom.components.filter((component) => !reached.has(idOf(component))).map(idOf)).toEqual([]);
});
