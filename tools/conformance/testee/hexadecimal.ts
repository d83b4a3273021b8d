import { InputError } from "./input-error.js";

/** Bytes as lower-case hexadecimal. */
export function toHexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Bytes out of lower-case hexadecimal. @throws InputError where the text is none */
export function fromHexadecimal(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new InputError("bytes are not lower-case hexadecimal");
  // A copy: small buffers of Node lie in one pool, and who gets bytes must own them.
  return new Uint8Array(Buffer.from(text, "hex"));
}
