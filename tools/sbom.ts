import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `npm run sbom`: what runs in production, as CycloneDX. Of npm's own, `--omit dev` leaves out whatever a development package
// needs as well (npm/cli#7909); so npm is shown a package without development instead.
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
const place = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  // npm calls the whole after its folder.
  const folder = join(place, manifest.name);
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value));
  mkdirSync(folder);
  write('package.json', manifest);
  write('package-lock.json', { ...lock, packages: Object.fromEntries([['', itself], ...others]) });
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
} finally {
  rmSync(place, { recursive: true });
}
