export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix seconds and values. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

/** Runs a range query; times are Unix seconds. Rejects with Prometheus's error message. */
export async function queryRange(
  prometheus: string,
  query: string,
  { from, until, step }: { readonly from: number; readonly until: number; readonly step: number },
): Promise<Series[]> {
  const search = new URLSearchParams({ query, start: `${from}`, end: `${until}`, step: `${step}` });
  const { result } = await get<{
    result: { metric: Record<string, string>; values: [number, string][] }[];
  }>(prometheus, `/api/v1/query_range?${search}`);
  return result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([at, value]) => [at, Number(value)] as const),
  }));
}

/** The state of each alert rule that Prometheus has loaded. */
export async function queryRules(prometheus: string): Promise<RuleState[]> {
  const { groups } = await get<{ groups: { rules: RuleState[] }[] }>(prometheus, '/api/v1/rules');
  return groups.flatMap(({ rules }) => rules);
}

async function get<T>(prometheus: string, path: string): Promise<T> {
  const response = await fetch(`${prometheus}${path}`);
  const { data, error } = (await response.json()) as { data: T; error?: string };
  if (!response.ok) throw new Error(error ?? `HTTP ${response.status}`);
  return data;
}
