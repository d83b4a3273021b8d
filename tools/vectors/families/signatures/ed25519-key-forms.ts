import { bitString, ecSpki, element, identifiers, nothing, objectIdentifier, sequence } from "../../building/der.js";
import { fromHex, join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { effects } from "./cases.js";
import { badKey, usual } from "./ed25519-drafts.js";

/** SPKI of every form but the one of the table. */
export function keyForms(parent: Draft): readonly Draft[] {
  const point = usual.key.slice(12);
  const oid = objectIdentifier(identifiers.ed25519);
  const forms: readonly (readonly [string, Uint8Array, string])[] = [
    ["empty", new Uint8Array(), "The key is empty."],
    ["raw", point, "The key is the bare 32 bytes, without the algorithm."],
    ["prefix-alone", usual.key.slice(0, 12), "The key ends where its point should begin."],
    ["short-point", sequence(sequence(oid), bitString(point.slice(1))), "The point has 31 bytes."],
    ["long-point", sequence(sequence(oid), bitString(join(point, Uint8Array.of(0)))), "The point has 33 bytes."],
    ["trailing-byte", join(usual.key, Uint8Array.of(0)), "A byte follows the key."],
    ["trailing-null", join(usual.key, Uint8Array.of(5, 0)), "A NULL follows the key."],
    ["cut", usual.key.slice(0, -1), "The last byte of the key is missing."],
    [
      "parameters-null",
      sequence(sequence(oid, nothing), bitString(point)),
      "The algorithm has parameters, which Ed25519 has not.",
    ],
    ["unused-bits", sequence(sequence(oid), bitString(point, 1)), "The bit string claims a bit less than its bytes."],
    [
      "octet-string",
      sequence(sequence(oid), element(0x04, Uint8Array.of(0), point)),
      "The point stands in a string of octets.",
    ],
    [
      "long-length",
      join(fromHex("30812a"), usual.key.slice(2)),
      "The outer length takes two bytes, and one is enough.",
    ],
    [
      "indefinite-length",
      join(fromHex("3080"), usual.key.slice(2), fromHex("0000")),
      "The outer length is indefinite, which DER never is.",
    ],
    [
      "x25519",
      sequence(sequence(objectIdentifier("2b656e")), bitString(point)),
      "The algorithm is X25519, which signs nothing.",
    ],
    ["ed448", sequence(sequence(objectIdentifier("2b6571")), bitString(point)), "The algorithm is Ed448."],
    ["p256", testKey("ecdsa-p256-publisher").spki, "The key is one of P-256."],
    ["rsa", testKey("rsa-2048-publisher").spki, "The key is one of RSA."],
    ["ec-identifiers", ecSpki(point), "The algorithm is that of curves in Weierstrass form."],
  ];
  return forms.map(([name, key, why]) =>
    badKey(parent, {
      id: `key-form/${name}`,
      mutator: "replace-key",
      settings: { key: toHex(key).slice(0, 64) },
      changed: { key },
      why: `${why} It has not exactly the 44 bytes of the table.`,
      effect: effects.keySpelling,
    }),
  );
}
