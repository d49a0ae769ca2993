import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkflowBundleOption,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { failureConverterPath, payloadConverterPath } from './data-converter.ts';

type Hook = NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>;

export interface BundleOptions {
  /** For workers that encrypt payloads: the bundle then encrypts failures too. */
  readonly isEncrypted?: boolean;
}

/** The bundle that `npm run build` made; where there is none, as in a checkout, one is made of the source. */
export async function loadWorkflowBundle({
  isEncrypted = false,
}: BundleOptions = {}): Promise<WorkflowBundleOption> {
  const name = isEncrypted ? 'workflow-bundle.encrypted.js' : 'workflow-bundle.js';
  const codePath = fileURLToPath(new URL(`../${name}`, import.meta.url));
  if (existsSync(codePath)) return { codePath };
  return bundleWorkflows(fileURLToPath(new URL('../workflows/index.ts', import.meta.url)), { isEncrypted });
}

/**
 * Bundles the workflow code for workers. The SDK gives every cached order its own instance of each module; to save
 * memory, these are preloaded once for all orders, joined into one scope, and compiled for this version of Node.
 */
export function bundleWorkflows(
  path: string,
  { isEncrypted = false }: BundleOptions = {},
): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: path,
    preloadModules: [path],
    payloadConverterPath: payloadConverterPath(),
    ...(isEncrypted && { failureConverterPath: failureConverterPath() }),
    webpackConfigHook: slim,
    logger: new DefaultLogger('WARN'),
  });
}

const slim: Hook = (config) => ({
  ...config,
  optimization: {
    ...config.optimization,
    concatenateModules: true,
    providedExports: true,
    usedExports: true,
    sideEffects: true,
  },
  module: {
    ...config.module,
    rules: config.module?.rules?.map((rule) => withTarget(rule)) ?? [],
  },
});

type Rule = NonNullable<NonNullable<Parameters<Hook>[0]['module']>['rules']>[number];

/** Raises the target, since the SDK compiles for engines without private fields and object spread; Node 20 has both. */
function withTarget(rule: Rule): Rule {
  const use =
    typeof rule === 'object' && rule
      ? (rule.use as { loader?: string; options?: { jsc?: object } })
      : undefined;
  if (!use?.options?.jsc) return rule;
  return {
    ...(rule as object),
    use: { ...use, options: { ...use.options, jsc: { ...use.options.jsc, target: 'es2022' } } },
  };
}
