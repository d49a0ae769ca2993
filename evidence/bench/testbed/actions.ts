import { setTimeout as delay } from 'node:timers/promises';

/** How many billable actions the server has counted, by kind. */
export type Actions = Readonly<Record<string, number>>;

// The server puts its counters into /metrics once a second.
const reportedAfterMs = 1_500;

/** Reads the server's own count of actions in a namespace, after a pause in which the latest are counted. */
export async function readActions(metricsUrl: string, namespace = 'default'): Promise<Actions> {
  await delay(reportedAfterMs);
  const text = await (await fetch(metricsUrl)).text();
  return actionsIn(text, namespace);
}

/** The counters named `action` in a text of metrics (Prometheus format). */
export function actionsIn(metrics: string, namespace: string): Actions {
  const actions: Record<string, number> = {};
  for (const [, labels = '', count] of metrics.matchAll(/^action\{([^}]*)\} (\S+)$/gm)) {
    const kind = labelOf(labels, 'action_type');
    if (labelOf(labels, 'namespace') !== namespace || kind === undefined) continue;
    actions[kind] = (actions[kind] ?? 0) + Number(count);
  }
  return actions;
}

/** The actions between two counts, by kind. */
export function actionsBetween(before: Actions, after: Actions): Actions {
  const kinds = Object.keys(after).map((kind) => [kind, (after[kind] ?? 0) - (before[kind] ?? 0)] as const);
  return Object.fromEntries(kinds.filter(([, count]) => count > 0));
}

function labelOf(labels: string, name: string): string | undefined {
  return new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1];
}
