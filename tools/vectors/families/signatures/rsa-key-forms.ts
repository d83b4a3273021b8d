import {
  bitString,
  element,
  identifiers,
  integer,
  nothing,
  objectIdentifier,
  rsaSpki,
  sequence,
} from "../../building/der.js";
import { bigEndian, fromHex, join, utf8 } from "../../building/octets.js";
import { encodePss, type RsaPrivate, signPss } from "../../building/rsa-arithmetic.js";
import { primeOf, rsaKeyOf } from "../../building/rsa-keys.js";
import { evenSearch, modulusText, oddLengths } from "../../building/rsa-searches.js";
import { saltFor } from "../../building/signing.js";
import type { Draft } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { effects, type SignatureCases } from "./cases.js";

const owner = testKey("rsa-2048-publisher");
const modulus = modulusOf();

function modulusOf(): bigint {
  if (owner.half.algorithm !== "rsa-pss-sha256") throw new TypeError("not an RSA key");
  return owner.half.modulus;
}

/** The key whose forms are changed. */
export const rsaKeys = { usual: owner.spki } as const;

/** Moduli and exponents that no key of a trust store may have, each with a right signature. */
function numbers({ badKey }: SignatureCases, parent: Draft, message: Uint8Array): readonly Draft[] {
  const salt = saltFor(owner.text, message);
  const half = owner.half;
  if (half.algorithm !== "rsa-pss-sha256") throw new TypeError("not an RSA key");
  const lengths = oddLengths.map((bits) => {
    const key = rsaKeyOf(modulusText(bits), bits);
    return badKey(parent, {
      id: `key/modulus-of-${bits}-bits`,
      mutator: "replace-key-and-signature",
      settings: { bits },
      changed: { key: rsaSpki(key.modulus), signature: signPss(key, message, salt) },
      why: `The signature is right, and a modulus of ${bits} bits is none of 2048, 3072 and 4096.`,
      effect: bits < 2048 ? effects.weakKey : effects.split,
    });
  });
  const even: RsaPrivate = evenKey();
  const exponents = [3n, 17n].map((exponent) =>
    badKey(parent, {
      id: `key/exponent-${exponent}`,
      mutator: "replace-key-and-signature",
      settings: { exponent: Number(exponent) },
      changed: { key: rsaSpki(modulus, exponent), signature: signPss(half, message, salt, {}, exponent) },
      why: `The signature is right, and the exponent must be 65537 and not ${exponent}.`,
      effect: effects.weakKey,
    }),
  );
  return [
    ...lengths,
    badKey(parent, {
      id: "key/modulus-even",
      clauses: ["signatures.backends-agree"],
      mutator: "replace-key-and-signature",
      settings: { factor: 2 },
      changed: { key: rsaSpki(even.modulus), signature: signPss(even, message, salt) },
      why: "The signature is right, and the modulus is even.",
      effect: effects.weakKey,
    }),
    badKey(parent, {
      id: "key/modulus-even-again",
      clauses: ["signatures.backends-agree"],
      mutator: "replace-all",
      settings: { factor: 2 },
      changed: {
        key: rsaSpki(even.modulus),
        message: utf8("other signed bytes"),
        signature: signPss(even, utf8("other signed bytes"), salt),
      },
      why: "The signature of other bytes is right, and the modulus is even.",
      effect: effects.weakKey,
    }),
    ...exponents,
    badKey(parent, {
      id: "key/exponent-1",
      mutator: "replace-key-and-signature",
      settings: { exponent: 1 },
      changed: { key: rsaSpki(modulus, 1n), signature: encodePss(message, salt, 2048) },
      why: "With the exponent 1 the encoded message is its own signature, so anybody can make one.",
      effect: effects.weakKey,
    }),
    badKey(parent, {
      id: "key/exponent-65539",
      mutator: "replace-key",
      settings: { exponent: 65539 },
      changed: { key: rsaSpki(modulus, 65539n) },
      why: "The exponent must be 65537 and not 65539.",
      effect: effects.keySpelling,
    }),
    badKey(parent, {
      id: "key/exponent-0",
      mutator: "replace-key",
      settings: { exponent: 0 },
      changed: { key: rsaSpki(modulus, 0n) },
      why: "The exponent must be 65537 and not 0.",
      effect: effects.weakKey,
    }),
    badKey(parent, {
      id: "key/modulus-0",
      mutator: "replace-key",
      settings: { modulus: 0 },
      changed: { key: rsaSpki(0n) },
      why: "A modulus of 0 has no length of 2048, 3072 or 4096 bits.",
      effect: effects.weakKey,
    }),
  ];
}

/** 2 · q with a right signature, as every number has the same lowest bit as its powers. */
function evenKey(): RsaPrivate {
  const p = primeOf(evenSearch.text, evenSearch.bits);
  return { p, q: 2n, modulus: 2n * p };
}

/** SPKI of every form but the one of the table. */
export function rsaKeyForms(cases: SignatureCases, parent: Draft, message: Uint8Array): readonly Draft[] {
  const algorithm = objectIdentifier(identifiers.rsaEncryption);
  const numbersOf = sequence(integer(modulus), integer(65537n));
  const digits = bigEndian(modulus, 256);
  const exponent = integer(65537n);
  const spki = (identifier: Uint8Array, content: Uint8Array): Uint8Array => sequence(identifier, bitString(content));
  const usualAlgorithm = sequence(algorithm, nothing);
  const pss = objectIdentifier(identifiers.rsaPss);
  const forms: readonly (readonly [string, Uint8Array, string])[] = [
    ["empty", new Uint8Array(), "The key is empty."],
    ["numbers-alone", numbersOf, "The algorithm around modulus and exponent is missing."],
    ["parameters-missing", spki(sequence(algorithm), numbersOf), "The parameters are left out and must be NULL."],
    [
      "parameters-empty-sequence",
      spki(sequence(algorithm, sequence()), numbersOf),
      "The parameters are an empty sequence and must be NULL.",
    ],
    [
      "parameters-twice",
      spki(sequence(algorithm, nothing, nothing), numbersOf),
      "A second NULL follows the parameters.",
    ],
    [
      "null-with-content",
      spki(sequence(algorithm, element(0x05, Uint8Array.of(0))), numbersOf),
      "NULL has a byte of content.",
    ],
    [
      "null-long-length",
      spki(sequence(algorithm, fromHex("058100")), numbersOf),
      "The length of NULL takes two bytes.",
    ],
    [
      "pss-identifier",
      spki(sequence(pss), numbersOf),
      "The algorithm is RSASSA-PSS without parameters and must be rsaEncryption.",
    ],
    [
      "pss-identifier-null",
      spki(sequence(pss, nothing), numbersOf),
      "The algorithm is RSASSA-PSS and must be rsaEncryption.",
    ],
    [
      "pss-identifier-parameters",
      spki(sequence(pss, pssParameters()), numbersOf),
      "The algorithm is RSASSA-PSS with the ruled parameters and must be rsaEncryption.",
    ],
    [
      "modulus-negative",
      spki(usualAlgorithm, sequence(element(0x02, digits), exponent)),
      "Without a zero in front the modulus is a negative number.",
    ],
    [
      "modulus-padded",
      spki(
        usualAlgorithm,
        sequence(element(0x02, Uint8Array.of(0, (digits[0] ?? 0) & 0x7f), digits.subarray(1)), exponent),
      ),
      "A zero stands before a modulus of 2047 bits, which DER writes without it; the key is as long as one of 2048.",
    ],
    [
      "modulus-zeros",
      spki(usualAlgorithm, sequence(element(0x02, Uint8Array.of(0, 0), digits), exponent)),
      "Two zeros stand before the modulus, and one is enough.",
    ],
    [
      "exponent-zero-before",
      spki(usualAlgorithm, sequence(integer(modulus), fromHex("020400010001"))),
      "A zero stands before the exponent, which needs none.",
    ],
    [
      "exponent-long-length",
      spki(usualAlgorithm, sequence(integer(modulus), fromHex("028103010001"))),
      "The length of the exponent takes two bytes, and one is enough.",
    ],
    ["exponent-missing", spki(usualAlgorithm, sequence(integer(modulus))), "The exponent is missing."],
    [
      "exponent-first",
      spki(usualAlgorithm, sequence(exponent, integer(modulus))),
      "The exponent stands before the modulus.",
    ],
    [
      "third-number",
      spki(usualAlgorithm, sequence(integer(modulus), exponent, integer(0n))),
      "A third number follows the exponent.",
    ],
    [
      "byte-in-bit-string",
      spki(usualAlgorithm, join(numbersOf, Uint8Array.of(0))),
      "A byte follows the numbers inside the bit string.",
    ],
    [
      "byte-in-outer-sequence",
      sequence(usualAlgorithm, bitString(numbersOf), nothing),
      "An element follows the bit string.",
    ],
    ["trailing-byte", join(owner.spki, Uint8Array.of(0)), "A byte follows the key."],
    ["trailing-null", join(owner.spki, Uint8Array.of(5, 0)), "A NULL follows the key."],
    ["cut", owner.spki.slice(0, -1), "The last byte is missing."],
    [
      "unused-bits",
      sequence(usualAlgorithm, bitString(numbersOf, 1)),
      "The bit string claims a bit less than its bytes.",
    ],
    [
      "octet-string",
      sequence(usualAlgorithm, element(0x04, Uint8Array.of(0), numbersOf)),
      "The numbers stand in a string of octets.",
    ],
    [
      "long-length",
      join(fromHex("3083000122"), owner.spki.slice(4)),
      "The outer length takes three bytes, and two are enough.",
    ],
    [
      "indefinite-length",
      join(fromHex("3080"), owner.spki.slice(4), fromHex("0000")),
      "The outer length is indefinite, which DER never is.",
    ],
    ["set", join(Uint8Array.of(0x31), owner.spki.slice(1)), "The outer element is a set and must be a sequence."],
    [
      "modulus-octets",
      spki(usualAlgorithm, sequence(element(0x04, digits), exponent)),
      "The modulus is a string of octets and must be an integer.",
    ],
    ["ed25519", testKey("ed25519-publisher").spki, "The key is one of Ed25519."],
    ["p256", testKey("ecdsa-p256-publisher").spki, "The key is one of P-256."],
    ["text", utf8("-----BEGIN PUBLIC KEY-----"), "The key is text and must be DER."],
  ];
  return [
    ...numbers(cases, parent, message),
    ...forms.map(([name, key, why]) =>
      cases.badKey(parent, {
        id: `key-form/${name}`,
        mutator: "replace-key",
        settings: { length: key.length },
        changed: { key },
        why,
        effect: effects.keySpelling,
      }),
    ),
  ];
}

/** RSASSA-PSS-params of SHA-256, MGF1 with SHA-256 and a salt of 32 bytes. */
function pssParameters(): Uint8Array {
  const digest = sequence(objectIdentifier("608648016503040201"), nothing);
  const mask = sequence(objectIdentifier("2a864886f70d010108"), digest);
  return sequence(element(0xa0, digest), element(0xa1, mask), element(0xa2, integer(32n)));
}
