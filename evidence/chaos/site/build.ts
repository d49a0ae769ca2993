import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProduct as buildInto } from '../../../tools/build-product.ts';
import { checkout } from '../checkout.ts';

/**
 * Builds a source root as `npm run build` does, into a folder of its own inside this checkout, where it finds its packages.
 * Answers the folder of the built product. Throws with the compiler's words where it does not compile.
 */
export async function buildProduct(root: string, into: string): Promise<string> {
  const dist = join(into, 'dist');
  mkdirSync(into, { recursive: true });
  const config = join(into, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(checkout, 'tsconfig.json'),
      compilerOptions: {
        types: ['node'],
        rootDir: join(root, 'src'),
        outDir: dist,
        noEmit: false,
        allowImportingTsExtensions: false,
        sourceMap: true,
        // A planted mistake may leave something unused.
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      include: [join(root, 'src')],
    }),
  );
  await buildInto({ root, dist, project: config });
  if (!existsSync(join(dist, 'workflow-bundle.js')))
    throw new Error(`${root} was built without a workflow bundle`);
  return dist;
}
