import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { isSent, readDockerfile, type Stage } from './dockerfile.ts';

/** The stages of a Dockerfile, built. */
export interface BuiltStages {
  /** The working folder of a target; without a name, of the last stage. Throws for a name that no stage has. */
  folderOf(target?: string): string;
}

/**
 * Does what the Dockerfile says in folders of this machine, with its Node: each stage has a folder of its own, and files come
 * from the context only where .dockerignore lets them.
 */
export async function buildStages(context: string, into: string): Promise<BuiltStages> {
  const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const ignore = readFileSync(join(context, '.dockerignore'), 'utf8');
  const folders = new Map<string, string>();
  for (const stage of stages) folders.set(stage.name, await buildStage(stage, { context, into, ignore }));
  return {
    folderOf(target = stages.at(-1)?.name ?? '') {
      const folder = folders.get(target);
      if (folder === undefined) throw new Error(`the Dockerfile has no stage ${target}`);
      return folder;
    },
  };
}

interface Place {
  readonly context: string;
  readonly into: string;
  readonly ignore: string;
}

async function buildStage({ name, steps }: Stage, { context, into, ignore }: Place): Promise<string> {
  const root = join(into, name);
  let folder = root;
  const env: Record<string, string> = {};
  for (const step of steps) {
    switch (step.do) {
      case 'workdir':
        folder = join(root, step.path);
        mkdirSync(folder, { recursive: true });
        break;
      case 'env':
        env[step.name] = step.value;
        break;
      case 'copy':
        for (const source of step.sources) {
          const from =
            step.from === undefined ? fromContext(context, ignore, source) : join(into, step.from, source);
          const isFolder = step.target.endsWith('/') || step.sources.length > 1;
          const target = isFolder
            ? join(folder, step.target, source.split('/').at(-1)!)
            : join(folder, step.target);
          cpSync(from, target, { recursive: true, verbatimSymlinks: true });
        }
        break;
      case 'run':
        await execa('/bin/sh', ['-c', step.command], { cwd: folder, env });
    }
  }
  return folder;
}

function fromContext(context: string, ignore: string, source: string): string {
  if (!isSent(ignore, source)) throw new Error(`.dockerignore keeps ${source} from the builder`);
  const path = join(context, source);
  if (!existsSync(path)) throw new Error(`there is no ${source} to copy`);
  return path;
}
