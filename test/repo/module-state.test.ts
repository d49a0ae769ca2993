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
  'a read-only field that holds an array': 'const c: { readonly list: string[] } = { list: [] };',
  'a read-only field of an interface that holds an array':
    'interface Kept { readonly list: string[] }\nconst kept: Kept = { list: [] };',
  'a read-only field of fields that can change':
    'const c: { readonly inner: { count: number } } = { inner: { count: 0 } };',
  'a read-only list of arrays': 'const rows: readonly string[][] = [[]];',
  'a read-only record of arrays': 'const lists: Readonly<Record<string, string[]>> = {};',
  'a read-only map of sets': 'const held: ReadonlyMap<string, Set<string>> = new Map();',
  'an array in a constant': 'const c = { inner: [] as string[] } as const;',
  'an array that was cast to a read-only one before': 'const seen = [] as readonly string[] as string[];',
  'an object by default': 'export default { n: 0 };',
  'a set by default': 'export default new Set<string>();',
  'a static field of a default class': 'export default class {\n  static count = 0;\n}',
  'a var in a block': '{\n  var count = 0;\n}',
  'a var in a loop': 'for (var index = 0; index < 1; index += 1);',
  'what a function makes': 'const cache = createCache();\nfunction createCache() { return {}; }',
  'what a function of a type makes':
    'const cache = createCache();\nfunction createCache(): Map<string, string> { return new Map(); }',
  'an object of a class': 'interface Cache { get(): string }\nconst cache: Cache = new KeptCache();',
  'what is cast to a list': 'const names = Object.keys({}) as string[];',
  'a mapped type that can change': "const table: { [Name in 'a']: number } = { a: 1 };",
  'a mapped type without readonly': "const table: { -readonly [Name in 'a']: number } = { a: 1 };",
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
  'what is cast to a read-only type': 'const names = Object.keys({}) as readonly string[];',
  'a read-only mapped type': "const table: { readonly [Name in 'a']: number } = { a: 1 };",
  'a read-only list of read-only lists': 'const rows: readonly (readonly string[])[] = [[]];',
  'a type that holds itself':
    'interface Tree { readonly under: readonly Tree[] }\nconst tree: Tree = { under: [] };',
  'a read-only field of a word of a list':
    "const all = ['a'] as const;\ninterface Kept { readonly word: (typeof all)[number] }\nconst kept: Kept = { word: 'a' };",
  'a constant by default': "export default { words: ['a'] } as const;",
  'a block with constants of its own': '{\n  const sum = 1;\n  void sum;\n}',
  'a var in a function': 'export const f = () => { var sum = 0; return sum; };',
  'a number of numbers': 'const most = Math.max(1, 2);',
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
