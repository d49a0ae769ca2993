/** One line of a Dockerfile that does something here. */
type Step =
  | { readonly do: 'workdir'; readonly path: string }
  | {
      readonly do: 'copy';
      readonly from?: string;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly do: 'run'; readonly command: string }
  | { readonly do: 'env'; readonly name: string; readonly value: string };

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** Reads the stages of a Dockerfile, in the few words that ours uses; any other word is an error. */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  const lines = text.replace(/\\\n\s*/g, '').split('\n');
  for (const line of lines.map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [word = '', ...rest] = line.split(/\s+/);
    if (word === 'FROM') {
      stages.push({ base: rest[0] ?? '', name: rest[2] ?? `${stages.length}`, steps: [] });
      continue;
    }
    const step = stepOf(word, rest);
    if (step !== 'nothing') stages.at(-1)!.steps.push(step);
  }
  return stages;
}

function stepOf(word: string, rest: readonly string[]): Step | 'nothing' {
  switch (word) {
    case 'WORKDIR':
      return { do: 'workdir', path: rest[0]! };
    case 'RUN':
      return { do: 'run', command: rest.join(' ') };
    case 'ENV': {
      const [name = '', value = ''] = rest.join(' ').split('=');
      return { do: 'env', name, value };
    }
    case 'COPY': {
      const from = /^--from=(.+)$/.exec(rest[0] ?? '')?.[1];
      const paths = from === undefined ? rest : rest.slice(1);
      return {
        do: 'copy',
        ...(from !== undefined && { from }),
        sources: paths.slice(0, -1),
        target: paths.at(-1)!,
      };
    }
    case 'USER':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'CMD':
      return 'nothing';
    default:
      throw new Error(`not understood here: ${word}`);
  }
}

/** Whether a file of the context comes to the builder: the last line of a .dockerignore that matches says. */
export function isSent(ignore: string, path: string): boolean {
  let sent = true;
  for (const line of ignore.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const isBack = line.startsWith('!');
    const pattern = isBack ? line.slice(1) : line;
    if (pattern === '*' || path === pattern || path.startsWith(`${pattern}/`)) sent = isBack;
  }
  return sent;
}
