import { crc32 } from "node:zlib";

/** CRC-32/ISO-HDLC of node:zlib, continuing from the checksum of what stands before. @spec format.trailer.crc32 */
export function nodeCrc32(bytes: Uint8Array, previous: number): number {
  return crc32(bytes, previous);
}
