import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Definition } from './catalog.ts';

/** A page of metrics in Prometheus's format. */
interface Page {
  readonly type: string;
  readonly text: string;
}

/** Renders the current page. It must answer within seconds even when Temporal does not. */
export type GivePage = () => Promise<Page>;

/** A registry with the default metrics of the Node process. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** The page of a registry. `refresh` runs before each scrape and must not reject. */
export function pageOf(registry: Registry, refresh: () => Promise<void> = async () => {}): GivePage {
  return async () => {
    await refresh();
    return { type: registry.contentType, text: await registry.metrics() };
  };
}

type Labels<D extends Definition> = D['labels'][number];

export function counterOf<D extends Definition>(registry: Registry, definition: D): Counter<Labels<D>> {
  return new Counter(settings(registry, definition));
}

export function gaugeOf<D extends Definition>(
  registry: Registry,
  definition: D,
  collect?: (this: Gauge<Labels<D>>) => void,
): Gauge<Labels<D>> {
  return new Gauge({ ...settings(registry, definition), ...(collect && { collect }) });
}

export function histogramOf<D extends Definition & { readonly buckets: readonly number[] }>(
  registry: Registry,
  definition: D,
): Histogram<Labels<D>> {
  return new Histogram({ ...settings(registry, definition), buckets: [...definition.buckets] });
}

function settings<D extends Definition>(registry: Registry, { name, help, labels }: D) {
  return { name, help, labelNames: labels as readonly Labels<D>[], registers: [registry] };
}
