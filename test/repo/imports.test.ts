import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allOfSrc, free, importTable } from '../../tools/lint/import-table.ts';
import { roomsOfSrc } from '../../tools/lint/oxlint-imports.ts';
import { tableFiles } from '../../tools/lint/table-files.ts';

// The import table, tools/lint/import-table.ts. A file is planted for each line below, and lint must refuse or allow it.
const root = fileURLToPath(new URL('../../', import.meta.url));

/** By folder: what a file in it may not import. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'src/domain/money': [
    'zod',
    'node:crypto',
    '@temporalio/common',
    '../escalation/policy.ts',
    '../order/state.ts',
    '../alerting/incidents.ts',
    '../../providers/provider.ts',
    '../../workflows/contract/ids.ts',
    '../../activities/read-payment.ts',
    '../../config/durations.ts',
    '../../bootstrap/accounts.ts',
  ],
  'src/domain/escalation': ['zod', '../order/state.ts', '../alerting/incidents.ts', '../../orders/find.ts'],
  'src/domain/order': ['zod', '../alerting/incidents.ts', '../../workflows/contract/ids.ts'],
  'src/domain/alerting': ['zod', 'node:timers/promises', '../../activities/desk.ts'],
  'src/domain': ['./money/payment.ts', './order/state.ts', 'zod', '../providers/provider.ts'],
  'src/providers': [
    'fastify',
    'yaml',
    'pino',
    'rate-limiter-flexible',
    '@temporalio/common',
    'node:fs',
    'zod/v3',
    'elsewhere/zod',
    '../workflows/contract/ids.ts',
    '../activities/read-payment.ts',
    '../orders/find.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../bootstrap/accounts.ts',
  ],
  'src/providers/briqpay': [
    'fastify',
    '../../orders/find.ts',
    '../../workflows/contract/ids.ts',
    '../../server.ts',
  ],
  'src/workflows': [
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
    '../orders/find.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../temporal/sdk-internals.ts',
    '../worker.ts',
  ],
  'src/workflows/contract': [
    '@temporalio/workflow',
    '@temporalio/client',
    '../payment-order.ts',
    '../../activities/read-payment.ts',
    '../../orders/find.ts',
  ],
  'src/activities': [
    'zod',
    'fastify',
    'yaml',
    '@temporalio/client',
    '@temporalio/worker',
    '@temporalio/workflow',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '../workflows/contract/ids.ts',
    '../orders/find.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../worker.ts',
  ],
  'src/activities/alerts': ['zod', '../../workflows/contract/ids.ts', '../../worker.ts'],
  'src/orders': [
    'fastify',
    'zod',
    '@temporalio/worker',
    '@temporalio/workflow',
    '@temporalio/common/lib/time.js',
    '../api/problems.ts',
    '../board/session.ts',
    '../providers/provider.ts',
    '../activities/desk.ts',
    '../workflows/payment-order.ts',
    '../temporal/connect.ts',
    '../server.ts',
  ],
  'src/api': [
    'yaml',
    'preact',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '@temporalio/client',
    '@temporalio/worker',
    '@temporalio/workflow',
    '@temporalio/activity',
    '../workflows/payment-order.ts',
    '../workflows/projection.ts',
    '../board/board.tsx',
    '../activities/read-payment.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../server.ts',
  ],
  'src/api/routes': [
    '../../board/session.ts',
    '../../workflows/payment-order.ts',
    '../../server.ts',
    '@temporalio/client',
  ],
  'src/board': [
    'yaml',
    'fastify',
    '@temporalio/client',
    '../workflows/payment-order.ts',
    '../providers/provider.ts',
    '../config/load.ts',
    '../server.ts',
  ],
  'src/board/pages': ['../../config/load.ts', '../../workflows/payment-order.ts'],
  'src/config': [
    'fastify',
    '@opentelemetry/api',
    '../tracing/start.ts',
    '@temporalio/client',
    '../orders/find.ts',
    '../api/problems.ts',
    '../server.ts',
  ],
  'src/temporal': [
    'fastify',
    '@opentelemetry/api',
    '../tracing/start.ts',
    'zod',
    '@temporalio/common/lib/time.js',
    '../orders/find.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../activities/read-payment.ts',
    '../workflows/payment-order.ts',
    '../worker.ts',
  ],
  'src/metrics': [
    'fastify',
    'pino',
    '@temporalio/client',
    '../workflows/payment-order.ts',
    '../providers/http.ts',
    '../activities/read-payment.ts',
    '../orders/find.ts',
    '../api/problems.ts',
    '../config/load.ts',
    '../temporal/connect.ts',
    '../server.ts',
  ],
  'src/tracing': [
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
    '../bootstrap/telemetry.ts',
  ],
  'src/bootstrap': ['../server.ts', '../worker.ts', '@temporalio/common/lib/time.js'],
  src: ['./server.ts', '../sandbox/start.ts', '@temporalio/worker/lib/worker.js'],
  // No row holds these.
  evidence: ['zod', './kit/chance.ts'],
  'src/providers/briqpay/in/too/deep': ['zod', './other.ts', '../../../../provider.ts'],
  sandbox: [
    '@temporalio/client',
    'yaml',
    '@opentelemetry/api',
    '../src/domain/money/money.ts',
    '../src/providers/briqpay/schemas.ts',
    '../src/workflows/contract/ids.ts',
    '../demo/shop.ts',
    '../tools/temporal/ports.ts',
  ],
  'sandbox/briqpay': ['../../src/providers/briqpay/schemas.ts', '../../src/domain/money/money.ts', 'p-limit'],
  demo: ['../src/server.ts', '../evidence/kit/chance.ts', '../test/support/service.ts'],
  tools: [
    '../src/worker.ts',
    '../evidence/kit/chance.ts',
    '../demo/shop.ts',
    '@temporalio/common/lib/time.js',
  ],
  'evidence/kit': [
    '../../src/server.ts',
    '../sim/world/world.ts',
    '../chaos/plan/plan.ts',
    '../../test/support/service.ts',
  ],
  'evidence/bench': [
    '../sim/dice.ts',
    '../chaos/plan/plan.ts',
    '../../src/server.ts',
    '@temporalio/common/lib/time.js',
  ],
  'evidence/bench/variants/idle': ['../../../sim/dice.ts', '../../../../src/worker.ts'],
  'evidence/sim': ['../chaos/plan/plan.ts', '../verify/report.ts'],
  'evidence/sim/laws': [
    '../../../src/domain/money/status.ts',
    '../../../src/orders/find.ts',
    '../../chaos/ledger.ts',
  ],
  'evidence/chaos': [
    '../sim/dice.ts',
    '../verify/report.ts',
    '../bench/stats.ts',
    '@temporalio/common/lib/proto-utils.js',
  ],
  'evidence/chaos/judge': ['../../../src/domain/money/status.ts', '../../../src/domain/escalation/ladder.ts'],
  'evidence/verify': ['../sim/dice.ts', '../bench/stats.ts', '../../src/server.ts'],
  'test/orders': ['@temporalio/common/lib/time.js', '@temporalio/worker/lib/workflow/vm-shared.js'],
};

/** By folder: what a file in it may say. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/domain/money': ["import { x } from './payment.ts';", "import { x } from '../values.ts';"],
  'src/domain/order': [
    "import { x } from '../money/payment.ts';",
    "import { x } from '../escalation/policy.ts';",
    "import { x } from '../values.ts';",
  ],
  'src/domain/alerting': ["import { x } from '../order/state.ts';"],
  'src/providers': [
    "import { x } from 'zod';",
    "import { x } from '../domain/money/payment.ts';",
    "import { x } from 'node:crypto';",
  ],
  'src/providers/briqpay': [
    "import { x } from '../provider.ts';",
    "import { x } from '../../domain/money/payment.ts';",
  ],
  'src/workflows': [
    "import { x } from '../domain/order/state.ts';",
    "import { x } from '@temporalio/workflow';",
    "import { x } from '@temporalio/common';",
    "import { x } from './contract/ids.ts';",
    "import type { x } from '../activities/read-payment.ts';",
  ],
  'src/workflows/contract': [
    "import { x } from '@temporalio/common';",
    "import { x } from '../../domain/order/hints.ts';",
  ],
  'src/activities': [
    "import { x } from '../domain/money/payment.ts';",
    "import { x } from '../providers/provider.ts';",
    "import { x } from '@temporalio/activity';",
    "import { x } from '@temporalio/common';",
  ],
  'src/activities/alerts': ["import { x } from '../desk.ts';", "import { x } from 'standardwebhooks';"],
  'src/orders': [
    "import { x } from '../domain/order/view.ts';",
    "import { x } from '../workflows/contract/ids.ts';",
    "import { x } from '../temporal/sdk-internals.ts';",
    "import { x } from '@temporalio/client';",
    "import { x } from 'node:timers/promises';",
  ],
  'src/api': [
    "import { x } from '../domain/money/status.ts';",
    "import { x } from '../orders/find.ts';",
    "import { x } from '../providers/provider.ts';",
    "import { x } from 'fastify';",
    "import { x } from 'zod';",
    "import type { x } from '@temporalio/client';",
  ],
  'src/api/routes': ["import { x } from '../problems.ts';", "import { x } from '../../orders/find.ts';"],
  'src/board': ["import { x } from '../api/plugins/keys.ts';", "import { x } from '../orders/list.ts';"],
  'src/board/pages': [
    "import { x } from '../session.ts';",
    "import { x } from '../../domain/order/view.ts';",
  ],
  'src/metrics': [
    "import { x } from 'prom-client';",
    "import { x } from '../domain/money/status.ts';",
    "import { x } from '../workflows/metric-names.ts';",
    "import type { x } from '../api/plugins/metrics.ts';",
  ],
  'src/temporal': [
    "import { x } from './sdk-internals.ts';",
    "import { x } from '../workflows/contract/ids.ts';",
    "import type { x } from '../activities/read-payment.ts';",
    "import type { x } from 'pino';",
  ],
  'src/tracing': [
    "import { x } from '@opentelemetry/api';",
    "import { x } from '../workflows/contract/ids.ts';",
    "import type { x } from '../workflows/traces.ts';",
    "import type { x } from '../api/hook-traces.ts';",
    "import type { x } from '../activities/read-payment.ts';",
  ],
  'src/bootstrap': ["import { x } from '../orders/find.ts';", "import { x } from 'pino';"],
  src: ["import { x } from './bootstrap/accounts.ts';", "import { x } from 'fastify';"],
  sandbox: ["import { x } from 'fastify';", "import { x } from './log.ts';"],
  'sandbox/briqpay': ["import { x } from '../log.ts';"],
  demo: ["import { x } from '../sandbox/start.ts';", "import { x } from '../src/bootstrap/accounts.ts';"],
  'evidence/sim/laws': [
    "import type { x } from '../../../src/domain/money/status.ts';",
    "import { x } from '../world/world.ts';",
  ],
  'evidence/verify': ["import { x } from '../chaos/ledger.ts';", "import { x } from '../../demo/shop.ts';"],
  'test/orders': [
    "import { x } from '../../src/temporal/sdk-internals.ts';",
    "import { x } from '../../evidence/kit/temporal/sdk-internals.ts';",
    "import { x } from '@temporalio/client';",
  ],
};

const privatePath = "import { x } from '@temporalio/common/lib/time.js';";
const homesOfPrivatePaths = ['src/temporal/sdk-internals.ts', 'evidence/kit/temporal/sdk-internals.ts'];

/** Each leads back to itself by the second file. */
const circles: Readonly<Record<string, readonly [string, string]>> = {
  'of values': [
    "import { x } from './b.ts';\nexport const y = x;",
    "import { y } from './a.ts';\nexport const x = () => y;",
  ],
  'of types': [
    "import type { X } from './b.ts';\nexport type Y = X[];",
    "import type { Y } from './a.ts';\nexport type X = Y[];",
  ],
  'of types, through an export': [
    "export type { X } from './b.ts';",
    "import type { X as Y } from './a.ts';\nexport type X = Y[];",
  ],
};

/** By folder: what no code in it may touch. In a workflow the SDK replaces the clock and chance. */
const impure: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/domain': {
    'the clock': 'Date.now()',
    'the exact clock': 'performance.now()',
    'the environment': 'process.env',
    'the console': "console.log('x')",
    'the global object': 'globalThis',
    'the network': "fetch('https://shop.example')",
    'a timer': 'setTimeout(() => {}, 1)',
    'random numbers': 'Math.random()',
    'random ids': 'crypto.randomUUID()',
  },
  'src/workflows': {
    'the exact clock': 'performance.now()',
    'the environment': 'process.env',
    'the console': "console.log('x')",
  },
};
const impureCases = Object.entries(impure).flatMap(([folder, expressions]) =>
  Object.entries(expressions).map(([name, expression]) => [folder, name, expression] as const),
);

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
  readonly help: string;
}

/** What lint says of each file that is planted, by its path. */
let verdicts: ReadonlyMap<string, readonly string[]>;
let place: string;
beforeAll(() => {
  place = mkdtempSync(`${root}.cache/imports-`);
  // A repository of its own, since what this one ignores is not linted.
  mkdirSync(`${place}/.git`);
  for (const path of ['.oxlintrc.json', 'tools/lint/imports.json']) {
    mkdirSync(dirname(`${place}/${path}`), { recursive: true });
    cpSync(root + path, `${place}/${path}`);
  }
  forEachImport(refused, (path, specifier) =>
    plant(path, `import { x } from '${specifier}';\nexport const y = x;\n`),
  );
  forEachImport(allowed, (path, line) => plant(path, `${line}\nexport type Y = typeof x;\n`));
  for (const room of roomsOfSrc())
    for (const outside of beside)
      plant(`${room}/beside-${outside}.ts`, `export * from '../../${outside}/main.ts';\n`);
  for (const path of homesOfPrivatePaths) plant(path, `${privatePath}\nexport const y = x;\n`);
  for (const [name, [a, b]] of Object.entries(circles)) {
    plant(`src/domain/order/${fileName(name)}/a.ts`, `${a}\n`);
    plant(`src/domain/order/${fileName(name)}/b.ts`, `${b}\n`);
  }
  plant('src/domain/order/hidden.ts', "export type Y = import('../alerting/incidents.ts').Incident;\n");
  for (const [folder, name, expression] of impureCases)
    plant(`${folder}/${fileName(name)}.ts`, `export const y = ${expression};\n`);
  plant('src/workflows/clock.ts', 'export const y = Date.now();\n');
  verdicts = lint(place);
});
afterAll(() => rmSync(place, { recursive: true }));

const notOurs = new Set(['node_modules', 'dist', '.cache', '.git', 'coverage']);
const beside = ['sandbox', 'demo', 'tools', 'evidence', 'test'];

function forEachImport(
  table: Readonly<Record<string, readonly string[]>>,
  act: (path: string, text: string) => void,
): void {
  for (const [folder, texts] of Object.entries(table))
    for (const text of texts) act(pathOf(folder, text), text);
}

function pathOf(folder: string, text: string): string {
  return `${folder}/${fileName(text)}.ts`;
}

function fileName(text: string): string {
  return text.replace(/[^a-z0-9]+/gi, '-');
}

function plant(path: string, text: string): void {
  const file = `${place}/${path}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function lint(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { code, filename } of diagnosticsOf(folder))
    found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}

function diagnosticsOf(folder: string): readonly Diagnostic[] {
  const oxlint = `${root}node_modules/oxlint/bin/oxlint`;
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json'], options);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

function codesOf(path: string): string {
  expect(existsSync(`${place}/${path}`)).toBe(true);
  return verdicts.get(path)?.join() ?? '';
}

const restricted = 'no-restricted-imports';

describe.each(Object.entries(refused))('%s may not import', (folder, specifiers) => {
  test.each(specifiers)('%s', (specifier) =>
    expect(codesOf(pathOf(folder, specifier))).toContain(restricted),
  );
});

describe.each(Object.entries(allowed))('%s may say', (folder, lines) => {
  test.each(lines)('%s', (line) => expect(codesOf(pathOf(folder, line))).not.toContain(restricted));
});

describe.each(roomsOfSrc())('%s may import nothing of', (room) => {
  test.each(beside)('%s', (outside) => expect(codesOf(`${room}/beside-${outside}.ts`)).toContain(restricted));
});

test.each(homesOfPrivatePaths)('%s may import a private path of the SDK', (path) => {
  expect(codesOf(path)).not.toContain(restricted);
});

test.each(Object.keys(circles))('no circle %s', (name) => {
  const folder = `src/domain/order/${fileName(name)}`;
  expect(codesOf(`${folder}/a.ts`)).toContain('no-cycle');
  expect(codesOf(`${folder}/b.ts`)).toContain('no-cycle');
});

test('no import of src hides in a type', () => {
  expect(codesOf('src/domain/order/hidden.ts')).toContain('consistent-type-imports');
});

test.each(impureCases)('%s may not touch %s', (folder, name) => {
  expect(codesOf(`${folder}/${fileName(name)}.ts`)).toMatch(/no-restricted-(globals|properties)/);
});

test('src/workflows may read the clock, which the SDK replaces', () => {
  expect(codesOf('src/workflows/clock.ts')).not.toContain('no-restricted');
});

test('the repository keeps to the table, without a circle', () => {
  const broken = diagnosticsOf(root).filter(({ code }) => /no-restricted|no-cycle/.test(code));
  expect(broken.map(({ filename, message, help }) => `${filename}: ${message} ${help}`).toSorted()).toEqual(
    [],
  );
});

describe('the table', () => {
  // `npm run tables` writes them.
  test.each(Object.entries(tableFiles()))('is what %s says', (path, text) => {
    expect(readFileSync(root + path, 'utf8')).toBe(text);
  });

  test('names every folder of src and of evidence, and every one beside them that holds code', () => {
    const named = importTable.map(({ from }) => `${from}/`);
    const unnamed = [
      ...foldersIn('src'),
      ...foldersIn('evidence'),
      ...foldersIn('.').filter(holdsCode),
    ].filter((path) => path !== free.from && !named.some((from) => from.startsWith(`${path}/`)));
    expect(unnamed).toEqual([]);
  });

  test('names nothing that is not there', () => {
    const paths = importTable.flatMap(({ from, may, types = [] }) => [from, ...may, ...types]);
    const isThere = (path: string) => existsSync(root + path) || existsSync(`${root}${path}.ts`);
    const patterns = [allOfSrc, 'src/*.ts'];
    expect([...new Set(paths)].filter((path) => !patterns.includes(path) && !isThere(path))).toEqual([]);
  });

  test('leads only downwards in src', () => {
    const inSrc = importTable.filter(({ from, may }) => from.startsWith('src/') && !may.includes(allOfSrc));
    const arrows = new Map(inSrc.map(({ from, may, types = [] }) => [from, [...may, ...types]]));
    expect([...arrows.keys()].filter((from) => reaches(from, from, arrows))).toEqual([]);
  });
});

function foldersIn(path: string): readonly string[] {
  const entries = readdirSync(root + path, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !notOurs.has(entry.name));
  return folders.map(({ name }) => join(path, name));
}

function holdsCode(folder: string): boolean {
  return readdirSync(root + folder, { recursive: true }).some((path) => /\.tsx?$/.test(String(path)));
}

function reaches(from: string, goal: string, arrows: ReadonlyMap<string, readonly string[]>): boolean {
  const next = new Set(arrows.get(from));
  // A set is walked with what is added meanwhile.
  for (const room of next) for (const target of arrows.get(room) ?? []) next.add(target);
  return next.has(goal);
}
