import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawPanels, type DrawnPanel } from './draw-panels.ts';
import { queryRange, queryRules, type Series } from './prometheus-api.ts';

/**
 * Runs every query of the dashboard against a live Prometheus, and prints the state of its alert rules:
 * npx tsx tools/dashboards/check-dashboards.ts --prometheus http://127.0.0.1:9090 [--minutes 15] [--svg docs/images/dashboard.svg]
 * Exits with 1 where Prometheus refuses a query or a rule, or a query has no result that should always have one.
 */
const { values } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    minutes: { type: 'string', default: '15' },
    svg: { type: 'string' },
  },
});

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

// Metrics that have no series before their event has happened once.
const mayBeEmpty =
  /temporal_\w+_(failed|failure|eviction|miss)_total|status=~"5\.\."|payments_escalations|payments_unannounced/;

const file = new URL('../../deploy/grafana/dashboards/payments.json', import.meta.url);
const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: Panel[] };
const until = Date.now() / 1_000;
const range = { from: until - Number(values.minutes) * 60, until, step: 15 };
const problems: string[] = [];
const drawn: DrawnPanel[] = [];

for (const { title, type, targets = [], fieldConfig } of panels) {
  const lines = [];
  for (const { expr, legendFormat } of targets) {
    const found = await run(expr).catch((error: unknown) => problem(`${title}: ${String(error)}`));
    if (!found) continue;
    const isFine = found.length > 0 || mayBeEmpty.test(expr);
    if (!isFine) problem(`${title}: no series for ${expr}`);
    console.log(`${found.length.toString().padStart(3)} series  ${title}`);
    lines.push(...found.map((series) => ({ name: nameOf(legendFormat, series), points: series.points })));
  }
  if (type === 'timeseries') drawn.push({ title, unit: fieldConfig?.defaults.unit, lines });
}
for (const { name, health, state, lastError } of await queryRules(values.prometheus)) {
  console.log(`${state.padEnd(8)}    ${name}`);
  if (health !== 'ok') problem(`${name}: ${health} ${lastError ?? ''}`);
}
if (values.svg) writeFileSync(values.svg, await drawPanels(drawn));
for (const line of problems) console.error(line);
process.exitCode = problems.length > 0 ? 1 : 0;

function problem(line: string): undefined {
  problems.push(line);
}

/** Runs a query as Grafana sends it, for all accounts. */
function run(expr: string): Promise<Series[]> {
  const query = expr.replaceAll('$__rate_interval', '1m').replaceAll('$account', '.*');
  return queryRange(values.prometheus, query, range);
}

function nameOf(format: string, { labels }: Series): string {
  return format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}
