import { createHash } from 'node:crypto';
import type { CommandBody, CommandEnvelope, CommandName } from '../workflows/contract/commands.ts';

/** A command for a running order. `key` makes a repeat the same command. */
export interface OrderCommand<Name extends CommandName = CommandName> {
  readonly update: Name;
  readonly key: string;
  readonly body: CommandBody<Name>;
}

/** The envelope of a command: the key is the update id, the hash distinguishes bodies under that key. */
export function envelopeOf<Name extends CommandName>({
  update,
  key,
  body,
}: OrderCommand<Name>): CommandEnvelope<CommandBody<Name>> {
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  return { key: `${update}:${key}`, hash, body };
}
