/** Whether two byte strings are equal. */
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

/** Byte strings one after the other, in a new buffer. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Bytes as lower-case hexadecimal digits, two a byte. */
export function toHexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** What every object of a class says of itself, whatever a subclass or an object of its own makes of it. */
function intrinsic(prototype: object, name: PropertyKey): (this: unknown) => unknown {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new TypeError(`this engine has no ${String(name)}`);
  return getter;
}

const classOf = intrinsic(TYPED_ARRAY, Symbol.toStringTag);
const bufferOf = intrinsic(TYPED_ARRAY, "buffer") as (this: unknown) => ArrayBuffer;
const startOf = intrinsic(TYPED_ARRAY, "byteOffset") as (this: unknown) => number;
const lengthOf = intrinsic(TYPED_ARRAY, "length") as (this: unknown) => number;
const lengthOfBuffer = intrinsic(ArrayBuffer.prototype, "byteLength");

/**
 * The bytes of an ArrayBuffer, also of one that another frame or context made, of whose class ours knows nothing.
 *
 * @returns `undefined` where it is no ArrayBuffer
 */
export function bytesOfBuffer(value: unknown): Uint8Array | undefined {
  try {
    lengthOfBuffer.call(value);
  } catch {
    return undefined;
  }
  return new Uint8Array(value as ArrayBuffer);
}

/**
 * What somebody else calls bytes, as a plain `Uint8Array` over the same memory: a subclass can say anything about its
 * length and its parts.
 *
 * @returns `undefined` where it is no Uint8Array: also for a proxy of one, and for an object that only inherits from it
 * @spec loader.source.untrusted
 */
export function plainBytes(value: unknown): Uint8Array | undefined {
  if (!ArrayBuffer.isView(value) || classOf.call(value) !== "Uint8Array") return undefined;
  return new Uint8Array(bufferOf.call(value), startOf.call(value), lengthOf.call(value));
}
