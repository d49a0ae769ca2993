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

/** What a query gives over a time, in seconds; rejects with Prometheus's own words where it is refused. */
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

/** How each alert rule that Prometheus has loaded fares. */
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
