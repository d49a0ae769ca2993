import { cpus, release, totalmem, type } from 'node:os';
import { table } from '../kit/table.ts';
import type { Verdict } from './verdict.ts';

export interface ReportInput {
  readonly verdicts: readonly Verdict[];
  readonly versions: Readonly<Record<string, string>>;
  readonly figures: Readonly<Record<string, string>>;
  readonly command: string;
  readonly tookMs: number;
}

/** The report of a run, as Markdown. */
export function reportOf({ verdicts, versions, figures, command, tookMs }: ReportInput): string {
  const broken = verdicts.filter(({ isGood }) => !isGood).length;
  const [cpu] = cpus();
  const machine = {
    processor: `${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
  };
  const parts = [...new Set(verdicts.map(({ part }) => part))];
  return [
    '# The production topology, verified',
    '',
    `Written by \`${command}\`; [how](README.md). ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${Math.round(tookMs / 1000)} s.`,
    '',
    broken === 0
      ? `All ${verdicts.length} checks hold.`
      : `**${broken} of ${verdicts.length} checks do not hold.**`,
    '',
    '## Machine and versions',
    '',
    table(['', ''], Object.entries({ ...machine, ...versions })),
    '',
    '## Figures',
    '',
    table(['', ''], Object.entries(figures)),
    ...parts.flatMap((part) => [
      '',
      `## ${part.charAt(0).toUpperCase()}${part.slice(1)}`,
      '',
      table(
        ['', 'what must be so', 'seen'],
        verdicts
          .filter((verdict) => verdict.part === part)
          .map(({ isGood, says, seen }) => [isGood ? '✓' : '✗', says, seen]),
      ),
    ]),
    '',
  ].join('\n');
}
