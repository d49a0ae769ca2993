import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { EncryptionCodec, type EncryptionKeys } from '../../src/temporal/encryption.ts';
import { kinds, type Kind } from './journeys/journey.ts';

/** A recorded run of a workflow. */
export interface Recorded {
  readonly kind: Kind;
  /** The journey, and which of its runs where there are several: `closed-and-reopened.2`. */
  readonly name: string;
  /** The workflow's own, which encrypted payloads are bound to. */
  readonly workflowId: string;
  readonly history: unknown;
}

/** The folder that has one for each kind of history. */
export const historiesFolder = fileURLToPath(new URL('./histories/', import.meta.url));

/** What the histories of the kind `encrypted` are encrypted with: no secret, since they have to be read everywhere. */
export const recordingKeys: EncryptionKeys = {
  current: 'recorded',
  keys: { recorded: Buffer.alloc(32, 'recorded') },
};

/** Every recorded history. */
export function recordedHistories(): Recorded[] {
  return kinds.flatMap((kind) =>
    readdirSync(`${historiesFolder}${kind}`)
      .toSorted()
      .map((file) => recordedIn(kind, file)),
  );
}

/** Replays recorded runs on a bundle; answers, by `kind/name`, what went wrong with each. */
export async function replayRecorded(
  codePath: string,
  recorded: readonly Recorded[] = recordedHistories(),
  keys = recordingKeys,
): Promise<ReadonlyMap<string, Error | undefined>> {
  const dataConverter = { payloadCodecs: [new EncryptionCodec(keys)] };
  const results = Worker.runReplayHistories({ workflowBundle: { codePath }, dataConverter }, recorded);
  const errors = new Map<string, Error | undefined>();
  // One after the other, in their order.
  for await (const { error } of results) {
    const { kind, name } = recorded[errors.size]!;
    errors.set(`${kind}/${name}`, error);
  }
  return errors;
}

interface Started {
  readonly workflowExecutionStartedEventAttributes: { readonly workflowId: string };
}

function recordedIn(kind: Kind, file: string): Recorded {
  const history = JSON.parse(readFileSync(`${historiesFolder}${kind}/${file}`, 'utf8')) as {
    readonly events: [Started];
  };
  const { workflowId } = history.events[0].workflowExecutionStartedEventAttributes;
  return { kind, name: file.replace(/\.json$/, ''), workflowId, history };
}
