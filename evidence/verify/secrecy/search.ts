import { Automaton } from './automaton.ts';
import { unpack } from './unpack.ts';

/** Something to look for. */
export interface Needle {
  /** What it is, for people. */
  readonly what: string;
  readonly bytes: Buffer;
}

/** Looks for needles in any of their forms: as they are, as hex, and as base64 wherever they begin in it. */
export class Search {
  /** How much was searched. */
  bytes = 0;
  /** Binary values of a dump among it. */
  blobs = 0;
  /** How many compressed values were in them. */
  unpacked = 0;
  readonly #automaton: Automaton;
  readonly #forms: readonly (Form & { readonly needle: Needle })[];
  readonly #found = new Map<Needle, Map<string, number>>();

  constructor(needles: readonly Needle[]) {
    this.#forms = needles.flatMap((needle) => formsOf(needle.bytes).map((form) => ({ needle, ...form })));
    this.#automaton = new Automaton(this.#forms.map(({ bytes }) => bytes));
  }

  /** Searches a text, the binary values that a dump of PostgreSQL has in it, and the compressed values in these. */
  look(text: Buffer): void {
    this.bytes += text.length;
    this.#run(text);
    for (const blob of blobsIn(text)) {
      this.blobs += 1;
      this.#run(blob);
      for (const inside of unpack(blob)) {
        this.unpacked += 1;
        this.#run(inside);
      }
    }
  }

  /** The needles that were found, each with its forms and how often. */
  found(among: readonly Needle[]): string[] {
    return among.flatMap((needle) => {
      const counts = this.#found.get(needle);
      if (!counts) return [];
      return [`${needle.what}: ${[...counts].map(([as, count]) => `${as} ${count}`).join(', ')}`];
    });
  }

  #run(bytes: Uint8Array): void {
    this.#automaton.run(bytes, (pattern) => {
      const { needle, as } = this.#forms[pattern]!;
      const counts = this.#found.get(needle) ?? new Map<string, number>();
      this.#found.set(needle, counts.set(as, (counts.get(as) ?? 0) + 1));
    });
  }
}

interface Form {
  readonly as: string;
  readonly bytes: Buffer;
}

function formsOf(bytes: Buffer): Form[] {
  const hex = bytes.toString('hex');
  const written = [0, 1, 2].flatMap((before) => base64Of(bytes, before));
  // Many have no letter in which the forms differ.
  const texts = new Map([
    ...written.map((text) => [text, 'base64'] as const),
    [hex.toUpperCase(), 'hex'] as const,
    [hex, 'hex'] as const,
  ]);
  return [{ as: 'plain', bytes }, ...[...texts].map(([text, as]) => ({ as, bytes: Buffer.from(text) }))];
}

/** The base64 text of these bytes within a longer value, with `before` bytes of a group of three in front of them. */
function base64Of(bytes: Buffer, before: number): string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}

/** The binary values of a dump of PostgreSQL: it writes them in hex after a mark. */
function* blobsIn(text: Buffer): Generator<Buffer> {
  const mark = '\\x';
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
    let end = at + mark.length;
    while (isHex(text[end])) end += 1;
    const blob = Buffer.from(text.toString('latin1', at + mark.length, end), 'hex');
    if (blob.length > 0) yield blob;
  }
}

function isHex(byte = 0): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}
