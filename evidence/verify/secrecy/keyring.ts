import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { EncryptionKeys } from '../../../src/temporal/encryption.ts';

/** The encryption keys of a run, in the two files by which an operator hands them to API and worker. */
export interface Keyring {
  /** The keys that a process has when it starts now. */
  readonly keys: EncryptionKeys;
  /** Writes both files: processes that start now encrypt with `current` and know all of `known`. Makes keys that are new. */
  turn(current: string, known: readonly string[]): void;
}

export interface KeyringOptions {
  /** The configuration without encryption, as YAML. */
  readonly config: string;
  readonly configFile: string;
  readonly envFile: string;
}

/** Begins with one key. */
export function openKeyring({ config, configFile, envFile }: KeyringOptions, first: string): Keyring {
  const made = new Map<string, Buffer>();
  let keys: EncryptionKeys;

  function turn(current: string, known: readonly string[]): void {
    for (const id of known) if (!made.has(id)) made.set(id, randomBytes(32));
    const entries = known.map((id) => [id, made.get(id)!] as const);
    keys = { current, keys: Object.fromEntries(entries) };
    const references = entries.map(([id]) => [id, `\${${variableOf(id)}}`]);
    const encryption = { current, keys: Object.fromEntries(references) as Record<string, string> };
    writeFileSync(configFile, `${config}${stringify({ encryption })}`);
    const lines = entries.map(([id, key]) => `${variableOf(id)}=${key.toString('base64')}\n`);
    writeFileSync(envFile, lines.join(''), { mode: 0o600 });
  }

  turn(first, [first]);
  return {
    get keys() {
      return keys;
    },
    turn,
  };
}

function variableOf(id: string): string {
  return `PAYLOAD_KEY_${id.toUpperCase()}`;
}
