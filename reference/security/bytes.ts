/** Whether two byte strings are equal. Not for secrets: the time it takes depends on the bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A copy in memory of its own, as a plain `Uint8Array`. Not `bytes.slice()`: that of Node's `Buffer`, which is a
 * Uint8Array too, is a view of the same memory.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Negative, zero or positive as `a` sorts before, with or behind `b`, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as lower-case hexadecimal digits, two a byte. */
export function toHexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) text += PAIRS[bytes[i] as number];
  return text;
}

/** Bytes of hexadecimal digits; what is no digit counts as zero, so only for constants of this layer. */
export function fromHexadecimal(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The unsigned integer that `bytes` is, most significant byte first. */
export function bigEndian(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHexadecimal(bytes)}`);
}

/** The unsigned integer that `bytes` is, least significant byte first. */
export function littleEndian(bytes: Uint8Array): bigint {
  return bigEndian(copyOf(bytes).reverse());
}

/** `value` in `length` bytes, most significant byte first. @param value below 256 to the power of `length` */
export function bigEndianBytes(value: bigint, length: number): Uint8Array {
  return fromHexadecimal(value.toString(16).padStart(2 * length, "0"));
}
