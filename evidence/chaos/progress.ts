import { showProgress } from '../kit/progress.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Progress } from './drive/drive.ts';
import type { Plan } from './plan/types.ts';

export interface ProgressLine {
  /** Says what is being done now, beside the counts. */
  doing(what: string): void;
  end(): void;
}

/** Shows how far a run is, and which processes are up. */
export function showRun(plan: Plan, cluster: Pick<Cluster, 'states'>, progress: Progress): ProgressLine {
  let now = '';
  const { show, end } = showProgress(() =>
    [
      `deliveries ${progress.deliveries}/${plan.deliveries.length}`,
      `kills ${progress.kills}/${plan.kills.length}`,
      ...Object.entries(cluster.states()).map(([name, state]) => `${name} ${state}`),
      `${progress.underWay} calls under way`,
      ...(now ? [now] : []),
    ].join('  '),
  );
  return {
    doing(what) {
      now = what;
      show();
    },
    end,
  };
}
