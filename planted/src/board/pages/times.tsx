import { ageOf } from './age.ts';

/** A moment, in UTC. */
export function At({ iso }: { readonly iso: string }) {
  return (
    <time datetime={iso} class="at">
      {readable(iso)}
    </time>
  );
}

/** How long ago a moment was. The script on the page keeps it current. */
export function Since({ iso, now }: { readonly iso: string; readonly now: number }) {
  return (
    <time datetime={iso} data-since title={readable(iso)}>
      {ageOf(now - Date.parse(iso))}
    </time>
  );
}

/** How far off a moment is. */
export function Until({ iso, now }: { readonly iso: string; readonly now: number }) {
  return (
    <time datetime={iso} data-until title={readable(iso)}>
      {ageOf(Date.parse(iso) - now)}
    </time>
  );
}

/** An ISO time as people read it: `2026-11-24 12:00:05 UTC`. */
export function readable(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}
