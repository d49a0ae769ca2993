import { join } from 'node:path';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Site } from '../site/site.ts';
import { gather, type GatherOptions } from './gather.ts';

export interface CollectOptions extends Pick<
  GatherOptions,
  'plan' | 'patience' | 'folder' | 'keys' | 'settleMs' | 'signal' | 'doing'
> {
  readonly site: Site;
  readonly dist: string;
}

/** Gathers what a run at a site is judged from. */
export async function collect({ site, dist, ...options }: CollectOptions): Promise<Evidence> {
  const { client, connection } = await connectTemporal({ address: site.temporal });
  try {
    const { incidents, stateFile, api } = site;
    const codePath = join(dist, 'workflow-bundle.js');
    const { evidence } = await gather({ ...options, incidents, stateFile, api, client, codePath });
    return evidence;
  } finally {
    await connection.close();
  }
}
