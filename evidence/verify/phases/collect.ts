import { gather, type Gathered, type GatherOptions } from '../../chaos/collect/gather.ts';
import type { Cluster } from '../cluster/cluster.ts';

export interface CollectOptions extends Pick<
  GatherOptions,
  'plan' | 'patience' | 'client' | 'folder' | 'codePath' | 'encrypted' | 'keys' | 'signal'
> {
  readonly cluster: Cluster;
  readonly say: (line: string) => void;
}

const settleMs = 60_000;
const sayEveryMs = 5_000;

/** Waits, with a limit, until the orders are right, and gathers the evidence that chaos judges a run from. */
export function collect({ cluster, say, ...options }: CollectOptions): Promise<Gathered> {
  const { stateFile, api } = cluster;
  let [last, saidAt] = ['', 0];
  // `doing` is called many times a second.
  const doing = (what: string) => {
    const subject = what.split(':')[0] ?? '';
    if (subject === last && Date.now() - saidAt < sayEveryMs) return;
    [last, saidAt] = [subject, Date.now()];
    say(what);
  };
  return gather({
    ...options,
    stateFile,
    api,
    incidents: cluster.incidents.map(asOfTemporal),
    settleMs,
    doing,
  });
}

/** Temporal cannot store anything without its database, so an absence of PostgreSQL counts as one of Temporal. */
function asOfTemporal(incident: Cluster['incidents'][number]): Cluster['incidents'][number] {
  return incident.whom === 'postgres' ? { ...incident, whom: 'temporal' } : incident;
}
