import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

import { failureConverterPath, payloadConverterPath } from './data-converter.ts';

type Hook = NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>;

export interface BundleOptions {
  /** For workers whose payloads are encrypted: failures are too. */
  readonly isEncrypted?: boolean;
}

/**
 * Bundles the workflow code for workers. Every cached order holds its own instance of each module, so those that keep nothing
 * are loaded once for all orders, the others are joined into one scope, and both are compiled for the engine at hand: what
 * an idle order costs of memory was mostly this.
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

/** The SDK compiles for engines that have no private fields or object spread; Node 20 has both. */
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
