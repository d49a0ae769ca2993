import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawPanels, type DrawnPanel } from './draw-panels.ts';
import { queryRange, queryRules, type Series } from './prometheus-api.ts';

/**
 * Runs every query of the dashboard against a live Prometheus, and has it say how its rules fare:
 * npx tsx tools/dashboards/check-dashboards.ts --prometheus http://127.0.0.1:9090 [--minutes 15] [--svg docs/images/dashboard.svg]
 * Ends with 1 where a query or a rule is refused, or a query finds nothing that is there while all is well.
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

// What has no series before it has happened once.
const onlyInTrouble =
  /temporal_\w+_(failed|failure|eviction|miss)_total|status=~"5\.\."|payments_escalations|payments_unannounced/;

const file = new URL('../../deploy/grafana/dashboards/payments.json', import.meta.url);
const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: Panel[] };
const until = Date.now() / 1_000;
const range = { from: until - Number(values.minutes) * 60, until, step: 15 };
const faults: string[] = [];
const drawn: DrawnPanel[] = [];

for (const { title, type, targets = [], fieldConfig } of panels) {
  const lines = [];
  for (const { expr, legendFormat } of targets) {
    const found = await run(expr).catch((error: unknown) => fault(`${title}: ${String(error)}`));
    if (!found) continue;
    const isFine = found.length > 0 || onlyInTrouble.test(expr);
    if (!isFine) fault(`${title}: nothing is found by ${expr}`);
    console.log(`${found.length.toString().padStart(3)} series  ${title}`);
    lines.push(...found.map((series) => ({ name: nameOf(legendFormat, series), points: series.points })));
  }
  if (type === 'timeseries') drawn.push({ title, unit: fieldConfig?.defaults.unit, lines });
}
for (const { name, health, state, lastError } of await queryRules(values.prometheus)) {
  console.log(`${state.padEnd(8)}    ${name}`);
  if (health !== 'ok') fault(`${name}: ${health} ${lastError ?? ''}`);
}
if (values.svg) writeFileSync(values.svg, await drawPanels(drawn));
for (const line of faults) console.error(line);
process.exitCode = faults.length > 0 ? 1 : 0;

function fault(line: string): undefined {
  faults.push(line);
}

/** As Grafana would send it, for all accounts. */
function run(expr: string): Promise<Series[]> {
  const query = expr.replaceAll('$__rate_interval', '1m').replaceAll('$account', '.*');
  return queryRange(values.prometheus, query, range);
}

function nameOf(format: string, { labels }: Series): string {
  return format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}
