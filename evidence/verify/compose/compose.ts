import { parse } from 'yaml';
import { z } from 'zod';
import { interpolate, type Environment } from './interpolate.ts';

/** What is read of a service of the compose file; everything else of it is for Docker alone. */
export type ComposeService = z.infer<typeof serviceSchema>;

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
}

/**
 * Reads a compose file as Docker Compose does: anchors and merge keys first, then the variables of every value.
 * @throws MissingVariable for one that must be set and is not
 * @throws ZodError where a service has another shape than is understood here
 */
export function readCompose(text: string, environment: Environment): Compose {
  return composeSchema.parse(fill(parse(text, { merge: true }), environment));
}

/** The services in an order in which each comes after those that it waits for. Throws for a circle. */
export function startOrder({ services }: Compose, wanted: readonly string[]): string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]) => {
    if (path.includes(name)) throw new Error(`a circle of services: ${[...path, name].join(', ')}`);
    const service = services[name];
    if (!service) throw new Error(`no service is called ${name}`);
    for (const other of Object.keys(service.depends_on)) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of wanted) visit(name, []);
  return [...done];
}

const environmentSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

const envFile = z.object({ path: z.string(), required: z.boolean().default(true) });

const volume = z.string().transform((text) => {
  const [source = '', target = '', mode = 'rw'] = text.split(':');
  return { source, target, mode };
});

const port = z.union([
  z.string().transform((text) => Number(text.split(':').at(-1))),
  z.object({ target: z.number() }).transform(({ target }) => target),
]);

/** Of a build only the target is read; each is built from the folder of the compose file. */
const build = z.union([
  z.literal('.').transform(() => ({ target: undefined })),
  z.strictObject({ context: z.literal('.'), target: z.string() }).transform(({ target }) => ({ target })),
]);

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

const serviceSchema = z.object({
  image: z.string(),
  build: build.optional(),
  profiles: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: environmentSchema.default({}),
  env_file: z.array(envFile).default([]),
  depends_on: z.record(z.string(), z.object({ condition })).default({}),
  volumes: z.array(volume).default([]),
  /** The ports of the container that the host publishes. */
  ports: z.array(port).default([]),
  network_mode: z.string().optional(),
  restart: z.string().optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .transform((text) => Number.parseInt(text, 10) * 1_000)
    .optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});

const composeSchema = z.object({ services: z.record(z.string(), serviceSchema) });

function fill(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return interpolate(value, environment);
  if (Array.isArray(value)) return value.map((item) => fill(item, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, environment)]));
}
