import type { AgeBucket } from '../../orders/filters.ts';

/** A time, in UTC. */
export function At({ iso }: { readonly iso: string }) {
  return (
    <time datetime={iso} class="at">
      {readable(iso)}
    </time>
  );
}

/** The span since a time. The script on the page keeps it current. */
export function Since({ iso, now }: { readonly iso: string; readonly now: number }) {
  return (
    <time datetime={iso} data-since title={readable(iso)}>
      {ageOf(now - Date.parse(iso))}
    </time>
  );
}

/** The span until a time. The script on the page keeps it current. */
export function Until({ iso, now }: { readonly iso: string; readonly now: number }) {
  return (
    <time datetime={iso} data-until title={readable(iso)}>
      {ageOf(Date.parse(iso) - now)}
    </time>
  );
}

/** An ISO time for reading: `2026-11-24 12:00:05 UTC`. */
export function readable(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** A span for reading, in its two largest units: `45 s`, `12 min`, `3 h 12 min`, `4 d 3 h`. The script on the page does the same. */
export function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds} s`;
  if (hours < 1) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The names of the age buckets. Non-breaking spaces keep a number and its unit on one line. */
export const ageNames: Readonly<Record<AgeBucket, string>> = {
  under_1h: 'under 1\u00a0h',
  under_1d: '1\u00a0h to 1\u00a0d',
  under_7d: '1\u00a0d to 7\u00a0d',
  over_7d: 'over 7\u00a0d',
};
