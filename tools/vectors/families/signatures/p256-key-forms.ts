import {
  bitString,
  ecSpki,
  element,
  identifiers,
  nothing,
  objectIdentifier,
  p256Spki,
  sequence,
} from "../../building/der.js";
import { fromBigEndian, fromHex, join, toHex, utf8 } from "../../building/octets.js";
import { p256PointOf, p256Prime } from "../../building/p256-arithmetic.js";
import type { Draft } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { effects } from "./cases.js";
import { agree, badKey, pointFrom, usual } from "./p256-drafts.js";

/** The one x whose y is 5: a root of x^3 - 3x + b - 25. */
const smallY = 0xd7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7n;

/** SPKI of every form but the one of the table. */
export function keyForms(parent: Draft): readonly Draft[] {
  const [x, y] = [fromBigEndian(usual.key.subarray(27, 59)), fromBigEndian(usual.key.subarray(59))];
  const point = usual.key.slice(26);
  const coordinates = point.slice(1);
  const small = pointFrom(5n);
  const ec = objectIdentifier(identifiers.ecPublicKey);
  const curve = objectIdentifier(identifiers.p256);
  const forms: readonly (readonly [string, Uint8Array, string])[] = [
    ["empty", new Uint8Array(), "The key is empty."],
    ["raw-point", point, "The key is the bare point, without the algorithm."],
    [
      "compressed",
      ecSpki(join(Uint8Array.of(2 + Number(y & 1n)), coordinates.slice(0, 32))),
      "The point is compressed.",
    ],
    [
      "compressed-other-sign",
      ecSpki(join(Uint8Array.of(3 - Number(y & 1n)), coordinates.slice(0, 32))),
      "The point is compressed, with the other sign.",
    ],
    ["hybrid", ecSpki(join(Uint8Array.of(6 + Number(y & 1n)), coordinates)), "The point is in the hybrid form."],
    ["infinity", ecSpki(Uint8Array.of(0)), "The key is the point at infinity."],
    ["bare-coordinates", ecSpki(coordinates), "The mark 04 before the coordinates is missing."],
    ["not-on-curve", p256Spki(x, y ^ 1n), "The point is not on the curve."],
    ["zero-point", p256Spki(0n, 0n), "The point of zeros is not on the curve."],
    [
      "other-curves-point",
      p256Spki(2n, notOnCurve(2n)),
      "The point lies on a curve with another b, which makes verification leak and lie.",
    ],
    [
      "x-plus-prime",
      p256Spki(small.x + p256Prime, small.y),
      "x is not below the prime; taken modulo it the point would be on the curve.",
    ],
    [
      "y-plus-prime",
      p256Spki(smallY, 5n + p256Prime),
      "y is not below the prime; taken modulo it the point would be on the curve.",
    ],
    ["x-prime", p256Spki(p256Prime, p256PointOf(0n)?.y ?? 0n), "x is the prime, a second spelling of 0."],
    ["y-greatest", p256Spki(x, 2n ** 256n - 1n), "y is not below the prime."],
    ["trailing-byte", join(usual.key, Uint8Array.of(0)), "A byte follows the key."],
    ["trailing-null", join(usual.key, Uint8Array.of(5, 0)), "A NULL follows the key."],
    ["cut", usual.key.slice(0, -1), "The last byte is missing."],
    [
      "unused-bits",
      sequence(sequence(ec, curve), bitString(point, 1)),
      "The bit string claims a bit less than its bytes.",
    ],
    ["no-curve", sequence(sequence(ec), bitString(point)), "The curve is not named."],
    ["curve-null", sequence(sequence(ec, nothing), bitString(point)), "NULL stands in the place of the curve."],
    ["curve-p384", ecSpki(point, identifiers.p384), "The curve is named P-384."],
    ["curve-secp256k1", ecSpki(point, identifiers.secp256k1), "The curve is named secp256k1."],
    [
      "octet-string",
      sequence(sequence(ec, curve), element(0x04, Uint8Array.of(0), point)),
      "The point stands in a string of octets.",
    ],
    [
      "long-length",
      join(fromHex("308159"), usual.key.slice(2)),
      "The outer length takes two bytes, and one is enough.",
    ],
    [
      "indefinite-length",
      join(fromHex("3080"), usual.key.slice(2), fromHex("0000")),
      "The outer length is indefinite, which DER never is.",
    ],
    ["long-x", ecSpki(join(Uint8Array.of(4, 0), coordinates)), "x has 33 bytes."],
    ["hexadecimal", utf8(toHex(usual.key)), "The key is written in hexadecimal."],
    ["ed25519", testKey("ed25519-publisher").spki, "The key is one of Ed25519."],
    ["rsa", testKey("rsa-2048-publisher").spki, "The key is one of RSA."],
  ];
  return forms.map(([name, key, why]) =>
    badKey(parent, {
      id: `key-form/${name}`,
      ...(name.includes("curve") && { clauses: agree }),
      mutator: "replace-key",
      settings: { length: key.length },
      changed: { key },
      why,
      effect: name.includes("on-curve") || name.includes("other-curves") ? effects.weakKey : effects.keySpelling,
    }),
  );
}

/** A y that makes no point of the curve together with an x. */
function notOnCurve(x: bigint): bigint {
  const point = p256PointOf(x);
  return point === undefined || point.y !== 3n ? 3n : 5n;
}
