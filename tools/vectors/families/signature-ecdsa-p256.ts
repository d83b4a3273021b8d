import { integer, sequence } from "../building/der.js";
import { bigEndian, flipped, hash, join, sha256 } from "../building/octets.js";
import {
  joinP256Signature,
  multiplyP256,
  p256Base,
  p256Order,
  signP256,
  signP256Digest,
} from "../building/p256-arithmetic.js";
import type { Draft, Family } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { effects, otherAlgorithms, type Triple } from "./signatures/cases.js";
import { bounds } from "./signatures/p256-bounds.js";
import { half, invalid, publisherScalar, rOf, smallS, sOf, spkiOf, usual } from "./signatures/p256-drafts.js";
import { keyForms } from "./signatures/p256-key-forms.js";
import { type Rights, right } from "./signatures/p256-right.js";

function wrongBytes({ usual: parent, smallS: shortS }: Rights): readonly Draft[] {
  const { signature, message } = usual;
  const [r, s] = [rOf(usual), sOf(usual)];
  const der = sequence(integer(r), integer(s));
  const lengths: readonly (readonly [string, Uint8Array, string, string])[] = [
    ["empty", new Uint8Array(), "It is empty.", effects.crash],
    ["r-alone", signature.slice(0, 32), "It ends behind r.", effects.crash],
    ["63-bytes", signature.slice(0, 63), "Its last byte is missing.", effects.crash],
    ["65-bytes", join(signature, Uint8Array.of(0)), "A byte follows it.", effects.malleable],
    ["zero-before", join(Uint8Array.of(0), signature), "A zero stands before it.", effects.malleable],
    ["wide", join(bigEndian(r, 33), bigEndian(s, 33)), "r and s have 33 bytes each.", effects.malleable],
    ["wider", join(bigEndian(r, 48), bigEndian(s, 48)), "r and s have 48 bytes each.", effects.malleable],
    ["der", der, "It is written as DER.", effects.malleable],
    ["twice", join(signature, signature), "It is there twice.", effects.malleable],
  ];
  const scalar = publisherScalar();
  const digest = (name: string): Uint8Array => {
    const made = signP256Digest(scalar, hash(name, message));
    return joinP256Signature(made.r, made.s);
  };
  const values: readonly (readonly [string, string, Partial<Triple>, string, string])[] = [
    ["changed/bit-of-r", "flip", { signature: flipped(signature, 31, 1) }, "One bit of r is another.", effects.altered],
    ["changed/bit-of-s", "flip", { signature: flipped(signature, 63, 1) }, "One bit of s is another.", effects.altered],
    [
      "changed/bit-of-message",
      "flip",
      { message: flipped(message, 0, 1) },
      "One bit of the message is another.",
      effects.altered,
    ],
    [
      "changed/message-shorter",
      "shorten",
      { message: message.slice(0, -1) },
      "The message lacks its last byte.",
      effects.altered,
    ],
    [
      "changed/message-longer",
      "lengthen",
      { message: join(message, Uint8Array.of(0)) },
      "The message has one byte more.",
      effects.altered,
    ],
    [
      "changed/other-key",
      "replace-key",
      { key: testKey("ecdsa-p256-stranger").spki },
      "Another key is asked whether it signed.",
      effects.forged,
    ],
    [
      "changed/key-negated",
      "replace-key",
      { key: spkiOf(multiplyP256(p256Order - scalar, p256Base)) },
      "The key is the negative of the one that signed.",
      effects.forged,
    ],
    [
      "changed/swapped",
      "swap",
      { signature: joinP256Signature(s, r > half ? p256Order - r : r) },
      "s stands before r.",
      effects.split,
    ],
    [
      "changed/little-endian",
      "reverse",
      { signature: littleEndianHalves(signature) },
      "r and s are written little-endian.",
      effects.split,
    ],
    [
      "digest/sha-1",
      "other-digest",
      { signature: digest("sha1") },
      "The message was digested with SHA-1.",
      effects.downgrade,
    ],
    [
      "digest/sha-512",
      "other-digest",
      { signature: digest("sha512") },
      "The message was digested with SHA-512.",
      effects.downgrade,
    ],
    [
      "digest/sha-384",
      "other-digest",
      { signature: digest("sha384") },
      "The message was digested with SHA-384.",
      effects.downgrade,
    ],
    [
      "digest/twice",
      "other-digest",
      { signature: signP256(scalar, sha256(message)) },
      "The message was digested twice.",
      effects.split,
    ],
    [
      "digest/message-itself",
      "other-digest",
      { signature: plainMessage(scalar, message) },
      "The message was signed without a digest.",
      effects.forged,
    ],
  ];
  return [
    ...lengths.map(([name, bytes, why, effect]) =>
      invalid(parent, {
        id: `length/${name}`,
        mutator: "replace-signature",
        settings: { length: bytes.length },
        changed: { signature: bytes },
        why: `${why} A signature is r and s, 32 bytes each.`,
        effect,
      }),
    ),
    invalid(shortS, {
      id: "length/der-of-short-s",
      mutator: "replace-signature",
      settings: { s: "1" },
      changed: { signature: sequence(integer(rOf(smallS)), integer(sOf(smallS))) },
      why: "It is written as DER, where an s of 1 takes one byte. A signature is r and s, 32 bytes each.",
      effect: effects.malleable,
    }),
    ...values.map(([id, mutator, changed, why, effect]) => invalid(parent, { id, mutator, changed, why, effect })),
  ];
}

function littleEndianHalves(signature: Uint8Array): Uint8Array {
  return join(signature.slice(0, 32).reverse(), signature.slice(32).reverse());
}

function plainMessage(scalar: bigint, message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(32);
  padded.set(message.subarray(0, 32), 32 - Math.min(32, message.length));
  const { r, s } = signP256Digest(scalar, padded);
  return joinP256Signature(r, s);
}

/** The ruled ECDSA on P-256. */
export const signatureEcdsaP256: Family = {
  name: "signature-ecdsa-p256",
  drafts: () => {
    const rights = right();
    return [
      ...rights.drafts,
      ...wrongBytes(rights),
      ...bounds(rights),
      ...keyForms(rights.usual),
      ...otherAlgorithms(rights.usual),
    ];
  },
};
