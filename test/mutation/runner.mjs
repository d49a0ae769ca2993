import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { bind } from 'jest-each';
import { expect } from 'expect';
import { register } from 'tsx/cjs/api';

/**
 * Runs the tests of pure code in one process, as Jest would, but loads them once for thousands of mutants instead of
 * once for each: a mutant costs milliseconds. It knows `describe`, `test`, their `each`, and `expect`; nothing else.
 */
class PureRunner {
  #require = createRequire(join(process.cwd(), 'runner.cjs'));
  #tests = [];
  /** What instrumented code asks which mutant is on, and tells what it covers; each file keeps this very object. */
  #context = (globalThis.__stryker__ ??= {});

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    register();
    // Every mutant meets the same cases, so that one that survived does so again; nobody reads the smallest that kills one.
    this.#require('fast-check').configureGlobal({ seed: 20260105, endOnFailure: true });
  }

  async dryRun() {
    this.#load();
    const tests = await this.#run(this.#tests, false);
    // Mutants meet the quick ones first.
    const times = new Map(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    this.#tests = this.#tests.toSorted((a, b) => times.get(a.id) - times.get(b.id));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#context.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, reloadEnvironment, testFilter, disableBail, hitLimit }) {
    const context = this.#context;
    // A mutant in what runs at load is there only when all is loaded again.
    if (mutantActivation === 'static') context.activeMutant = activeMutant.id;
    if (reloadEnvironment || this.#tests.length === 0) this.#load();
    Object.assign(context, { activeMutant: activeMutant.id, hitCount: hitLimit ? 0 : undefined, hitLimit });
    const chosen = testFilter ? this.#tests.filter(({ id }) => testFilter.includes(id)) : this.#tests;
    const tests = await this.#run(chosen, !disableBail);
    const timeout = determineHitLimitReached(context.hitCount, context.hitLimit);
    context.activeMutant = undefined;
    // What a mutant left behind at load does not outlive it.
    if (mutantActivation === 'static') this.#tests = [];
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  #load() {
    const { cache } = this.#require;
    const own = (path) => path.startsWith(process.cwd()) && !path.includes(`${sep}node_modules${sep}`);
    for (const path of Object.keys(cache).filter(own)) delete cache[path];
    this.#tests = collect(testFiles(), this.#require);
  }

  async #run(tests, bails) {
    const results = [];
    for (const { id, body } of tests) {
      const startedAt = performance.now();
      this.#context.currentTestId = id;
      const failureMessage = await failureOf(body);
      this.#context.currentTestId = undefined;
      const timeSpentMs = performance.now() - startedAt;
      if (failureMessage === undefined)
        results.push({ id, name: id, timeSpentMs, status: TestStatus.Success });
      else {
        results.push({ id, name: id, timeSpentMs, status: TestStatus.Failed, failureMessage });
        if (bails) break;
      }
    }
    return results;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'pure', PureRunner)];

// In whatever folder of the domain: a test that is not found here lets its mutants live.
const wanted = /^(domain\/.+|providers\/\w+\/(hooks|reading))\.test\.ts$/;
// They take longest.
const last = 'domain/laws.test.ts';

function testFiles() {
  const root = join(process.cwd(), 'test');
  const found = readdirSync(root, { recursive: true }).filter((path) => wanted.test(path) && path !== last);
  return [...found.toSorted((a, b) => a.localeCompare(b)), last].map((path) => join(root, path));
}

/** The tests of some files, each named by everything that it stands in. */
function collect(files, require) {
  const tests = [];
  let names = [];
  const describe = (name, body) => {
    const outer = names;
    names = [...outer, name];
    body();
    names = outer;
  };
  const test = (name, body) => void tests.push({ id: uniqueId([...names, name].join(' ')), body });
  const taken = new Map();
  const uniqueId = (id) => {
    const count = (taken.get(id) ?? 0) + 1;
    taken.set(id, count);
    return count > 1 ? `${id} (${count})` : id;
  };
  Object.assign(globalThis, {
    describe: Object.assign(describe, { each: bind(describe, false) }),
    test: Object.assign(test, { each: bind(test, false) }),
    expect,
  });
  for (const file of files) require(file);
  return tests;
}

async function failureOf(body) {
  try {
    await body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
