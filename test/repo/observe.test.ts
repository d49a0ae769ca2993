import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { catalog, type Definition } from '../../src/metrics/catalog.ts';
import { attributes } from '../../src/tracing/attributes.ts';

// The documents, the rules and the dashboard against the code: a name that is told nowhere shows nothing, and silently.
const definitions: readonly Definition[] = Object.values(catalog);
const docs = readFileSync('docs/observe.md', 'utf8');
const dashboard = readFileSync('deploy/grafana/dashboards/payments.json', 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

const rules = (
  parse(readFileSync('deploy/prometheus/rules.yml', 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

interface Panel {
  readonly targets?: readonly { readonly expr: string }[];
}
const queries = (JSON.parse(dashboard) as { panels: Panel[] }).panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr),
);

/** The rows of the table of metrics, with the code marks gone. */
const rows = docs
  .split('\n')
  .filter((line) => line.startsWith('| `payments_'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the table has every metric as it is defined, and no other', () => {
  const told = rows.map(([, name, type, , labels = '', from]) => ({
    name: bare(name),
    type,
    labels: labels === '' ? [] : labels.split(', ').map(bare),
    source: bare(from),
  }));
  const defined = definitions.map(({ name, type, labels, source }) => ({ name, type, labels, source }));
  expect(told.toSorted(byName)).toEqual(defined.toSorted(byName));
});

function bare(cell = ''): string {
  return cell.replaceAll('`', '');
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

test('the table of attributes has all of our own, and no other', () => {
  const told = docs
    .split('\n')
    .filter((line) => line.startsWith('| `payments.'))
    .flatMap((line) => line.split('|')[1]!.split(','));
  expect(told.map((cell) => bare(cell.trim())).toSorted()).toEqual(Object.values(attributes).toSorted());
});

test('names say what they count, as Prometheus has it', () => {
  for (const { name, type } of definitions) {
    expect(name).toMatch(/^payments_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('no label is one that a caller or a provider fills: its values are of the configuration or of a closed set', () => {
  const closed = [
    'account',
    'channel',
    'disposition',
    'fault',
    'found',
    'method',
    'outcome',
    'provider',
    'reason',
    'result',
  ];
  const allowed = new Set([...closed, 'route', 'state', 'status']);
  const labels = definitions.flatMap((definition) => definition.labels);
  expect(labels.filter((label) => !allowed.has(label))).toEqual([]);
});

test.each([
  ['rules', () => rules.map(({ expr }) => expr)],
  ['dashboard', () => queries],
])('the %s ask for metrics that there are', (_, expressions) => {
  const series = new Set(
    definitions.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  const asked = expressions().flatMap((expr) => expr.match(/\bpayments_[a-z_]+/g) ?? []);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !series.has(name))).toEqual([]);
});

test('the dashboard shows every metric', () => {
  const unseen = definitions.filter(({ name }) => !queries.some((query) => query.includes(name)));
  expect(unseen.map(({ name }) => name)).toEqual([]);
});

test('what is told of the SDK is what rules and dashboard ask for', () => {
  const pattern = /\btemporal_[a-z_]+/g;
  const asked = [...rules.map(({ expr }) => expr), ...queries].flatMap((expr) => expr.match(pattern) ?? []);
  const told = docs
    .split("\n## The SDK's own\n")[1]!
    .split('\n## ')[0]!
    .replaceAll('…', 'temporal_sticky_cache');
  const missing = [...new Set(asked)].filter((name) => !told.includes(name.replace(/_(bucket|count)$/, '')));
  expect(missing).toEqual([]);
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('%s leads to what to do', (_, rule) => {
  const [path = '', anchor] = rule.annotations.runbook_url.split('#');
  const headings = readFileSync(path, 'utf8').match(/^#+ .*$/gm) ?? [];
  const anchors = headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  expect(anchors).toContain(anchor);
  expect(['critical', 'warning']).toContain(rule.labels.severity);
});

test('every entry of what to do is one of a rule', () => {
  const entries = [...docs.matchAll(/^### (Payments\w+)$/gm)].map(([, name]) => name);
  expect(rules.map(({ alert }) => alert)).toEqual(expect.arrayContaining(entries));
});

test('every rule is played, firing and in calm', () => {
  const played = readFileSync('deploy/prometheus/rules.test.yml', 'utf8');
  for (const { alert } of rules) {
    expect(played).toMatch(new RegExp(`alertname: ${alert}\\n +exp_alerts:`));
    expect(played).toContain(`alertname: ${alert} }`);
  }
});
