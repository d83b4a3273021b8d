import { p256Spki } from "../../building/der.js";
import { mod } from "../../building/modular-arithmetic.js";
import { fromBigEndian, sha256, utf8 } from "../../building/octets.js";
import {
  joinP256Signature,
  keyForSignature,
  type P256Point,
  p256Order,
  p256PointOf,
} from "../../building/p256-arithmetic.js";
import { sign } from "../../building/signing.js";
import { type TestKey, testKey } from "../../corpus/keys.js";
import { signatureCases, type Triple } from "./cases.js";

/** Drafts of the family. */
export const { valid, invalid, badKey } = signatureCases(
  "signature-ecdsa-p256",
  "ecdsa-p256",
  "signatures.ecdsa-p256",
  "signatures.spki.ecdsa-p256",
);

/** The anchor beside that of the algorithm, where backends are known to differ. */
export const agree = ["signatures.backends-agree"];

/** The greatest s that counts as low. */
export const half = p256Order / 2n;

/** A right signature of a test key. */
export function signed(key: TestKey, message: Uint8Array): Triple {
  return { key: key.spki, message, signature: sign(key, message) };
}

/** r of a signature. */
export function rOf({ signature }: Triple): bigint {
  return fromBigEndian(signature.subarray(0, 32));
}

/** s of a signature. */
export function sOf({ signature }: Triple): bigint {
  return fromBigEndian(signature.subarray(32));
}

/** The key of a point. */
export function spkiOf(point: P256Point): Uint8Array {
  if (point === undefined) throw new RangeError("the point at infinity is no key");
  return p256Spki(point.x, point.y);
}

/** A right signature with a chosen R and s: the key is made to fit. */
export function fitted(text: string, point: P256Point, s: bigint): Triple {
  const message = utf8(text);
  if (point === undefined) throw new RangeError("R is the point at infinity");
  const r = mod(point.x, p256Order);
  return { key: spkiOf(keyForSignature(point, s, sha256(message))), message, signature: joinP256Signature(r, s) };
}

/** The first point at or behind an x. */
export function pointFrom(x: bigint): NonNullable<P256Point> {
  for (let candidate = x; ; candidate++) {
    const point = p256PointOf(candidate);
    if (point !== undefined) return point;
  }
}

/** The key that most cases use. */
export const publisher = testKey("ecdsa-p256-publisher");

/** What most mutations begin from. */
export const usual = signed(publisher, utf8("the signed bytes"));

/** R whose x lies between n and p, so that r is x − n: a small number. */
export const wrapped = fitted("an x above the order", pointFrom(p256Order + 1n), 12345n);

/** A right signature whose s is 1. */
export const smallS = fitted("the smallest s", pointFrom(7n), 1n);

/** A right signature whose s is the greatest low one. */
export const greatestS = fitted("the greatest s", pointFrom(11n), half);

/** The scalar behind that key. */
export function publisherScalar(): bigint {
  const { half: secret } = publisher;
  if (secret.algorithm !== "ecdsa-p256") throw new TypeError("not a P-256 key");
  return secret.scalar;
}
