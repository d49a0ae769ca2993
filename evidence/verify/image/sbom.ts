import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SbomCheck {
  /** Packages that are installed. */
  readonly installed: number;
  readonly components: number;
  /** What is installed and is not in the SBOM, or the other way round where it must be. */
  readonly wrong: readonly string[];
}

/** Holds the SBOM in a built image against the packages that are installed there. */
export function checkSbom(product: string): SbomCheck {
  const read = (path: string) => JSON.parse(readFileSync(join(product, path), 'utf8')) as unknown;
  const { components } = read('dist/sbom.cdx.json') as { components: readonly Component[] };
  const { packages } = read('node_modules/.package-lock.json') as { packages: Record<string, object> };
  const installed = Object.keys(packages)
    .filter((path) => existsSync(join(product, path, 'package.json')))
    .map((path) => idOf(read(join(path, 'package.json')) as Component));
  const told = new Set(components.map(idOf));
  const there = new Set(installed);
  return {
    installed: there.size,
    components: told.size,
    wrong: [
      ...installed.filter((id) => !told.has(id)).map((id) => `${id} is not in it`),
      // Builds for other machines are optional.
      ...components
        .filter((component) => component.scope !== 'optional' && !there.has(idOf(component)))
        .map((component) => `${idOf(component)} is not installed`),
    ],
  };
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
}

function idOf({ name, version }: Component): string {
  return `${name}@${version}`;
}
