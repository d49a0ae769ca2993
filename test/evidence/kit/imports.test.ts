import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The places of a folder where its sources match, each with what the pattern's group caught. */
function found(folder: string, pattern: RegExp): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(0);
  return files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(pattern)].map(([, what]) => `${file}: ${what}`),
  );
}

const valueFromSrc = /^import (?!type )[^;]*?from '((?:\.\.\/)+src\/[^']+)'/gm;
const privatePath = /'(@temporalio\/[a-z]+\/lib\/[^']+)'/g;

test.each(['evidence/kit/oracle', 'evidence/sim/laws', 'evidence/chaos/judge'])(
  'what judges shares no code with what is judged: %s takes nothing from src but types',
  (folder) => expect(found(folder, valueFromSrc)).toEqual([]),
);

test.each(['evidence/kit', 'evidence/sim', 'evidence/chaos'])(
  'private paths of the SDK stand in one file: %s has them nowhere else',
  (folder) => {
    const others = found(folder, privatePath).filter(
      (place) => !place.startsWith('temporal/sdk-internals.ts'),
    );
    expect(others).toEqual([]);
  },
);

test('an import of a value and a private path are found where there are some', () => {
  expect(found('evidence/sim/world', valueFromSrc)).not.toEqual([]);
  expect(found('evidence/kit/temporal', privatePath)).not.toEqual([]);
});
