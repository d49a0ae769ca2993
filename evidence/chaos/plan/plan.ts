import { planDeliveries } from './deliveries.ts';
import { planKills, planFaults } from './disturbances.ts';
import { pickScenarios, planScenario } from './scenarios.ts';
import type { Plan } from './types.ts';

export interface PlanOptions {
  readonly seed: number;
  readonly orders: number;
  readonly deliveries: number;
  readonly kills: number;
}

/** Everything that a run does. The same options give the same plan. */
export function makePlan({ seed, orders, deliveries, kills }: PlanOptions): Plan {
  const spanMs = spanFor(orders);
  const planned = pickScenarios(seed, orders).map((scenario, index) =>
    planScenario(seed, index, scenario, spanMs),
  );
  const hooks = planned.flatMap((scenario) => scenario.hooks);
  return {
    seed,
    spanMs,
    orders: planned.map(({ order }) => order),
    hooks: hooks.map(({ order, step, content, nature }, id) => ({ id, order, step, content, nature })),
    deliveries: planDeliveries(hooks, { seed, spanMs, deliveries }),
    kills: planKills({ seed, spanMs, kills }),
    faults: planFaults({ seed, spanMs, kills }),
  };
}

/** The least that a run takes, so that what waits half a minute comes to its end; then so much for each order. */
function spanFor(orders: number): number {
  return Math.max(70_000, orders * 420);
}
