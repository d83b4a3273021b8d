/** The reversed polynomial of CRC-32/ISO-HDLC. */
const POLYNOMIAL = 0xedb88320;
/** Bytes taken in one step. */
const SLICE = 8;

/** SLICE tables of 256 words each: table k holds the effect of a byte that k more bytes follow. */
const TABLES = buildTables();

function buildTables(): Uint32Array {
  const tables = new Uint32Array(SLICE * 256);
  for (let value = 0; value < 256; value += 1) {
    let remainder = value;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ ((remainder & 1) === 0 ? 0 : POLYNOMIAL);
    tables[value] = remainder;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256] as number;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

/** CRC-32/ISO-HDLC of `bytes`, continuing from the checksum of what stands before them; 0 at the start. */
export type Checksum = (bytes: Uint8Array, previous: number) => number;

/**
 * CRC-32/ISO-HDLC of `bytes`, continuing from the checksum of what stands before them. Eight bytes a step, because an
 * index may be 128 MiB long.
 *
 * @param previous checksum of the bytes before; 0 at the start
 * @returns an unsigned 32-bit integer
 * @spec format.trailer.crc32
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let at = 0;
  for (const last = bytes.length - SLICE; at <= last; at += SLICE) {
    const low = crc ^ word(bytes, at);
    const high = word(bytes, at + 4);
    crc =
      (TABLES[1792 + (low & 0xff)] as number) ^
      (TABLES[1536 + ((low >>> 8) & 0xff)] as number) ^
      (TABLES[1280 + ((low >>> 16) & 0xff)] as number) ^
      (TABLES[1024 + (low >>> 24)] as number) ^
      (TABLES[768 + (high & 0xff)] as number) ^
      (TABLES[512 + ((high >>> 8) & 0xff)] as number) ^
      (TABLES[256 + ((high >>> 16) & 0xff)] as number) ^
      (TABLES[high >>> 24] as number);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (TABLES[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
