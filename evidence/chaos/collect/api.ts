import { setTimeout as delay } from 'node:timers/promises';
import type { ShownOrder, TimelineEntry } from '../judge/evidence.ts';
import { apiKey } from '../cluster/config.ts';

/** Reads the API as a backend service does, until it answers. */
export interface ApiReader {
  /** Undefined for a 404. */
  order(id: string): Promise<ShownOrder | undefined>;
  timeline(id: string): Promise<readonly TimelineEntry[]>;
  /** The ids of all that are escalated. */
  escalated(): Promise<string[]>;
}

export function apiReader(apiUrl: string): ApiReader {
  const one = (id: string) => `${apiUrl}/v1/orders/${encodeURIComponent(id)}`;
  return {
    order: async (id) => (await get(one(id))) as ShownOrder | undefined,
    async timeline(id) {
      const timeline = (await get(`${one(id)}/timeline`)) as { entries: TimelineEntry[] } | undefined;
      return timeline?.entries ?? [];
    },
    async escalated() {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const list = (await get(`${apiUrl}/v1/escalations?limit=200${page}`)) as {
          escalations: { id: string }[];
          cursor: string | null;
        };
        ids.push(...list.escalations.map(({ id }) => id));
        cursor = list.cursor;
      } while (cursor !== null);
      return ids;
    },
  };
}

const tries = 20;

async function get(url: string): Promise<unknown> {
  let last = '';
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${apiKey}` },
        signal: AbortSignal.timeout(15_000),
      });
      const text = await response.text();
      if (response.status === 404) return undefined;
      if (response.ok) return JSON.parse(text);
      last = `${response.status} ${text}`;
    } catch (error) {
      last = String(error);
    }
    await delay(250 * attempt);
  }
  throw new Error(`${url} was not answered: ${last}`);
}
