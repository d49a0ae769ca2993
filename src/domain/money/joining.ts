import type { HeldMovement, Movement, MovementKind, Reading, Settlement } from './payment.ts';

/** The movements of an order by `movementKey`. */
export type Movements = Readonly<Record<string, HeldMovement>>;

/**
 * The keys of the held movements that a read one is the same as under another name, or under its own. Names that reads
 * have shown together are one movement; two different ids of the provider never are, whatever else they share.
 */
export function sameMovements(held: Movements, read: Movement, reading: Reading): readonly string[] {
  // Two entries of one answer are two, whatever names they share.
  const isOther = ({ id }: HeldMovement) =>
    id !== read.id && reading.movements.some((other) => other.kind === read.kind && other.id === id);
  const ofKind = Object.entries(held).filter(([, one]) => one.kind === read.kind && !isOther(one));
  const named = ofKind.filter(([, { id }]) => id === read.id || read.aliases?.includes(id));
  if (named.some(([, { id }]) => id === read.id)) return keysOf(named);
  const known = ofKind.filter(([, { aliases }]) => aliases?.includes(read.id));
  // An alias of several movements says nothing about which of them this is.
  if (known.length === 1) return [...new Set(keysOf([...named, ...known]))];
  if (named.length > 0) return keysOf(named);
  return keysOf(read.isUnnamed ? theOnlyOne(ofKind, read, reading) : unnamedOf(ofKind, read, reading));
}

/** An entry without an id is the only one of its group with an id, or without a group the only one there is. */
function theOnlyOne(ofKind: Entries, read: Movement, { movements }: Reading): Entries {
  const isAlone = isTheOnlyOne(read, movements);
  const others = ofKind.filter(([, { isUnnamed }]) => !isUnnamed);
  const candidates =
    read.group === undefined
      ? isAlone
        ? others.filter(([, { status }]) => !isNextAttempt(status, read))
        : []
      : others.filter(([, { group }]) => group === read.group);
  return candidates.length === 1 ? candidates : [];
}

/** The entry of this group that had no id before; without a group, the only one there was if this is the only one there is. */
function unnamedOf(ofKind: Entries, read: Movement, { movements }: Reading): Entries {
  const { group } = read;
  const candidates = ofKind.filter(([, held]) => held.isUnnamed && held.group === group);
  const isMeant = group !== undefined || (ofKind.length === 1 && isTheOnlyOne(read, movements));
  return isMeant ? candidates : [];
}

function isTheOnlyOne({ kind }: Movement, movements: readonly Movement[]): boolean {
  return movements.filter((other) => other.kind === kind).length === 1;
}

/** What waits after an attempt that failed, and names neither id nor group, is more likely the next one than an older copy. */
function isNextAttempt(held: Settlement, read: Movement): boolean {
  return (
    read.kind === 'authorization' && read.status === 'pending' && held !== 'pending' && held !== 'approved'
  );
}

/** The id under which joined movements are held: that which is no alias and no stand-in for one. */
export function joinedId(held: readonly HeldMovement[], read: Movement): string {
  const knows = held.find(({ id, aliases }) => id !== read.id && aliases?.includes(read.id));
  if (knows) return knows.id;
  return (read.isUnnamed && held.find(({ isUnnamed }) => !isUnnamed)?.id) || read.id;
}

/** All other names of a movement that was joined, in a fixed order. */
export function joinedAliases(
  id: string,
  parts: readonly Movement[],
): { readonly aliases?: readonly string[] } {
  const names = parts.flatMap((part) => [...(part.isUnnamed ? [] : [part.id]), ...(part.aliases ?? [])]);
  const aliases = [...new Set(names)].filter((name) => name !== id).toSorted();
  return aliases.length > 0 ? { aliases } : {};
}

/** The movement of one kind that goes by this id, or by it as its alias where no other does. */
export function movementNamed(
  movements: Movements,
  kind: MovementKind,
  id: string,
): HeldMovement | undefined {
  const own = Object.values(movements).filter((held) => held.kind === kind);
  const known = own.filter(({ aliases }) => aliases?.includes(id));
  return own.find((held) => held.id === id) ?? (known.length === 1 ? known[0] : undefined);
}

type Entries = readonly (readonly [string, HeldMovement])[];

function keysOf(entries: Entries): readonly string[] {
  return entries.map(([key]) => key);
}
