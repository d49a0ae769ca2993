import { join } from 'node:path';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { gather, type GatherOptions } from './gather.ts';

export interface CollectOptions extends Pick<
  GatherOptions,
  'plan' | 'patience' | 'folder' | 'keys' | 'settleMs' | 'signal' | 'doing'
> {
  readonly cluster: Cluster;
  readonly dist: string;
}

/** Gathers what a run on a cluster is judged from. */
export async function collect({ cluster, dist, ...options }: CollectOptions): Promise<Evidence> {
  const { client, connection } = await connectTemporal({ address: cluster.temporal });
  try {
    const { incidents, stateFile, api } = cluster;
    const codePath = join(dist, 'workflow-bundle.js');
    const { evidence } = await gather({ ...options, incidents, stateFile, api, client, codePath });
    return evidence;
  } finally {
    await connection.close();
  }
}
