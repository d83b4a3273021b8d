import { createHash, createHmac } from "node:crypto";

/** SHA-256 of several pieces, one after the other. */
export function sha256(...pieces: readonly Uint8Array[]): Uint8Array {
  return hash("sha256", ...pieces);
}

/** SHA-512 of several pieces, one after the other. */
export function sha512(...pieces: readonly Uint8Array[]): Uint8Array {
  return hash("sha512", ...pieces);
}

/** Digest of several pieces by the name that the host gives the algorithm, for signatures that use the wrong one. */
export function hash(algorithm: string, ...pieces: readonly Uint8Array[]): Uint8Array {
  const state = createHash(algorithm);
  for (const piece of pieces) state.update(piece);
  return Uint8Array.from(state.digest());
}

/** HMAC with SHA-256. */
export function hmacSha256(key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array {
  const state = createHmac("sha256", key);
  for (const piece of pieces) state.update(piece);
  return Uint8Array.from(state.digest());
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "utf8"));
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Bytes of a hexadecimal text; blanks are for the eye. Throws where it is none. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(" ", "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new TypeError(`not hexadecimal: ${text}`);
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Several pieces as one. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}

/** An unsigned integer as big-endian bytes of a fixed length. Throws where it does not fit. */
export function bigEndian(value: bigint, length: number): Uint8Array {
  if (value < 0n || value >> BigInt(8 * length) !== 0n) throw new RangeError(`${value} does not fit ${length} bytes`);
  return fromHex(length === 0 ? "" : value.toString(16).padStart(2 * length, "0"));
}

/** An unsigned integer as little-endian bytes of a fixed length. Throws where it does not fit. */
export function littleEndian(value: bigint, length: number): Uint8Array {
  return bigEndian(value, length).reverse();
}

/** The unsigned integer that big-endian bytes stand for. */
export function fromBigEndian(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** The unsigned integer that little-endian bytes stand for. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(Uint8Array.from(bytes).reverse());
}

/** The bytes with one of them changed by exclusive or. */
export function flipped(bytes: Uint8Array, at: number, bits: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ bits : byte));
}

/**
 * As many bytes as wanted out of a text: SHA-256 of the text is the seed, and block i of the stream is SHA-256 of the
 * seed and i as four big-endian bytes.
 */
export function stream(text: string, length: number): Uint8Array {
  const seed = sha256(utf8(text));
  const blocks: Uint8Array[] = [];
  for (let index = 0; index * 32 < length; index++) blocks.push(sha256(seed, bigEndian(BigInt(index), 4)));
  return join(...blocks).slice(0, length);
}
