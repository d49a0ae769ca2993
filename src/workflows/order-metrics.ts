import type { MetricCounter } from '@temporalio/common';
import { metricMeter } from '@temporalio/workflow';
import type { StepMetrics } from '../domain/order/step-metrics.ts';
import type { Identity } from '../domain/order/state.ts';
import { metricNames } from './metric-names.ts';

/**
 * Counts the dispositions of an order's hooks, and the changes that no hook announced. Gives no commands; a replay
 * counts nothing.
 */
export class OrderMetrics {
  readonly #dispositions: MetricCounter;
  readonly #unannounced: MetricCounter;

  constructor({ account, provider }: Identity) {
    const meter = metricMeter.withTags({ account, provider });
    this.#dispositions = meter.createCounter(exported(metricNames.dispositions));
    this.#unannounced = meter.createCounter(exported(metricNames.unannounced));
  }

  add({ dispositions, isUnannouncedChange: isUnannounced }: StepMetrics): void {
    for (const disposition of dispositions) this.#dispositions.add(1, { disposition });
    if (isUnannounced) this.#unannounced.add(1);
  }
}

function exported(name: string): string {
  return name.replace(/_total$/, '');
}
