import { baseOrder, joinSignature, multiply, signEd25519, torsion } from "../building/ed25519-arithmetic.js";
import { flipped, join, sha256, sha512, toHex, utf8 } from "../building/octets.js";
import type { Draft, Family } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { effects, otherAlgorithms, type Triple } from "./signatures/cases.js";
import { withTorsion } from "./signatures/ed25519-constructed.js";
import { agree, invalid, partsOf, signed, usual, valid } from "./signatures/ed25519-drafts.js";
import { keyForms } from "./signatures/ed25519-key-forms.js";
import { cofactor, encodings, smallOrder } from "./signatures/ed25519-points.js";

function right(): { usual: Draft; drafts: readonly Draft[] } {
  const first = valid({ id: "right/usual", why: "A signature made by RFC 8032 is right." }, usual);
  const drafts = [
    first,
    valid(
      { id: "right/empty-message", why: "A message may be empty." },
      signed(testKey("ed25519-publisher"), utf8("")),
    ),
    valid(
      { id: "right/long-message", why: "A message longer than a block of the hash is hashed whole." },
      signed(testKey("ed25519-publisher"), utf8("fayger ".repeat(200))),
    ),
    valid(
      { id: "right/other-key", why: "Another key signs other bytes." },
      signed(testKey("ed25519-successor"), utf8("the signed bytes")),
    ),
    valid(
      {
        id: "right/r-near-the-prime",
        why: "The last byte of R is ff: without the sign its y begins like the prime, and only the other bytes tell it is smaller.",
      },
      // 70 is the first number for which it is.
      signed(testKey("ed25519-publisher"), utf8("the signed bytes, 70")),
    ),
    ...[63, 64, 127, 128].map((length) =>
      valid(
        {
          id: `right/message-of-${length}-bytes`,
          why: `A message of ${length} bytes, next to a block's end, is right.`,
        },
        signed(testKey("ed25519-publisher"), new Uint8Array(length).fill(0x61)),
      ),
    ),
  ];
  return { usual: first, drafts };
}

function wrongBytes(parent: Draft): readonly Draft[] {
  const { r, s } = partsOf(usual);
  const { signature, message } = usual;
  const lengths: readonly (readonly [string, Uint8Array, string])[] = [
    ["empty", new Uint8Array(), effects.crash],
    ["one-byte", signature.slice(0, 1), effects.crash],
    ["r-alone", signature.slice(0, 32), effects.crash],
    ["63-bytes", signature.slice(0, 63), effects.crash],
    ["65-bytes", join(signature, Uint8Array.of(0)), effects.malleable],
    ["66-bytes", join(signature, Uint8Array.of(0, 0)), effects.malleable],
    ["zero-before", join(Uint8Array.of(0), signature), effects.malleable],
    ["twice", join(signature, signature), effects.malleable],
    ["hexadecimal", utf8(toHex(signature)), effects.split],
  ];
  const other = testKey("ed25519-stranger");
  const secret = testKey("ed25519-publisher").half;
  const plain = secret.algorithm === "ed25519" ? secret.secret : new Uint8Array();
  const domain = (flag: number, context: string): Uint8Array =>
    join(utf8("SigEd25519 no Ed25519 collisions"), Uint8Array.of(flag, context.length), utf8(context));
  const values: readonly (readonly [string, string, Partial<Triple>, string, string])[] = [
    [
      "changed/first-bit-of-r",
      "flip",
      { signature: flipped(signature, 0, 1) },
      "One bit of R is another.",
      effects.altered,
    ],
    [
      "changed/sign-of-r",
      "flip",
      { signature: flipped(signature, 31, 0x80) },
      "R has the other sign.",
      effects.altered,
    ],
    [
      "changed/first-bit-of-s",
      "flip",
      { signature: flipped(signature, 32, 1) },
      "S is one more or less.",
      effects.altered,
    ],
    [
      "changed/last-bit-of-message",
      "flip",
      { message: flipped(message, message.length - 1, 1) },
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
    ["changed/message-empty", "empty", { message: new Uint8Array() }, "The message is gone.", effects.altered],
    [
      "changed/other-key",
      "replace-key",
      { key: other.spki },
      "Another key is asked whether it signed.",
      effects.forged,
    ],
    [
      "changed/sign-of-key",
      "flip",
      { key: flipped(usual.key, 43, 0x80) },
      "The key is the negative of the one that signed.",
      effects.forged,
    ],
    [
      "changed/halves-swapped",
      "swap",
      { signature: join(signature.slice(32), signature.slice(0, 32)) },
      "S stands before R.",
      effects.split,
    ],
    [
      "changed/s-big-endian",
      "reverse",
      { signature: join(r, signature.slice(32).reverse()) },
      "S is written big-endian.",
      effects.split,
    ],
    [
      "changed/r-big-endian",
      "reverse",
      { signature: join(signature.slice(0, 32).reverse(), signature.slice(32)) },
      "R is written big-endian.",
      effects.split,
    ],
    [
      "changed/s-negated",
      "negate",
      { signature: joinSignature(r, baseOrder - s) },
      "S is replaced by L − S.",
      effects.altered,
    ],
    [
      "changed/all-zero",
      "fill",
      { signature: new Uint8Array(64) },
      "A signature of zeros proves nothing.",
      effects.forged,
    ],
    [
      "changed/all-ones",
      "fill",
      { signature: new Uint8Array(64).fill(0xff) },
      "A signature of ones proves nothing.",
      effects.forged,
    ],
    [
      "scheme/prehashed",
      "other-scheme",
      { signature: signEd25519(plain, sha512(message), domain(1, "")) },
      "A signature of the scheme Ed25519ph is another scheme's.",
      effects.downgrade,
    ],
    [
      "scheme/context",
      "other-scheme",
      { signature: signEd25519(plain, message, domain(0, "fayger")) },
      "A signature of the scheme Ed25519ctx is another scheme's.",
      effects.downgrade,
    ],
    [
      "scheme/of-the-digest",
      "other-message",
      { signature: signEd25519(plain, sha256(message)) },
      "The digest of the message was signed instead of the message.",
      effects.split,
    ],
  ];
  return [
    ...lengths.map(([name, bytes, effect]) =>
      invalid(parent, {
        id: `length/${name}`,
        mutator: "replace-signature",
        settings: { length: bytes.length },
        changed: { signature: bytes },
        why: `A signature has exactly 64 bytes and not ${bytes.length}.`,
        effect,
      }),
    ),
    ...values.map(([id, mutator, changed, why, effect]) => invalid(parent, { id, mutator, changed, why, effect })),
  ];
}

/** S at L and above, where the equation holds for everybody who reduces it. */
function largeS(parent: Draft): readonly Draft[] {
  const { r, s } = partsOf(usual);
  const most = (2n ** 256n - 1n - s) / baseOrder;
  const large = (id: string, value: bigint, why: string): Draft =>
    invalid(parent, {
      id: `s/${id}`,
      clauses: agree,
      mutator: "replace-s",
      settings: { added_orders: Number((value - s) / baseOrder) },
      changed: { signature: joinSignature(r, value) },
      why,
      effect: effects.malleable,
    });
  return [
    large("plus-order", s + baseOrder, "S + L fulfils the equation, but S must be below L."),
    large("plus-two-orders", s + 2n * baseOrder, "S + 2L fulfils the equation, but S must be below L."),
    large(
      "plus-eight-orders",
      s + 8n * baseOrder,
      "S + 8L sets the highest bit and fulfils the equation, but S must be below L.",
    ),
    large("greatest", s + most * baseOrder, "The greatest S of 32 bytes that fulfils the equation is not below L."),
    invalid(parent, {
      id: "s/order",
      mutator: "replace-s",
      changed: { signature: joinSignature(r, baseOrder) },
      why: "S must be below L, and L is not.",
      effect: effects.split,
    }),
    invalid(parent, {
      id: "s/zero",
      mutator: "replace-s",
      changed: { signature: joinSignature(r, 0n) },
      why: "S of 0 is allowed, and fulfils no equation here.",
      effect: effects.forged,
    }),
    invalid(parent, {
      id: "s/order-less-one",
      mutator: "replace-s",
      changed: { signature: joinSignature(r, baseOrder - 1n) },
      why: "S of L − 1 is allowed, and fulfils no equation here.",
      effect: effects.forged,
    }),
  ];
}

/** The ruled Ed25519. */
export const signatureEd25519: Family = {
  name: "signature-ed25519",
  drafts: () => {
    if (multiply(4n, torsion).y === 1n || withTorsion(0n, 4n).x !== 0n) throw new RangeError("the torsion is wrong");
    const { usual: parent, drafts } = right();
    return [
      ...drafts,
      ...wrongBytes(parent),
      ...largeS(parent),
      ...cofactor(),
      ...smallOrder(parent),
      ...encodings(parent),
      ...keyForms(parent),
      ...otherAlgorithms(parent),
    ];
  },
};
