import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { Signer } from "../../contracts/security.js";
import { toHexadecimal } from "../bytes.js";
import { toLowS } from "../low-s.js";
import { parsePublicKey } from "../spki.js";
import { publicKeyOf } from "./key-files/supported.js";
import { nodeSha256 } from "./node-sha256.js";
import { signWith } from "./node-signatures.js";

/** A new key pair. @spec signatures.key-id */
export interface GeneratedKeyPair {
  /** PKCS#8 in PEM; secret. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
  /** JSON Web Key, with the key id as its `kid`; secret. */
  readonly privateKeyJwk: JsonWebKey;
  /** JSON Web Key, with the key id as its `kid`. */
  readonly publicKeyJwk: JsonWebKey;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Signs with the new key. */
  readonly signer: Signer;
}

/** Lengths of an RSA modulus. @spec signatures.spki.rsa */
const MODULUS_BITS: readonly number[] = [2048, 3072, 4096];

/** What the algorithms are called in a JWK; for Ed25519 readers disagree on the name, so it is left out. */
const JWK_ALGORITHMS: Readonly<Partial<Record<SignatureAlgorithm, string>>> = {
  "ecdsa-p256": "ES256",
  "rsa-pss-sha256": "PS256",
};

/**
 * A signer for a private key of the host.
 *
 * @returns `undefined` where the key is not private, or of no supported kind
 * @spec signatures.signing
 */
export function createSigner(privateKey: KeyObject): Signer | undefined {
  if (privateKey.type !== "private") return undefined;
  const key = readAnew(privateKey);
  const publicKey = publicKeyOf(key);
  const parsed = publicKey === undefined ? undefined : parsePublicKey(publicKey);
  if (publicKey === undefined || parsed === undefined) return undefined;
  const { algorithm, signatureBytes } = parsed;
  return {
    algorithm,
    publicKey,
    signatureBytes,
    async sign(message: Uint8Array): Promise<Uint8Array> {
      const signature = signWith(algorithm, key, message);
      return new Uint8Array(algorithm === SignatureAlgorithm.EcdsaP256 ? toLowS(signature) : signature);
    },
  };
}

/**
 * Make a new key pair from the host's random numbers.
 *
 * @param modulusBits for `rsa-pss-sha256`: 2048, 3072 or 4096
 * @throws TypeError for another modulus or algorithm
 * @spec signatures.key-id
 */
export function generateKeyPair(algorithm: SignatureAlgorithm, modulusBits = 3072): GeneratedKeyPair {
  // Asked before the key is made: a host takes minutes for a modulus that is long enough.
  if (algorithm === SignatureAlgorithm.RsaPssSha256 && !MODULUS_BITS.includes(modulusBits))
    throw new TypeError(`no supported key has a modulus of ${modulusBits} bits; there are ${MODULUS_BITS.join(", ")}`);
  const privateKey = readAnew(generate(algorithm, modulusBits));
  const publicKey = createPublicKey(privateKey);
  const signer = createSigner(privateKey);
  if (signer === undefined) throw new TypeError(`the host made no ${algorithm} key that is supported`);
  const alg = JWK_ALGORITHMS[algorithm];
  const about = {
    kid: toHexadecimal(nodeSha256.digest(signer.publicKey)),
    use: "sig",
    ...(alg !== undefined && { alg }),
  };
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKeyJwk: { ...privateKey.export({ format: "jwk" }), ...about },
    publicKeyJwk: { ...publicKey.export({ format: "jwk" }), ...about },
    publicKey: signer.publicKey,
    signer,
  };
}

/**
 * A private key that shares nothing with the pair it may be of.
 *
 * Node 20 may hold its thread for ever where it tells of a key that it has just made (as a JWK, or its details): if its
 * collector takes what made the pair meanwhile, that waits for the very key which is being told of.
 */
function readAnew(key: KeyObject): KeyObject {
  const form = { type: "pkcs8", format: "der" } as const;
  return createPrivateKey({ key: key.export(form), ...form });
}

function generate(algorithm: SignatureAlgorithm, modulusBits: number): KeyObject {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return generateKeyPairSync("ed25519").privateKey;
    case SignatureAlgorithm.EcdsaP256:
      return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    case SignatureAlgorithm.RsaPssSha256:
      return generateKeyPairSync("rsa", { modulusLength: modulusBits, publicExponent: 65537 }).privateKey;
    default:
      throw new TypeError(`there is no algorithm ${String(algorithm)} for keys`);
  }
}
