import { bigEndian, fromHex, join } from "./octets.js";

/** One element of DER: tag, shortest length, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(...content);
  return join(Uint8Array.of(tag), shortestLength(body.length), body);
}

function shortestLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = bigEndian(BigInt(length), length < 0x100 ? 1 : 2);
  return join(Uint8Array.of(0x80 | bytes.length), bytes);
}

/** SEQUENCE. */
export function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...members);
}

/** INTEGER of a number that is not negative, in the fewest bytes. */
export function integer(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const bytes = fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  return element(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : join(Uint8Array.of(0), bytes));
}

/** BIT STRING of whole bytes; `unused` is the number of bits that its first byte says are none of its own. */
export function bitString(content: Uint8Array, unused = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unused), content);
}

/** OBJECT IDENTIFIER by the hexadecimal bytes of its content. */
export function objectIdentifier(hexadecimal: string): Uint8Array {
  return element(0x06, fromHex(hexadecimal));
}

/** NULL. */
export const nothing: Uint8Array = element(0x05);

/** Contents of object identifiers. */
export const identifiers = {
  ed25519: "2b6570",
  ecPublicKey: "2a8648ce3d0201",
  p256: "2a8648ce3d030107",
  p384: "2b81040022",
  secp256k1: "2b8104000a",
  rsaEncryption: "2a864886f70d010101",
  rsaPss: "2a864886f70d01010a",
} as const;

/** SPKI of an Ed25519 key. */
export function ed25519Spki(point: Uint8Array): Uint8Array {
  return sequence(sequence(objectIdentifier(identifiers.ed25519)), bitString(point));
}

/** SPKI of a point of a curve, the point in whatever encoding. */
export function ecSpki(point: Uint8Array, curve: string = identifiers.p256): Uint8Array {
  return sequence(sequence(objectIdentifier(identifiers.ecPublicKey), objectIdentifier(curve)), bitString(point));
}

/** SPKI of a point of P-256, coordinates as they are given. */
export function p256Spki(x: bigint, y: bigint): Uint8Array {
  return ecSpki(join(Uint8Array.of(4), bigEndian(x, 32), bigEndian(y, 32)));
}

/** SPKI of an RSA key. */
export function rsaSpki(modulus: bigint, exponent = 65537n): Uint8Array {
  return sequence(
    sequence(objectIdentifier(identifiers.rsaEncryption), nothing),
    bitString(sequence(integer(modulus), integer(exponent))),
  );
}
