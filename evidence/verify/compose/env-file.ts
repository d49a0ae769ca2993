import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComposeService } from './compose.ts';

/**
 * The variables of a service's env files, which lie in `folder`, as Docker Compose hands them on: of two files the later wins.
 * Throws where a required file is missing, and for a line that Compose would read otherwise than it stands there.
 */
export function readEnvFiles(files: ComposeService['env_file'], folder: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { path, required } of files) {
    const file = join(folder, path);
    if (!required && !existsSync(file)) continue;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(isTold)) {
      const [, name, value] = plain.exec(line) ?? [];
      // The line may hold a secret.
      if (name === undefined || value === undefined)
        throw new Error(`${path}: a line is not understood here`);
      variables[name] = value;
    }
  }
  return variables;
}

// Neither quotes nor references, which Compose takes apart.
const plain = /^([A-Za-z_]\w*)=([^\s'"$#\\]*)$/;

function isTold(line: string): boolean {
  return line !== '' && !line.startsWith('#');
}
