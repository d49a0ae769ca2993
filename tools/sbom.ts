import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `npm run sbom`: the production dependencies, as CycloneDX. `npm sbom --omit dev` wrongly omits packages that development
// packages need as well (npm/cli#7909), so npm gets a copy of the package without its development dependencies.
interface Manifest {
  readonly name: string;
  readonly devDependencies?: object;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devDependencies?: object }>>;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown;
const { devDependencies: _, ...manifest } = read('package.json') as Manifest;
const lock = read('package-lock.json') as Lock;
const { devDependencies: __, ...itself } = lock.packages['']!;
const others = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
const parent = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  // npm names the root component after its folder.
  const folder = join(parent, manifest.name);
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value));
  mkdirSync(folder);
  write('package.json', manifest);
  write('package-lock.json', { ...lock, packages: Object.fromEntries([['', itself], ...others]) });
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
} finally {
  rmSync(parent, { recursive: true });
}
