const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

// A hundred years: longer delays do not fit into a date.
const longest = 36_500 * units.d;

/** A span such as `500ms`, `15m` or `7d` in milliseconds; undefined for anything else, and for none at all. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return undefined;
  const [, count, unit] = match;
  const ms = Number(count) * units[unit as keyof typeof units];
  return ms > 0 && ms <= longest ? ms : undefined;
}
