import { ECDH } from "node:crypto";
import { isEd25519Point } from "../../ed25519-point.js";
import { ed25519PublicKey, p256PublicKey } from "../../spki.js";
import { type Finding, trouble } from "./finding.js";
import { isUsable } from "./supported.js";

/**
 * A public key without a frame: 32 bytes of Ed25519, or a point of P-256 in 65 bytes or, compressed, in 33. There is no
 * such form for private keys, since nothing tells them from any other 32 bytes.
 *
 * @returns `undefined` where length and first byte fit none of them
 */
export function readRaw(bytes: Uint8Array): Finding | undefined {
  const [first] = bytes;
  if (bytes.length === 32) {
    if (isEd25519Point(bytes)) return { kind: "public", publicKey: ed25519PublicKey(bytes) };
    return trouble("32 bytes that are no usable Ed25519 public key");
  }
  const isPoint = (bytes.length === 33 && (first === 2 || first === 3)) || (bytes.length === 65 && first === 4);
  if (!isPoint) return undefined;
  const spki = p256PublicKey(uncompressed(bytes).subarray(1));
  return isUsable(spki)
    ? { kind: "public", publicKey: spki }
    : trouble(`${bytes.length} bytes that are no P-256 point`);
}

function uncompressed(point: Uint8Array): Uint8Array {
  if (point.length === 65) return point;
  try {
    const whole = ECDH.convertKey(point, "prime256v1", undefined, undefined, "uncompressed") as Buffer;
    return new Uint8Array(whole);
  } catch {
    // Half of all x have no y.
    return new Uint8Array(0);
  }
}

/** Bytes written as hexadecimal digits or base64, both alphabets; `undefined` where the text is neither. */
export function decodeText(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s/g, "");
  if (compact === "") return undefined;
  if (/^([0-9A-Fa-f]{2})+$/.test(compact)) return new Uint8Array(Buffer.from(compact, "hex"));
  // The decoder takes both alphabets.
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(compact) ? new Uint8Array(Buffer.from(compact, "base64")) : undefined;
}
