import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// The import table: what each room of src may not know. A file is planted for each line, and lint must refuse it.
const root = fileURLToPath(new URL('../../', import.meta.url));

const refused: Readonly<Record<string, readonly string[]>> = {
  domain: [
    'zod',
    'node:crypto',
    '@temporalio/common',
    '../providers/provider.ts',
    '../workflows/contract.ts',
    '../activities/read-payment.ts',
    '../config/durations.ts',
    '../accounts.ts',
  ],
  providers: [
    'fastify',
    'yaml',
    'pino',
    'rate-limiter-flexible',
    '@temporalio/common',
    '../workflows/contract.ts',
    '../activities/read-payment.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../sandbox/start.ts',
    '../demo/shop.ts',
    '../accounts.ts',
  ],
  workflows: [
    'zod',
    '@opentelemetry/api',
    '../tracing/start.ts',
    'fs',
    'node:crypto',
    'fastify',
    '@temporalio/client',
    '@temporalio/worker',
    '@temporalio/activity',
    '@temporalio/proto',
    '../providers/http.ts',
    '../activities/read-payment.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../sandbox/start.ts',
    '../worker.ts',
  ],
  activities: [
    'zod',
    'fastify',
    'yaml',
    '@temporalio/client',
    '@temporalio/worker',
    '@temporalio/workflow',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '../workflows/contract.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../sandbox/start.ts',
    '../worker.ts',
  ],
  api: [
    'yaml',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '@temporalio/worker',
    '@temporalio/workflow',
    '@temporalio/activity',
    '../workflows/payment-order.ts',
    '../workflows/publication.ts',
    '../providers/briqpay/index.ts',
    '../providers/http.ts',
    '../activities/read-payment.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../sandbox/start.ts',
    '../server.ts',
  ],
  config: [
    'fastify',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '@temporalio/client',
    '../api/problems.ts',
    '../sandbox/start.ts',
    '../demo/shop.ts',
    '../server.ts',
  ],
  temporal: [
    'fastify',
    '@opentelemetry/api',
    '../tracing/start.ts',
    'zod',
    '../api/problems.ts',
    '../sandbox/start.ts',
    '../demo/shop.ts',
    '../worker.ts',
  ],
  metrics: [
    'fastify',
    'pino',
    '@temporalio/client',
    '../workflows/payment-order.ts',
    '../providers/http.ts',
    '../activities/read-payment.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../server.ts',
  ],
  tracing: [
    'fastify',
    'pino',
    '@temporalio/client',
    '../workflows/traces.ts',
    '../workflows/payment-order.ts',
    '../providers/http.ts',
    '../activities/read-payment.ts',
    '../api/hook-traces.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../observing.ts',
  ],
  sandbox: [
    '../domain/money.ts',
    '../providers/briqpay/schemas.ts',
    '../workflows/contract.ts',
    '../activities/read-payment.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../demo/shop.ts',
    '../accounts.ts',
  ],
};

const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: ["import { x } from './money.ts';"],
  providers: [
    "import { x } from 'zod';",
    "import { x } from '../domain/payment.ts';",
    "import { x } from 'node:crypto';",
  ],
  workflows: [
    "import { x } from '../domain/order.ts';",
    "import { x } from '@temporalio/workflow';",
    "import { x } from '@temporalio/common';",
    "import type { x } from '../activities/read-payment.ts';",
  ],
  activities: [
    "import { x } from '../domain/payment.ts';",
    "import { x } from '../providers/provider.ts';",
    "import { x } from '@temporalio/activity';",
    "import { x } from '@temporalio/common';",
  ],
  api: [
    "import { x } from '../domain/status.ts';",
    "import { x } from '../workflows/contract.ts';",
    "import { x } from '../providers/provider.ts';",
    "import { x } from 'fastify';",
    "import { x } from 'zod';",
    "import { x } from '@temporalio/client';",
  ],
  metrics: [
    "import { x } from 'prom-client';",
    "import { x } from '../domain/status.ts';",
    "import { x } from '../workflows/metric-names.ts';",
    "import type { x } from '../api/plugins/metrics.ts';",
  ],
  tracing: [
    "import { x } from '@opentelemetry/api';",
    "import { x } from '../workflows/contract.ts';",
    "import type { x } from '../workflows/traces.ts';",
    "import type { x } from '../api/hook-traces.ts';",
    "import type { x } from '../activities/read-payment.ts';",
  ],
  sandbox: ["import { x } from 'fastify';", "import { x } from './log.ts';"],
};

const impure = {
  'the clock': 'Date.now()',
  'the environment': 'process.env',
  'the network': "fetch('https://shop.example')",
  'a timer': 'setTimeout(() => {}, 1)',
  'chance with a key': 'crypto.randomUUID()',
};

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

/** What lint says of each file that is planted, by its path under src. */
let verdicts: ReadonlyMap<string, readonly string[]>;
let place: string;
beforeAll(() => {
  place = mkdtempSync(`${root}.cache/imports-`);
  // A repository of its own, since what this one ignores is not linted.
  mkdirSync(`${place}/.git`);
  cpSync(`${root}.oxlintrc.json`, `${place}/.oxlintrc.json`);
  forEachImport(refused, (path, specifier) =>
    plant(path, `import { x } from '${specifier}';\nexport const y = x;\n`),
  );
  forEachImport(allowed, (path, line) => plant(`${path}-allowed`, `${line}\nexport type Y = typeof x;\n`));
  for (const [name, expression] of Object.entries(impure))
    plant(`domain/${fileName(name)}`, `export const y = ${expression};\n`);
  verdicts = lint(place);
});
afterAll(() => rmSync(place, { recursive: true }));

function forEachImport(
  table: Readonly<Record<string, readonly string[]>>,
  act: (path: string, text: string) => void,
): void {
  for (const [room, texts] of Object.entries(table))
    for (const text of texts) act(`${room}/${fileName(text)}`, text);
}

function fileName(text: string): string {
  return text.replace(/[^a-z0-9]+/gi, '-');
}

function plant(path: string, text: string): void {
  const file = `${place}/src/${path}.ts`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function lint(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { code, filename } of diagnosticsOf(folder)) {
    const path = filename.replace(/^.*src\//, '').replace(/\.ts$/, '');
    found.set(path, [...(found.get(path) ?? []), code]);
  }
  return found;
}

function diagnosticsOf(folder: string): readonly Diagnostic[] {
  const oxlint = `${root}node_modules/oxlint/bin/oxlint`;
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], options);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

describe.each(Object.entries(refused))('src/%s may not import', (room, specifiers) => {
  test.each(specifiers)('%s', (specifier) => {
    expect(verdicts.get(`${room}/${fileName(specifier)}`)?.join()).toContain('no-restricted-imports');
  });
});

describe.each(Object.entries(allowed))('src/%s may say', (room, lines) => {
  test.each(lines)('%s', (line) => {
    expect(verdicts.get(`${room}/${fileName(line)}-allowed`)?.join() ?? '').not.toContain(
      'no-restricted-imports',
    );
  });
});

test.each(Object.keys(impure))('src/domain may not touch %s', (name) => {
  expect(verdicts.get(`domain/${fileName(name)}`)?.join()).toMatch(/no-restricted-(globals|properties)/);
});

test('the real src keeps to the table', () => {
  const broken = diagnosticsOf(root).filter(({ code }) => code.includes('no-restricted'));
  expect(broken).toEqual([]);
});
