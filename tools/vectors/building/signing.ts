import type { TestKey } from "../corpus/keys.js";
import { signEd25519 } from "./ed25519-arithmetic.js";
import { sha256, utf8 } from "./octets.js";
import { signP256 } from "./p256-arithmetic.js";
import { signPss } from "./rsa-arithmetic.js";

const made = new Map<string, Uint8Array>();

/**
 * The signature of a message with a test key, the same on every host: Ed25519 by RFC 8032; ECDSA with the nonce of
 * RFC 6979 and s in the lower half; RSA-PSS with {@link saltFor} as the salt. Signatures are kept, since families sign
 * the same bytes more than once.
 *
 * @spec signatures.signing
 */
export function sign(key: TestKey, message: Uint8Array): Uint8Array {
  const place = `${key.name} ${Buffer.from(sha256(message)).toString("hex")}`;
  const known = made.get(place);
  if (known !== undefined) return known.slice();
  const signature = signWith(key, message);
  made.set(place, signature);
  return signature.slice();
}

function signWith(key: TestKey, message: Uint8Array): Uint8Array {
  const { half } = key;
  if (half.algorithm === "ed25519") return signEd25519(half.secret, message);
  if (half.algorithm === "ecdsa-p256") return signP256(half.scalar, message);
  return signPss(half, message, saltFor(key.text, message));
}

/** The salt of 32 bytes of an RSA-PSS signature: SHA-256 of the key's text, the word `salt`, and the message. */
export function saltFor(text: string, message: Uint8Array): Uint8Array {
  return sha256(utf8(`${text} salt `), message);
}

/** Number of bytes of a signature with this key, known before it is made. @spec signatures.length-first */
export function signatureLength(key: TestKey): number {
  const { half } = key;
  return half.algorithm === "rsa-pss-sha256" ? Math.ceil(half.modulus.toString(16).length / 2) : 64;
}
