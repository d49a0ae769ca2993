import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import { bundlePath } from '../support/temporal.ts';

const code = readFileSync(bundlePath(), 'utf8');

/** The paths of all modules in the bundle, relative to the checkout: those that stand alone, and those joined into another. */
const modules = [...code.matchAll(/^(?:\/\*{3}\/ "([^"]+)"|;\/\/ (?:[A-Z ]+: )?(\S+))$/gm)].map(
  ([, alone, joined]) => alone ?? joined!,
);
const ofPackages = modules.flatMap((path) => /^\.\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);

/** What a package says that it depends on. */
function dependenciesOf(name: string): string[] {
  const path = require.resolve(`${name}/package.json`);
  return Object.keys(
    (JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: object }).dependencies ?? {},
  );
}

// The product is built before it is bundled.
const src = './.cache/test/product';

test('the list of modules is complete', () => {
  expect(modules).toEqual(
    expect.arrayContaining([
      `${src}/workflows/index.js`,
      `${src}/workflows/payment-order.js`,
      `${src}/workflows/payload-converter.js`,
      `${src}/domain/order/step.js`,
      './node_modules/@temporalio/workflow/lib/workflow.js',
    ]),
  );
});

test('of this project it holds the domain and the workflows alone', () => {
  const own = modules.filter((path) => !path.startsWith('./node_modules/') && !path.startsWith('?'));
  const rooms = new Set(
    own.map((path) => dirname(path).replace(/^(\.\/\.cache\/test\/product\/[a-z]+)\/.*/, '$1')),
  );
  expect([...rooms].toSorted()).toEqual([`${src}/domain`, `${src}/workflows`]);
});

test('of packages it holds the SDK and what the SDK brings alone', () => {
  const sdk = ['@temporalio/workflow', '@temporalio/common'];
  const allowed = [...sdk, ...sdk.flatMap(dependenciesOf)];
  expect([...new Set(ofPackages)].filter((name) => !allowed.includes(name))).toEqual([]);
});

test('nothing was left out of it: no builtin of Node, no module that somebody told the bundler to ignore', () => {
  const ignored = [...code.matchAll(/^ +!\*{3} (\S+) \(ignored\) \*{3}!$/gm)].map(([, name]) => name);
  expect(new Set(ignored)).toEqual(new Set(['__temporal_custom_failure_converter']));
  expect(modules.filter((path) => path.includes('node:') || builtinModules.includes(path))).toEqual([]);
});
