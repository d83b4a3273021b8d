import { ed25519Spki } from "../../building/der.js";
import {
  add,
  base,
  baseOrder,
  challenge,
  type EdwardsPoint,
  encode,
  equal,
  expandSecret,
  joinSignature,
  multiply,
  torsion,
} from "../../building/ed25519-arithmetic.js";
import { fromLittleEndian, sha512, utf8 } from "../../building/octets.js";
import { testKey } from "../../corpus/keys.js";
import { SEED_PREFIX } from "../../corpus/seeds.js";
import type { Triple } from "./cases.js";

/** The scalar that stands behind the constructed keys: the one of the publisher. */
export const secretScalar = publisherScalar();

function publisherScalar(): bigint {
  const { half } = testKey("ed25519-publisher");
  if (half.algorithm !== "ed25519") throw new TypeError("not an Ed25519 key");
  return expandSecret(half.secret).scalar;
}

/** A nonce that depends on a text alone. */
export function nonceOf(text: string): bigint {
  return fromLittleEndian(sha512(utf8(`${SEED_PREFIX}nonces/${text}`))) % baseOrder;
}

/** How a signature is put together whose points have parts outside the group of the base point. */
export interface Construction {
  /** Multiple of the point of order 8 that is added to A = [a]B. */
  readonly keyTorsion: bigint;
  /** Multiple of the point of order 8 that is added to R = [r]B. */
  readonly nonceTorsion: bigint;
  /** a; 0 makes a key of small order. */
  readonly scalar: bigint;
  /** r; 0 makes an R of small order. */
  readonly nonce: bigint;
  /** The bytes of A and R where they are not the one encoding of the point. */
  readonly keyBytes?: Uint8Array;
  readonly nonceBytes?: Uint8Array;
  /** Whether the message will do, by the challenge as it stands and reduced. */
  readonly wanted: (challenge: bigint, reduced: bigint) => boolean;
}

/** The first message of a row that gives the challenge wanted, with S = r + k · a, so that all but torsion agrees. */
export function constructed(text: string, construction: Construction): Triple {
  const { keyTorsion, nonceTorsion, scalar, nonce, wanted } = construction;
  const keyBytes = construction.keyBytes ?? encode(withTorsion(scalar, keyTorsion));
  const nonceBytes = construction.nonceBytes ?? encode(withTorsion(nonce, nonceTorsion));
  for (let number = 0; number < 4096; number++) {
    const message = utf8(`${text} ${number}`);
    const whole = challenge(nonceBytes, keyBytes, message);
    const reduced = whole % baseOrder;
    if (!wanted(whole, reduced)) continue;
    const s = (nonce + reduced * scalar) % baseOrder;
    return { key: ed25519Spki(keyBytes), message, signature: joinSignature(nonceBytes, s) };
  }
  throw new RangeError(`no message for ${text}`);
}

/** [scalar]B and a multiple of the point of order 8. */
export function withTorsion(scalar: bigint, multiple: bigint): EdwardsPoint {
  return add(multiply(scalar, base), multiply(multiple, torsion));
}

/** Whether [S]B = R + [k]A holds with the cofactor left out, for points that are given by their parts. */
export function agrees(keyTorsion: bigint, nonceTorsion: bigint): (challenge: bigint, reduced: bigint) => boolean {
  return (_, reduced) => (nonceTorsion + reduced * keyTorsion) % 8n === 0n;
}

/** The eight points whose order divides 8, by the multiple of the point of order 8 and their order. */
export const smallPoints = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((multiple) => ({
  multiple,
  order: multiple === 0n ? 1 : multiple === 4n ? 2 : multiple % 2n === 0n ? 4 : 8,
  point: multiply(multiple, torsion),
}));

/** The multiple of the point of order 8 that a point of small order is. */
export function multipleOf(point: EdwardsPoint): bigint {
  const found = smallPoints.find((entry) => equal(entry.point, point));
  if (found === undefined) throw new RangeError("not a point of small order");
  return found.multiple;
}

/** Names of the eight points by their order. */
export function smallPointName(multiple: bigint): string {
  if (multiple === 0n) return "order-1";
  if (multiple === 4n) return "order-2";
  if (multiple === 2n) return "order-4";
  if (multiple === 6n) return "order-4-negated";
  return (
    ["order-8", "order-8-tripled", "order-8-negated-tripled", "order-8-negated"][[1n, 3n, 5n, 7n].indexOf(multiple)] ??
    ""
  );
}
