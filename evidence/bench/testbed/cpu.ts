import { readFileSync } from 'node:fs';

// What Linux counts in, on every machine that Node has builds for.
const ticksPerSecond = 100;

/** The CPU seconds that a process has used so far, all of its threads together. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces, so fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The resident memory of a process in bytes. Linux only. */
export function residentBytesOf(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** Runs something and answers the CPU seconds that each process used meanwhile. */
export async function withCpu<Name extends string, T>(
  pids: Readonly<Record<Name, number>>,
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly cpu: Record<Name, number> }> {
  const before = readAll(pids);
  const value = await run();
  const after = readAll(pids);
  const names = Object.keys(pids) as Name[];
  const cpu = Object.fromEntries(names.map((name) => [name, after[name] - before[name]]));
  return { value, cpu: cpu as Record<Name, number> };
}

function readAll<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const entries = Object.entries<number>(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
