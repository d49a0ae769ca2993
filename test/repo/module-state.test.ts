import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleState } from '../../tools/lint/module-state.ts';

// A worker loads the workflow bundle once, so what a module of it keeps is shared by all orders: none keeps anything.
const root = fileURLToPath(new URL('../../', import.meta.url));

const planted = {
  'a counter': 'let count = 0;',
  'an exported counter': 'export let count = 0;',
  'a var': 'var count = 0;',
  'a set': 'const seen = new Set<string>();',
  'a set by its type': 'const seen: Set<string> = new Set();',
  'a filled set': "export const codes = new Set(['EUR']);",
  'a map': 'const held = new Map<string, number>();',
  'a weak map': 'const held = new WeakMap<object, number>();',
  'a record': 'const cache: Record<string, number> = {};',
  'an object': 'const cache = { count: 0 };',
  'an array': 'const seen = [];',
  'an array by its type': 'const seen: string[] = [];',
  'an array that satisfies': "const words = ['a'] satisfies readonly string[];",
  'a field that can change': 'interface Counter { count: number }\nconst counter: Counter = { count: 0 };',
  'a type with a field that can change':
    'type Counter = { count: number };\nconst counter: Counter = { count: 0 };',
  'an unknown type': 'const counter: Counter = { count: 0 };',
  'a set in a constant': 'const tables = { seen: new Set<string>() } as const;',
  'a set that is frozen': 'const seen = Object.freeze(new Set<string>());',
  'what a function makes': 'const cache = createCache();\nfunction createCache() { return {}; }',
  'what a function of a type makes':
    'const cache = createCache();\nfunction createCache(): Map<string, string> { return new Map(); }',
  'an object of a class': 'interface Cache { get(): string }\nconst cache: Cache = new KeptCache();',
  'a mapped array': "const lengths = ['a'].map((word) => word.length);",
  'a regular expression that remembers': 'const word = /a/g;',
  'a static field': 'class Orders {\n  static count = 0;\n}',
  'a static read-only set': 'class Orders {\n  static readonly seen = new Set<string>();\n}',
  'a private static field': 'export class Orders {\n  static #count = 0;\n}',
};

const constant = {
  'a number': 'const day = 24 * 60 * 60_000;',
  'another constant': 'const day = 1;\nexport const longest = day;',
  'a function': 'export const double = (n: number) => { let sum = n; sum += n; return sum; };',
  'a constant list': "export const words = ['a', 'b'] as const;",
  'a constant list that satisfies': "const words = ['a'] as const satisfies readonly string[];",
  'a constant of constants':
    "const words = ['a'] as const;\nconst all = { words: [...words, 'b'] } as const;",
  'a read-only list': "const words: readonly string[] = ['a'];",
  'a read-only set': "const codes: ReadonlySet<string> = new Set(['EUR']);",
  'a read-only map': 'const held: ReadonlyMap<string, number> = new Map([["a", 1]]);',
  'a read-only record': 'const exponents: Readonly<Record<string, number>> = { JPY: 0 };',
  'what is made read-only': 'const byCode: Readonly<Record<string, number>> = Object.fromEntries([]);',
  'an interface of read-only fields':
    'interface Policy { readonly ms: number }\nconst policy: Policy = { ms: 1 };',
  'a type of a package':
    "import type { P } from '@temporalio/common';\nexport const p: P = { toPayload: (a) => a };",
  'a frozen object': "const unreadable = Object.freeze({ unreadable: 'by this version' });",
  'a definition of the SDK':
    "import { proxyActivities } from '@temporalio/workflow';\nconst { read } = proxyActivities<A>({ retry: { attempts: 1 } });",
  'a definition of the SDK, by its namespace':
    "import * as workflow from '@temporalio/workflow';\nconst reading = workflow.proxyActivities<A>({});",
  'a definition of our own':
    "import type { UpdateDefinition } from '@temporalio/common';\nconst define = (name: string): UpdateDefinition<A> => ({ type: 'update', name });\nexport const command = define('command');",
  'a regular expression': 'const word = /^a$/;',
  'a class':
    'export class Run {\n  static readonly limit = 10;\n  count = 0;\n  #seen = new Set<string>();\n}',
};

test.each(Object.entries(planted))('finds %s', (_, text) => {
  expect(moduleState({ 'src/domain/planted.ts': text })).toHaveLength(1);
});

test.each(Object.entries(constant))('leaves %s alone', (_, text) => {
  expect(moduleState({ 'src/domain/planted.ts': text })).toEqual([]);
});

test('says where, and knows the types of other files', () => {
  const files = {
    'src/domain/policy.ts': 'export interface Policy {\n  readonly ms: number;\n}',
    'src/workflows/run.ts':
      "// Größe: é\nimport type { Policy } from '../domain/policy.ts';\nconst policy: Policy = { ms: 1 };\n\nexport let count = 0;\nconst seen = new Set();\n",
  };
  expect(moduleState(files)).toEqual(['src/workflows/run.ts:5: let count', 'src/workflows/run.ts:6: seen']);
});

test('no module of domain or workflows keeps state', () => {
  const paths = ['src/domain', 'src/workflows'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path)),
  );
  expect(paths.length).toBeGreaterThan(30);
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(root + path, 'utf8')]));
  expect(moduleState(files)).toEqual([]);
});
