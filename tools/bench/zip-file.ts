import { writeFileSync } from "node:fs";
import { crc32 } from "../../reference/loader/crc32.js";

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 56 + 20 + 22;

/** Write a ZIP file of stored entries, with the records that more than 65,535 entries need. */
export function writeZipFile(
  path: string,
  entries: readonly { readonly name: string; readonly body: Uint8Array }[],
): void {
  const names = entries.map(({ name }) => Buffer.from(name));
  const localBytes = entries.reduce((sum, { body }, i) => sum + LOCAL_BYTES + nameBytes(i) + body.length, 0);
  const centralBytes = names.reduce((sum, name) => sum + CENTRAL_BYTES + name.length, 0);
  const file = Buffer.alloc(localBytes + centralBytes + END_BYTES);
  let at = 0;
  let centralAt = localBytes;
  for (const [i, { body }] of entries.entries()) {
    const name = names[i] as Buffer;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(name.length, 22);
    file.writeUInt32LE(0x02014b50, centralAt);
    file.writeUInt16LE(20, centralAt + 4);
    common.copy(file, centralAt + 6);
    file.writeUInt32LE(at, centralAt + 42);
    name.copy(file, centralAt + CENTRAL_BYTES);
    centralAt += CENTRAL_BYTES + name.length;
    file.writeUInt32LE(0x04034b50, at);
    common.copy(file, at + 4);
    name.copy(file, at + LOCAL_BYTES);
    file.set(body, at + LOCAL_BYTES + name.length);
    at += LOCAL_BYTES + name.length + body.length;
  }
  writeEnd(file, centralAt, entries.length, localBytes, centralBytes);
  writeFileSync(path, file);

  function nameBytes(i: number): number {
    return (names[i] as Buffer).length;
  }
}

/** The end of the central directory, in its wide form, its locator, and in its narrow form. */
function writeEnd(file: Buffer, at: number, count: number, directoryAt: number, directoryBytes: number): void {
  file.writeUInt32LE(0x06064b50, at);
  file.writeBigUInt64LE(44n, at + 4);
  file.writeUInt16LE(45, at + 12);
  file.writeUInt16LE(45, at + 14);
  file.writeBigUInt64LE(BigInt(count), at + 24);
  file.writeBigUInt64LE(BigInt(count), at + 32);
  file.writeBigUInt64LE(BigInt(directoryBytes), at + 40);
  file.writeBigUInt64LE(BigInt(directoryAt), at + 48);
  file.writeUInt32LE(0x07064b50, at + 56);
  file.writeBigUInt64LE(BigInt(at), at + 64);
  file.writeUInt32LE(1, at + 72);
  file.writeUInt32LE(0x06054b50, at + 76);
  file.writeUInt16LE(Math.min(count, 0xffff), at + 84);
  file.writeUInt16LE(Math.min(count, 0xffff), at + 86);
  file.writeUInt32LE(directoryBytes, at + 88);
  file.writeUInt32LE(directoryAt, at + 92);
}
