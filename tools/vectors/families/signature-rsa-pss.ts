import { bitString, identifiers, integer, objectIdentifier, sequence } from "../building/der.js";
import { bitLength } from "../building/modular-arithmetic.js";
import { bigEndian, flipped, fromBigEndian, join, sha256, stream, toHex, utf8 } from "../building/octets.js";
import {
  encodePss,
  type PssVariation,
  type RsaPrivate,
  rsaExponent,
  signEncoded,
  signPss,
} from "../building/rsa-arithmetic.js";
import { saltFor, sign } from "../building/signing.js";
import type { Draft, Family } from "../corpus/family.js";
import { type KeyName, type TestKey, testKey } from "../corpus/keys.js";
import { SEED_PREFIX } from "../corpus/seeds.js";
import { effects, otherAlgorithms, signatureCases, type Triple } from "./signatures/cases.js";
import { rsaKeyForms, rsaKeys } from "./signatures/rsa-key-forms.js";

const cases = signatureCases("signature-rsa-pss", "rsa-pss-sha256", "signatures.rsa-pss", "signatures.spki.rsa");
const { valid, invalid } = cases;

const agree = ["signatures.backends-agree"];
const sizes = [2048, 3072, 4096] as const;
const message = utf8("the signed bytes");

function publisher(bits: (typeof sizes)[number]): TestKey {
  return testKey(`rsa-${bits}-publisher` satisfies KeyName);
}

function secretOf({ half }: TestKey): RsaPrivate {
  if (half.algorithm !== "rsa-pss-sha256") throw new TypeError("not an RSA key");
  return half;
}

function signed(key: TestKey, bytes: Uint8Array): Triple {
  return { key: key.spki, message: bytes, signature: sign(key, bytes) };
}

const owner = publisher(2048);
const secret = secretOf(owner);
const usual = signed(owner, message);

interface Rights {
  readonly usual: Draft;
  /** The usual one of each size. */
  readonly bySize: ReadonlyMap<number, Draft>;
  /** A signature that begins with a zero byte, and one to which the modulus can be added. */
  readonly short: Draft;
  readonly small: Draft;
  readonly drafts: readonly Draft[];
}

/** The first message of a row whose signature has a property. `from` is where it is known to be, to save the search. */
function first(text: string, from: number, holds: (signature: Uint8Array) => boolean, key = owner): Triple {
  for (let number = from; number < from + 4096; number++) {
    const triple = signed(key, utf8(`${text} ${number}`));
    if (holds(triple.signature)) return triple;
  }
  throw new RangeError(`no message for ${text}`);
}

const shortTriple = first("a short signature", 242, (signature) => signature[0] === 0);
const shortTriple3072 = first("a short signature", 282, (signature) => signature[0] === 0, publisher(3072));
const smallTriple = first("a small signature", 0, isSmall);

/** Whether the modulus can be added without a further byte. */
function isSmall(signature: Uint8Array): boolean {
  return bitLength(fromBigEndian(signature) + secret.modulus) <= 2048;
}

function right(): Rights {
  const bySize = new Map<number, Draft>();
  const drafts: Draft[] = [];
  for (const bits of sizes) {
    const draft = valid(
      {
        id: `right/${bits}-bits`,
        why: `A signature with a modulus of ${bits} bits is right.`,
        clauses: ["signatures.spki.rsa"],
      },
      signed(publisher(bits), message),
    );
    bySize.set(bits, draft);
    drafts.push(draft);
  }
  const short = valid(
    { id: "right/zero-byte-first", why: "A signature that begins with a zero byte keeps it.", effect: effects.split },
    shortTriple,
  );
  const small = valid(
    {
      id: "right/small-value",
      why: "A signature that is small enough to have the modulus added is right as it stands.",
    },
    smallTriple,
  );
  const salted = (id: string, salt: Uint8Array, why: string): Draft =>
    valid({ id: `right/${id}`, why, clauses: agree }, { ...usual, signature: signPss(secret, message, salt) });
  const usualDraft = bySize.get(2048);
  if (usualDraft === undefined) throw new RangeError("no usual signature");
  drafts.push(
    short,
    small,
    valid({ id: "right/empty-message", why: "A message may be empty." }, signed(owner, utf8(""))),
    valid(
      {
        id: "right/begins-like-the-modulus",
        why: "The first byte is that of the modulus, and a later one tells that the signature is smaller.",
      },
      first("the signed bytes,", 310, (signature) => signature[0] === owner.spki[33]),
    ),
    valid(
      { id: "right/long-message", why: "A long message is hashed whole." },
      signed(owner, utf8("fayger ".repeat(200))),
    ),
    valid(
      { id: "right/other-key", why: "Another key signs the same bytes." },
      signed(testKey("rsa-2048-stranger"), message),
    ),
    salted("salt-of-zeros", new Uint8Array(32), "A salt of 32 zeros is a salt."),
    salted("salt-like-padding", new Uint8Array(32).fill(1), "A salt that looks like the mark before it is a salt."),
  );
  return { usual: usualDraft, bySize, short, small, drafts };
}

/** Encoded messages that are wrong in one place, signed by the right key. */
function encodings(rights: Rights): readonly Draft[] {
  const salt = saltFor(owner.text, message);
  const made = (id: string, variation: PssVariation, why: string, effect: string, use = salt): Draft =>
    invalid(rights.usual, {
      id: `encoding/${id}`,
      clauses: agree,
      mutator: "encode-otherwise",
      settings: { encoding: id },
      changed: { signature: signPss(secret, message, use, variation) },
      why,
      effect,
    });
  const salts = [0, 1, 20, 31, 33, 48, 64, 222].map((length) =>
    made(
      `salt-of-${length}-bytes`,
      {},
      `The salt has ${length} bytes, and it must have 32.`,
      effects.split,
      saltBytes(length),
    ),
  );
  return [
    ...salts,
    made("mask-sha-1", { maskHash: "sha1" }, "The mask was made with SHA-1.", effects.downgrade),
    made("mask-sha-384", { maskHash: "sha384" }, "The mask was made with SHA-384.", effects.downgrade),
    made("mask-sha-512", { maskHash: "sha512" }, "The mask was made with SHA-512.", effects.downgrade),
    made("digest-sha-1", { hash: "sha1" }, "Everything was digested with SHA-1.", effects.downgrade),
    made("digest-sha-384", { hash: "sha384" }, "Everything was digested with SHA-384.", effects.downgrade),
    made("digest-sha-512", { hash: "sha512" }, "Everything was digested with SHA-512.", effects.downgrade),
    made(
      "digest-sha-512-mask-sha-256",
      { hash: "sha512", maskHash: "sha256" },
      "The message was digested with SHA-512.",
      effects.downgrade,
    ),
    made("trailer-cc", { trailer: 0xcc }, "The last byte is cc, which names a digest, and must be bc.", effects.split),
    made("trailer-zero", { trailer: 0 }, "The last byte is 0 and must be bc.", effects.forged),
    made(
      "mark-two",
      { padding: at((plain) => plain.length - 33, 2) },
      "The byte before the salt is 2 and must be 1.",
      effects.forged,
    ),
    made(
      "mark-missing",
      { padding: at((plain) => plain.length - 33, 0) },
      "The byte before the salt is 0 and must be 1.",
      effects.forged,
    ),
    made("padding-first-byte", { padding: at(() => 0, 1) }, "The first byte of the padding is not 0.", effects.forged),
    made(
      "padding-middle",
      { padding: at((plain) => plain.length >> 2, 0x80) },
      "A byte in the middle of the padding is not 0.",
      effects.forged,
    ),
    made(
      "padding-last-byte",
      { padding: at((plain) => plain.length - 34, 1) },
      "The last byte of the padding is not 0.",
      effects.forged,
    ),
    made(
      "digest-changed",
      { encoded: (bytes) => flipped(bytes, bytes.length - 2, 1) },
      "The digest inside is another in one bit.",
      effects.forged,
    ),
    made(
      "masked-changed",
      { encoded: (bytes) => flipped(bytes, 100, 1) },
      "The masked part is another in one bit.",
      effects.forged,
    ),
    highestBit(rights, "highest-bit", "highest bit"),
    highestBit(rights, "highest-bit-again", "highest bit again"),
    ...[3072, 4096].map((bits) => largerSalt(rights, bits)),
    ...others(rights),
  ];
}

function saltBytes(length: number): Uint8Array {
  return stream(`${SEED_PREFIX}salts/${length}`, length);
}

function at(place: (plain: Uint8Array) => number, value: number): (plain: Uint8Array) => Uint8Array {
  return (plain) => plain.map((byte, index) => (index === place(plain) ? value : byte));
}

/** The bit of the encoded message that is above the length it may have, set. */
function highestBit({ usual: parent }: Rights, id: string, text: string): Draft {
  for (let number = 0; ; number++) {
    const encoded = encodePss(message, sha256(utf8(`${text} ${number}`)), 2048);
    const raised = flipped(encoded, 0, 0x80);
    if (fromBigEndian(raised) >= secret.modulus) continue;
    return invalid(parent, {
      id: `encoding/${id}`,
      clauses: agree,
      mutator: "encode-otherwise",
      settings: { encoding: id },
      changed: { signature: signEncoded(raised, secret) },
      why: "The highest bit of the encoded message is set, which is beyond the length it has.",
      effect: effects.malleable,
    });
  }
}

function largerSalt({ bySize }: Rights, bits: number): Draft {
  const parent = bySize.get(bits);
  if (parent === undefined || (bits !== 3072 && bits !== 4096)) throw new RangeError(`no signature of ${bits} bits`);
  const key = secretOf(publisher(bits));
  return invalid(parent, {
    id: `encoding/salt-as-long-as-possible-${bits}-bits`,
    mutator: "encode-otherwise",
    settings: { salt: bits / 8 - 34 },
    changed: { signature: signPss(key, message, new Uint8Array(bits / 8 - 34).fill(7)) },
    why: "The salt is as long as the modulus allows, as some signers make it, and must have 32 bytes.",
    effect: effects.split,
  });
}

/** Signatures of other schemes with the same key. */
function others({ usual: parent, bySize }: Rights): readonly Draft[] {
  const info = "3031300d060960864801650304020105000420";
  const digest = sha256(message);
  const length = 256;
  const pkcs1 = (bytes: number): Uint8Array =>
    join(
      Uint8Array.of(0, 1),
      new Uint8Array(bytes - 3 - 19 - 32).fill(0xff),
      Uint8Array.of(0),
      Uint8Array.from(Buffer.from(info, "hex")),
      digest,
    );
  const bare = join(new Uint8Array(length - 32), digest);
  const scheme = (id: string, signature: Uint8Array, why: string, of = parent): Draft =>
    invalid(of, {
      id: `scheme/${id}`,
      mutator: "other-scheme",
      changed: { signature },
      why,
      effect: effects.downgrade,
    });
  return [
    scheme("pkcs1-v1.5", signEncoded(pkcs1(length), secret), "A signature by PKCS #1 v1.5 is of another scheme."),
    scheme(
      "pkcs1-v1.5-4096-bits",
      signEncoded(pkcs1(512), secretOf(publisher(4096))),
      "A signature by PKCS #1 v1.5 with a longer key is of another scheme.",
      bySize.get(4096),
    ),
    scheme("bare-digest", signEncoded(bare, secret), "The digest was signed without an encoding."),
    scheme(
      "digest-signed",
      signPss(secret, digest, saltFor(owner.text, digest)),
      "The digest was signed as if it were the message.",
    ),
  ];
}

/** Lengths and values of the signature. */
function values(rights: Rights): readonly Draft[] {
  const { signature } = usual;
  const value = fromBigEndian(signature);
  const n = secret.modulus;
  const put = (id: string, bytes: Uint8Array, why: string, effect: string, parent = rights.usual): Draft =>
    invalid(parent, {
      id,
      mutator: "replace-signature",
      settings: { length: bytes.length },
      changed: { signature: bytes },
      why,
      effect,
    });
  const small = fromBigEndian(smallTriple.signature);
  const again = first("another small signature", 0, isSmall);
  const smallAgain = valid(
    { id: "right/small-value-again", why: "Another signature that is small enough is right as it stands." },
    again,
  );
  const shortAgain = valid(
    { id: "right/zero-byte-first-3072-bits", why: "A longer signature that begins with a zero byte keeps it." },
    shortTriple3072,
  );
  return [
    smallAgain,
    shortAgain,
    put(
      "length/zero-stripped-3072-bits",
      shortTriple3072.signature.slice(1),
      "The zero byte at the front of a longer signature was left out.",
      effects.malleable,
      shortAgain,
    ),
    put("length/empty", new Uint8Array(), "The signature is empty.", effects.crash),
    put("length/one-byte", signature.slice(0, 1), "The signature has one byte.", effects.crash),
    put("length/255-bytes", signature.slice(0, 255), "The last byte is missing.", effects.crash),
    put(
      "length/zero-stripped",
      shortTriple.signature.slice(1),
      "The zero byte at the front was left out; the value is right and the length is not.",
      effects.malleable,
      rights.short,
    ),
    put(
      "length/zero-before",
      join(Uint8Array.of(0), signature),
      "A zero stands before the signature; the value is right and the length is not.",
      effects.malleable,
    ),
    put(
      "length/zeros-before",
      join(new Uint8Array(16), signature),
      "Sixteen zeros stand before the signature.",
      effects.malleable,
    ),
    put("length/byte-behind", join(signature, Uint8Array.of(0)), "A byte follows the signature.", effects.malleable),
    put("length/twice", join(signature, signature), "The signature is there twice.", effects.malleable),
    put(
      "length/384-bytes",
      signed(publisher(3072), message).signature,
      "The signature is as long as another modulus.",
      effects.crash,
    ),
    put(
      "value/plus-modulus-again",
      bigEndian(fromBigEndian(again.signature) + n, 256),
      "Another value with the modulus added fulfils the equation, but must be below the modulus.",
      effects.malleable,
      smallAgain,
    ),
    put(
      "value/plus-modulus",
      bigEndian(small + n, 256),
      "The value with the modulus added fulfils the equation, but must be below the modulus.",
      effects.malleable,
      rights.small,
    ),
    put("value/modulus", bigEndian(n, 256), "The value is the modulus.", effects.forged),
    put("value/modulus-less-one", bigEndian(n - 1n, 256), "The value is one less than the modulus.", effects.forged),
    put("value/negated", bigEndian(n - value, 256), "The value is subtracted from the modulus.", effects.forged),
    put("value/zero", new Uint8Array(256), "The value is 0.", effects.forged),
    put("value/one", bigEndian(1n, 256), "The value is 1.", effects.forged),
    put(
      "value/greatest",
      new Uint8Array(256).fill(0xff),
      "Every bit is set, which is above the modulus.",
      effects.forged,
    ),
    put("value/little-endian", signature.slice().reverse(), "The value is written little-endian.", effects.split),
    put(
      "value/encoded-message",
      encodePss(message, saltFor(owner.text, message), 2048),
      "The encoded message was never raised to a power.",
      effects.forged,
    ),
    ...sizes.map((bits) => {
      const key = publisher(bits);
      const parent = rights.bySize.get(bits) ?? rights.usual;
      return put(
        `changed/bit-${bits}-bits`,
        flipped(sign(key, message), bits / 8 - 1, 1),
        "One bit of the signature is another.",
        effects.altered,
        parent,
      );
    }),
  ];
}

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const other = bytes.slice();
  other[at] = byte;
  return other;
}

function changed(parent: Draft): readonly Draft[] {
  const change = (id: string, mutator: string, triple: Partial<Triple>, why: string, effect: string): Draft =>
    invalid(parent, { id: `changed/${id}`, mutator, changed: triple, why, effect });
  return [
    change(
      "message",
      "flip",
      { message: flipped(message, 0, 1) },
      "One bit of the message is another.",
      effects.altered,
    ),
    change(
      "message-shorter",
      "shorten",
      { message: message.slice(0, -1) },
      "The message lacks its last byte.",
      effects.altered,
    ),
    change(
      "message-longer",
      "lengthen",
      { message: join(message, Uint8Array.of(0)) },
      "The message has one byte more.",
      effects.altered,
    ),
    change(
      "least-modulus-byte",
      "replace-key",
      { key: withByte(owner.spki, 33, 0x80) },
      "The modulus begins with 80 and is another: a key as long as one of 2048 bits, which did not sign.",
      effects.forged,
    ),
    change(
      "other-key",
      "replace-key",
      { key: testKey("rsa-2048-stranger").spki },
      "Another key is asked whether it signed.",
      effects.forged,
    ),
  ];
}

/** Forms of longer keys that other key files have, each with a right signature. */
function longerKeyForms({ usual: parent, bySize }: Rights): readonly Draft[] {
  const numbersOf = (bits: (typeof sizes)[number]): Uint8Array =>
    sequence(integer(secretOf(publisher(bits)).modulus), integer(rsaExponent));
  const form = (id: string, bits: number, key: Uint8Array, why: string): Draft =>
    cases.badKey(bySize.get(bits) ?? parent, {
      id: `key-form/${id}-${bits}-bits`,
      mutator: "replace-key",
      settings: { length: key.length },
      changed: { key },
      why,
      effect: effects.keySpelling,
    });
  return [
    form(
      "numbers-alone",
      3072,
      numbersOf(3072),
      "The algorithm around the modulus and the exponent of a longer key is missing.",
    ),
    form(
      "parameters-missing",
      4096,
      sequence(sequence(objectIdentifier(identifiers.rsaEncryption)), bitString(numbersOf(4096))),
      "The parameters of a longer key are left out and must be NULL.",
    ),
  ];
}

/** The ruled RSA-PSS. */
export const signatureRsaPss: Family = {
  name: "signature-rsa-pss",
  drafts: () => {
    const rights = right();
    if (toHex(rsaKeys.usual) !== toHex(owner.spki)) throw new RangeError("the key's forms are made of another key");
    return [
      ...rights.drafts,
      ...changed(rights.usual),
      ...values(rights),
      ...encodings(rights),
      ...rsaKeyForms(cases, rights.usual, message),
      ...longerKeyForms(rights),
      ...otherAlgorithms(rights.usual),
    ];
  },
};
