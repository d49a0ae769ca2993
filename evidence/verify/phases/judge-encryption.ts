import type { ExportedRuns } from '../secrecy/exported.ts';
import type { Planted } from '../secrecy/planted.ts';
import type { Verdicts } from '../verdict.ts';
import type { Replayed } from './recorded.ts';

/** Something that was looked through. */
export interface Place {
  readonly name: string;
  readonly bytes: number;
  /** Binary values, and how many compressed things were in them. */
  readonly blobs: number;
  readonly unpacked: number;
  readonly note: string;
  /** What must be unreadable and was found. */
  readonly found: readonly string[];
  /** How many of the texts that may be read were found. */
  readonly readable: number;
}

export interface EncryptionEvidence {
  readonly planted: readonly (Planted & { readonly problem?: string })[];
  /** The sweeps of each account, started by schedules that were made before the rotations. */
  readonly swept: readonly Replayed[];
  readonly exported: ExportedRuns;
  readonly places: readonly Place[];
  /** How much there is that must be unreadable, and how much that may be read. */
  readonly hidden: number;
  readonly readable: number;
  /** How many of the canaries that the service keeps are in the decrypted histories. */
  readonly kept: { readonly found: number; readonly of: number };
  /** The same places, after all of it was written in plain text. */
  readonly controls: readonly Place[];
  /** Runs of the load in which something is encrypted with the first key. */
  readonly replayed: readonly Replayed[];
  /** The orders with canaries, by the key under which they began: with every key, and without the first. */
  readonly withAll: readonly Replayed[];
  readonly withoutFirst: readonly Replayed[];
  /** What the API decrypts for a client with an API key, and the status for one without. */
  readonly codec: { readonly decrypted: string; readonly strangers: number };
}

/** Nothing is readable that must not be, the search would have found it, and keys can be rotated. */
export function judgeEncryption(evidence: EncryptionEvidence, verdicts: Verdicts): void {
  judgeRotation(evidence, verdicts);
  judgeSecrecy(evidence, verdicts);
}

const last = 'k3';

function judgeRotation(evidence: EncryptionEvidence, verdicts: Verdicts): void {
  const part = 'rotation of keys';
  const { planted, exported, replayed, withAll, withoutFirst } = evidence;
  for (const { began, id, problem } of planted) {
    const keys = keysOf(exported, id);
    const isGood = problem === undefined && keys.has(began) && keys.has(last);
    const seen = problem ?? `captured, with payloads of ${[...keys].sort().join(', ')}`;
    verdicts.add(part, `an order that began under ${began} goes on to its end under ${last}`, isGood, seen);
  }
  const orders = [...new Set(exported.runs.map(({ orderId }) => orderId))];
  const several = orders.filter((id) => keysOf(exported, id).size > 1).length;
  const seen = `${several} of ${orders.length} have payloads of more than one key`;
  verdicts.add(part, 'orders go on over a rotation', several > planted.length, seen);

  const stuck = evidence.swept.filter(({ error }) => error !== undefined);
  const done = evidence.swept.map(({ name }) => name).join(', ');
  const isSwept = evidence.swept.length > 0 && stuck.length === 0;
  verdicts.add(part, 'sweeps that schedules start run to their end', isSwept, stuck[0]?.error ?? done);

  const late = [...exported.late].map(([key, count]) => `${key} ${count}`).join(', ');
  const isOnly = exported.late.size === 1 && exported.late.has(last);
  verdicts.add(
    part,
    `what comes after the last restart is encrypted with ${last}`,
    isOnly,
    late || 'nothing came',
  );

  const broken = [...replayed, ...withAll].filter(({ error }) => error !== undefined);
  const good = `${replayed.length} runs of the load, and the orders of ${withAll.map(({ name }) => name).join(', ')}`;
  const isGood = replayed.length > 0 && withAll.length > 0 && broken.length === 0;
  verdicts.add(part, 'histories of the first key replay with all three', isGood, broken[0]?.error ?? good);
  const [first] = withoutFirst;
  const why = first?.error === undefined ? 'it does' : `${first.error.slice(0, 80)} …`;
  verdicts.add(part, 'and not without the first: the check can fail', first?.error !== undefined, why);
}

function judgeSecrecy(evidence: EncryptionEvidence, verdicts: Verdicts): void {
  const part = 'what can be read';
  const { exported, places, hidden, readable, kept, controls, codec, planted } = evidence;
  const odd = [...exported.readable.keys()].filter((path) => !isReadable(path));
  const plain = [...exported.readable.values()].reduce((sum, count) => sum + count, 0);
  verdicts.add(
    part,
    'every payload in exported histories is encrypted, but for search attributes and marks of the SDK',
    odd.length === 0 && exported.encrypted > 0,
    odd[0] ?? `${exported.encrypted} are, ${plain} are such`,
  );
  for (const place of places) {
    const says = `${place.name}: none of ${hidden} canaries and secrets, in any form`;
    verdicts.add(part, says, place.found.length === 0 && place.bytes > 0, place.found[0] ?? sizeOf(place));
  }
  const isThere = kept.found === kept.of;
  const seenOfKept = `${kept.found} of ${kept.of}`;
  verdicts.add(
    part,
    'what the service keeps of them is in the histories, once decrypted',
    isThere,
    seenOfKept,
  );
  // Logs have ids and no references.
  for (const { name, readable: found } of places.filter(({ name }) => !name.startsWith('logs'))) {
    const seen = `${found} of ${readable}`;
    verdicts.add(part, `${name}: ids and references, which may be read, are found`, found === readable, seen);
  }
  for (const { name, found } of controls) {
    const seen = `${found.length} of ${hidden}`;
    const says = `written in plain text, all of them are found in ${name}: the check can fail`;
    verdicts.add(part, says, found.length === hidden, seen);
  }
  const [first] = planted;
  const isAnswered =
    first !== undefined && codec.decrypted.includes(first.reference) && codec.strangers === 401;
  const answers = `${codec.decrypted.length} characters; without a key ${codec.strangers}`;
  verdicts.add(
    part,
    'the API decrypts what the first key has encrypted, for whoever has an API key',
    isAnswered,
    answers,
  );
}

function keysOf({ runs }: ExportedRuns, order: string): Set<string> {
  return new Set(runs.filter(({ orderId }) => orderId === order).flatMap(({ keys }) => [...keys]));
}

/** Search attributes, which the server must read, and markers, which the SDK writes itself. */
function isReadable(path: string): boolean {
  return /\.searchAttributes\.indexedFields\.\w+$|\.markerRecordedEventAttributes\.details\.(data|patch-data)\./.test(
    path,
  );
}

function sizeOf({ bytes, blobs, unpacked, note }: Place): string {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB looked through`;
  return note === ''
    ? size
    : `${size}, ${blobs} binary values (${note}); ${unpacked} looked compressed and were unpacked`;
}
