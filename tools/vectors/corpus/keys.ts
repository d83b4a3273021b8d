import type { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import { ed25519Spki, p256Spki, rsaSpki } from "../building/der.js";
import { encode, expandSecret } from "../building/ed25519-arithmetic.js";
import { inverse } from "../building/modular-arithmetic.js";
import { bigEndian, fromBigEndian, sha256, stream, toHex, utf8 } from "../building/octets.js";
import { multiplyP256, p256Base, p256Order } from "../building/p256-arithmetic.js";
import { type RsaPrivate, rsaExponent } from "../building/rsa-arithmetic.js";
import { rsaKeyOf } from "../building/rsa-keys.js";
import { SEED_PREFIX } from "./seeds.js";

/** The keys that sign test artifacts, by name. Everybody can make them: never trust one. */
const specifications = [
  { name: "ed25519-publisher", algorithm: "ed25519" },
  { name: "ed25519-successor", algorithm: "ed25519" },
  { name: "ed25519-corpus", algorithm: "ed25519" },
  { name: "ed25519-stranger", algorithm: "ed25519" },
  { name: "ecdsa-p256-publisher", algorithm: "ecdsa-p256" },
  { name: "ecdsa-p256-stranger", algorithm: "ecdsa-p256" },
  { name: "rsa-2048-publisher", algorithm: "rsa-pss-sha256", bits: 2048 },
  { name: "rsa-2048-stranger", algorithm: "rsa-pss-sha256", bits: 2048 },
  { name: "rsa-3072-publisher", algorithm: "rsa-pss-sha256", bits: 3072 },
  { name: "rsa-4096-publisher", algorithm: "rsa-pss-sha256", bits: 4096 },
] as const;

/** Name of a test key. */
export type KeyName = (typeof specifications)[number]["name"];

/** All names, in the order in which they are written. */
export const keyNames: readonly KeyName[] = specifications.map(({ name }) => name);

/** The private half of a key. */
export type PrivateHalf =
  /** The 32 bytes of RFC 8032: the seed itself. */
  | { readonly algorithm: "ed25519"; readonly secret: Uint8Array }
  /** The scalar: the first 48 bytes of the seed's stream modulo n − 1, and one more. */
  | { readonly algorithm: "ecdsa-p256"; readonly scalar: bigint }
  /** The two primes and their product. */
  | ({ readonly algorithm: "rsa-pss-sha256" } & RsaPrivate);

/** A key pair whose private half everybody knows. */
export interface TestKey {
  readonly name: KeyName;
  readonly algorithm: SignatureAlgorithm;
  /** The text everything is made from; its SHA-256 is the seed. */
  readonly text: string;
  readonly half: PrivateHalf;
  /** The public key as SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`. */
  readonly keyId: Uint8Array;
}

const made = new Map<KeyName, TestKey>();

/** The key of a name, made once in a process. */
export function testKey(name: KeyName): TestKey {
  const known = made.get(name);
  if (known !== undefined) return known;
  const key = makeKey(name);
  made.set(name, key);
  return key;
}

function makeKey(name: KeyName): TestKey {
  const specification = specifications.find((entry) => entry.name === name);
  if (specification === undefined) throw new TypeError(`no key is called ${name}`);
  const text = `${SEED_PREFIX}keys/${name}`;
  const { half, spki } =
    specification.algorithm === "ed25519"
      ? ed25519Pair(text)
      : specification.algorithm === "ecdsa-p256"
        ? p256Pair(text)
        : rsaPair(text, specification.bits);
  return { name, algorithm: specification.algorithm, text, half, spki, keyId: sha256(spki) };
}

type Pair = Pick<TestKey, "half" | "spki">;

function ed25519Pair(text: string): Pair {
  const secret = sha256(utf8(text));
  return { half: { algorithm: "ed25519", secret }, spki: ed25519Spki(encode(expandSecret(secret).point)) };
}

function p256Pair(text: string): Pair {
  const scalar = (fromBigEndian(stream(text, 48)) % (p256Order - 1n)) + 1n;
  const point = multiplyP256(scalar, p256Base);
  return { half: { algorithm: "ecdsa-p256", scalar }, spki: p256Spki(point?.x ?? 0n, point?.y ?? 0n) };
}

function rsaPair(text: string, bits: number): Pair {
  const parts = rsaKeyOf(text, bits);
  return { half: { algorithm: "rsa-pss-sha256", ...parts }, spki: rsaSpki(parts.modulus) };
}

/** A key as the corpus publishes it: all numbers in hexadecimal. */
export interface KeyRecord {
  readonly name: string;
  readonly algorithm: string;
  readonly seed: string;
  readonly private: Readonly<Record<string, string>>;
  readonly spki: string;
  readonly key_id: string;
}

/** All keys, private halves included, for `keys.json`. */
export function keyRecords(): readonly KeyRecord[] {
  return keyNames.map((name) => {
    const { algorithm, text, half, spki, keyId } = testKey(name);
    return { name, algorithm, seed: text, private: privateRecord(half), spki: toHex(spki), key_id: toHex(keyId) };
  });
}

function privateRecord(half: PrivateHalf): Readonly<Record<string, string>> {
  if (half.algorithm === "ed25519") return { secret: toHex(half.secret) };
  if (half.algorithm === "ecdsa-p256") return { scalar: toHex(bigEndian(half.scalar, 32)) };
  const totient = (half.p - 1n) * (half.q - 1n);
  return {
    modulus: evenHex(half.modulus),
    exponent: evenHex(rsaExponent),
    p: evenHex(half.p),
    q: evenHex(half.q),
    d: evenHex(inverse(rsaExponent, totient)),
  };
}

function evenHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
