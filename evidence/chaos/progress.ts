import type { Progress } from './drive/drive.ts';
import type { Plan } from './plan/types.ts';
import type { Site } from './site/site.ts';

export interface ProgressLine {
  /** Says what is being done now, beside the counts. */
  doing(what: string): void;
  stop(): void;
}

/** Shows how far a run is: on a terminal one line that changes, elsewhere a line now and then. */
export function showProgress(plan: Plan, site: Pick<Site, 'states'>, progress: Progress): ProgressLine {
  const startedAt = Date.now();
  const isTerminal = process.stderr.isTTY;
  let what = '';
  const timer = setInterval(show, isTerminal ? 500 : 10_000);

  function show(): void {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const states = Object.entries(site.states()).map(([name, state]) => `${name} ${state}`);
    const line = [
      `${seconds} s`,
      `deliveries ${progress.deliveries}/${plan.deliveries.length}`,
      `kills ${progress.kills}/${plan.kills.length}`,
      ...states,
      `${progress.underWay} calls under way`,
      ...(what ? [what] : []),
    ].join('  ');
    process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  return {
    doing(now) {
      what = now;
      show();
    },
    stop() {
      clearInterval(timer);
      show();
      if (isTerminal) process.stderr.write('\n');
    },
  };
}
