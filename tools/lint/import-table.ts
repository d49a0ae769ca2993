/**
 * Who may import what, and nothing else: the one table behind lint (`tools/lint/imports.json`), AGENTS.md and
 * docs/extend.md. `npm run tables` writes all three; test/repo/imports.test.ts holds them to it.
 */
export interface Row {
  /** A folder, or a module of that name. `src/*.ts` are the files of `src` itself. A later row overrides an earlier one. */
  readonly from: string;
  /** Folders or modules beside its own. */
  readonly may: readonly string[];
  /** Folders or modules of which it may import types only. */
  readonly types?: readonly string[];
  /** Packages, each exactly as an import names it. `anyPackage` allows all but the private paths of the SDK. */
  readonly packages: readonly string[];
  /** Packages of which it may import types only. */
  readonly packageTypes?: readonly string[];
  /** Said by lint when it refuses an import. */
  readonly why: string;
}

/** Every folder of `src`. Its files, the composition roots, are imported by nothing. */
export const allOfSrc = 'src/*';
export const node = 'node:*';
export const anyPackage = '*';
/** What the SDK does not promise to keep. */
export const sdkPrivate = '@temporalio/*/lib/**';

const values = 'src/domain/values';
const money = 'src/domain/money';
const escalation = 'src/domain/escalation';
const order = 'src/domain/order';
const alerting = 'src/domain/alerting';
const domain = [values, money, escalation, order, alerting];
const contract = 'src/workflows/contract';
const sdkInternals = 'src/temporal/sdk-internals';

const pure = 'domain is pure: no package, no clock, no I/O; its folders import only those below';
const beside = 'what stands beside src may use its rooms, never its roots';
const judging = 'what judges shares no rule with what it judges: of src it takes types only';
const internals = 'the private paths of the SDK are imported by sdk-internals.ts only';

export const importTable: readonly Row[] = [
  { from: values, may: [], packages: [], why: pure },
  { from: money, may: [values], packages: [], why: pure },
  { from: escalation, may: [values, money], packages: [], why: pure },
  { from: order, may: [values, money, escalation], packages: [], why: pure },
  { from: alerting, may: [values, money, escalation, order], packages: [], why: pure },
  {
    from: 'src/providers',
    may: domain,
    packages: ['zod', 'lossless-json', 'node:crypto'],
    why: 'providers know the domain and their own words',
  },
  {
    from: 'src/workflows',
    may: domain,
    types: ['src/activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    why: 'nothing heavy and nothing of Node in the Temporal sandbox',
  },
  {
    from: contract,
    may: domain,
    packages: ['@temporalio/common'],
    why: 'the contract is read by both ends: it pulls in neither',
  },
  {
    from: 'src/activities',
    may: [...domain, 'src/providers'],
    packages: ['@temporalio/activity', '@temporalio/common', 'p-limit', 'standardwebhooks'],
    why: 'activities know providers and the domain',
  },
  {
    from: 'src/orders',
    may: [...domain, contract, sdkInternals],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/proto', 'p-limit', node],
    why: 'orders is the client of the workflows, and knows nothing of HTTP',
  },
  {
    from: 'src/api',
    may: [...domain, contract, 'src/orders', 'src/providers'],
    packages: [
      'fastify',
      '@fastify/*',
      'fastify-plugin',
      'fastify-type-provider-zod',
      'zod',
      'lru-cache',
      'rate-limiter-flexible',
      node,
    ],
    packageTypes: ['@temporalio/client', '@temporalio/common'],
    why: 'the API is HTTP over orders; what else it needs comes from the root',
  },
  {
    from: 'src/board',
    may: [...domain, contract, 'src/orders', 'src/api'],
    packages: [
      'preact',
      'preact-render-to-string',
      'fastify-plugin',
      '@fastify/*',
      'zod',
      'lru-cache',
      'p-limit',
      'rate-limiter-flexible',
      node,
    ],
    packageTypes: ['fastify', '@temporalio/client'],
    why: 'the board is pages over orders, with the session of the API',
  },
  {
    from: 'src/config',
    may: domain,
    packages: ['zod', 'yaml', node],
    why: 'config turns files and the environment into settings',
  },
  {
    from: 'src/temporal',
    may: [contract],
    types: ['src/activities', 'src/workflows/traces'],
    packages: [
      '@temporalio/client',
      '@temporalio/worker',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/proto',
      'lru-cache',
      node,
    ],
    packageTypes: ['pino'],
    why: 'temporal sets the SDK up, and knows nothing of HTTP or settings',
  },
  {
    from: 'src/metrics',
    may: [...domain, 'src/workflows/metric-names'],
    types: ['src/activities', 'src/api', 'src/orders', 'src/providers'],
    packages: ['prom-client', node],
    why: 'metrics see types of what they measure',
  },
  {
    from: 'src/tracing',
    may: [contract],
    types: ['src/activities', 'src/api', 'src/workflows/traces'],
    packages: ['@opentelemetry/*', node],
    why: 'tracing sees types of what it traces',
  },
  {
    from: 'src/bootstrap',
    may: [allOfSrc],
    packages: [anyPackage],
    why: 'wiring that the roots and the demo share; nothing of src imports a root',
  },
  { from: 'src/*.ts', may: [allOfSrc], packages: [anyPackage], why: 'src runs alone' },
  { from: sdkInternals, may: [], packages: ['@temporalio/*', sdkPrivate], why: internals },
  {
    from: 'sandbox',
    may: [],
    packages: ['fastify', 'zod', node],
    why: 'the sandbox stands alone, so that it cannot share a mistake with what it tests',
  },
  { from: 'tools', may: [allOfSrc], packages: [anyPackage], why: beside },
  { from: 'demo', may: [allOfSrc, 'sandbox', 'tools'], packages: [anyPackage], why: beside },
  {
    from: 'evidence/kit',
    may: [allOfSrc, 'sandbox', 'tools'],
    packages: [anyPackage],
    why: 'the kit carries the evidence and knows none of it',
  },
  { from: 'evidence/planted', may: ['tools', 'evidence/kit'], packages: [anyPackage], why: beside },
  {
    from: 'evidence/bench',
    may: [allOfSrc, 'sandbox', 'tools', 'evidence/kit'],
    packages: [anyPackage],
    why: beside,
  },
  {
    from: 'evidence/sim',
    may: [allOfSrc, 'sandbox', 'tools', 'evidence/kit', 'evidence/planted'],
    packages: [anyPackage],
    why: beside,
  },
  {
    from: 'evidence/chaos',
    may: [allOfSrc, 'sandbox', 'tools', 'evidence/kit', 'evidence/planted'],
    packages: [anyPackage],
    why: beside,
  },
  {
    from: 'evidence/verify',
    may: [allOfSrc, 'sandbox', 'demo', 'tools', 'evidence/kit', 'evidence/chaos', 'test/replay'],
    packages: [anyPackage],
    why: beside,
  },
  {
    from: 'evidence/kit/oracle',
    may: ['evidence/kit', 'sandbox'],
    types: [allOfSrc],
    packages: [node],
    why: judging,
  },
  {
    from: 'evidence/sim/laws',
    may: ['evidence/sim', 'evidence/kit', 'sandbox'],
    types: [allOfSrc],
    packages: [node],
    why: judging,
  },
  {
    from: 'evidence/chaos/judge',
    may: ['evidence/chaos', 'evidence/kit'],
    types: [allOfSrc, 'sandbox'],
    packages: [node],
    why: judging,
  },
  {
    from: 'evidence/kit/temporal/sdk-internals',
    may: [],
    packages: ['@temporalio/*', sdkPrivate],
    why: internals,
  },
];

/** Everything may be imported here, but not the private paths of the SDK. */
export const free = {
  from: 'test',
  why: `${internals}, of src/temporal or evidence/kit/temporal`,
} as const;
