import { bigEndian, join, sha256 } from "./octets.js";

// Header, trailer and checksum, with any field as it should not be.

/** Bytes of header and trailer. @spec format.header format.trailer */
export const sizes = { header: 48, trailer: 44, both: 92 } as const;

/** Where the fields of the header begin, and their bytes. */
export const headerFields = {
  magic: { at: 0, size: 4 },
  format_major: { at: 4, size: 2 },
  format_minor: { at: 6, size: 2 },
  flags: { at: 8, size: 4 },
  reserved: { at: 12, size: 4 },
  manifest_offset: { at: 16, size: 8 },
  manifest_length: { at: 24, size: 8 },
  section_index_offset: { at: 32, size: 8 },
  section_index_length: { at: 40, size: 8 },
} as const;

/** Fields of the header that do not have the value they should have. */
export type HeaderValues = { readonly [Field in keyof typeof headerFields]?: number | bigint };

/** Fields of the trailer that do not have the value they should have. */
export interface TrailerValues {
  readonly total_length?: number | bigint;
  readonly manifest_digest?: Uint8Array;
  readonly crc32?: number;
}

/** The header of parts of these lengths. @spec format.header format.header.flags */
export function headerBytes(
  lengths: { readonly manifest: number; readonly index: number },
  isSigned: boolean,
  faults: HeaderValues,
): Uint8Array {
  const values = {
    magic: 0x42554600,
    format_major: 1,
    format_minor: 0,
    flags: isSigned ? 1 : 0,
    reserved: 0,
    manifest_offset: sizes.header,
    manifest_length: lengths.manifest,
    section_index_offset: sizes.header + lengths.manifest,
    section_index_length: lengths.index,
    ...faults,
  };
  const fields = Object.keys(headerFields) as (keyof typeof headerFields)[];
  return join(...fields.map((field) => bigEndian(BigInt(values[field]), headerFields[field].size)));
}

/** The trailer; the checksum covers what the other fields say. @spec format.trailer format.trailer.crc32 */
export function trailerBytes(
  of: { readonly size: number; readonly manifest: Uint8Array; readonly header: Uint8Array; readonly index: Uint8Array },
  faults: TrailerValues,
): Uint8Array {
  const digest = faults.manifest_digest ?? sha256(of.manifest);
  const front = join(bigEndian(BigInt(faults.total_length ?? of.size), 8), digest);
  return join(front, bigEndian(BigInt(faults.crc32 ?? crc32(of.header, of.manifest, of.index, front)), 4));
}

/** CRC-32/ISO-HDLC of the pieces one after the other, bit by bit. @spec format.trailer.crc32 */
export function crc32(...pieces: readonly Uint8Array[]): number {
  let register = 0xffffffff;
  for (const piece of pieces)
    for (const byte of piece) {
      register ^= byte;
      for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ ((register & 1) * 0xedb88320);
    }
  return (register ^ 0xffffffff) >>> 0;
}

/** The bytes with `remove` of them at `at` replaced by others. */
export function spliced(
  bytes: Uint8Array,
  at: number,
  remove: number,
  insert: Uint8Array = new Uint8Array(),
): Uint8Array {
  return join(bytes.subarray(0, at), insert, bytes.subarray(at + remove));
}
