import * as zlib from 'node:zlib';

/** What is compressed anywhere in these bytes, unpacked: by zlib and gzip, and by zstd where this Node has it. */
export function unpack(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 < bytes.length; at++) {
    const open = openerOf(bytes, at);
    if (!open) continue;
    try {
      const inside = open(bytes.subarray(at));
      if (inside.length >= least) found.push(inside);
    } catch {
      // Those two bytes may well be by chance.
    }
  }
  return found;
}

// What comes of chance is shorter.
const least = 16;

type Opener = (bytes: Buffer) => Buffer;

// What is cut off is unpacked as far as it goes.
const inflate: Opener = (bytes) => zlib.inflateSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
// Its own reader fails on trailing bytes; without flags the head has ten bytes.
const gunzip: Opener = (bytes) =>
  zlib.inflateRawSync(bytes.subarray(10), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
// Of Node 22.15 and newer.
const { zstdDecompressSync: unzstd } = zlib as { zstdDecompressSync?: Opener };

function openerOf(bytes: Buffer, at: number): Opener | undefined {
  const first = bytes[at];
  // Deflate with a window of 32 KiB, and a header that divides by 31.
  if (first === 0x78) return bytes.readUInt16BE(at) % 31 === 0 ? inflate : undefined;
  if (first === 0x1f) return bytes.readUInt32BE(at) === 0x1f8b0800 ? gunzip : undefined;
  if (first === 0x28) return bytes.readUInt32BE(at) === 0x28b52ffd ? unzstd : undefined;
  return undefined;
}
