import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { Signer } from "../../contracts/security.js";
import { toLowS } from "../p256-rule.js";
import { type ParsedPublicKey, parsePublicKey } from "../spki.js";
import { signWith } from "./node-signatures.js";

/** What is wrong with a key file. There is no artifact to blame, so this is a value and not a coded error. */
export interface KeyProblem {
  /** What a key file must hold. */
  readonly expected: string;
  /** What this one holds. Never key material. */
  readonly found: string;
}

/** A key out of a file, or the reason why there is none. */
export type KeyReading<T> =
  | { readonly key: T; readonly problem?: undefined }
  | { readonly key?: undefined; readonly problem: KeyProblem };

/** A new key pair. @spec signatures.key-id */
export interface GeneratedKeyPair {
  /** PKCS#8 in PEM; secret. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Signs with the new key. */
  readonly signer: Signer;
}

const SUPPORTED = "an Ed25519 key, a P-256 key, or an RSA key of 2048, 3072 or 4096 bits with exponent 65537";

/**
 * A signer out of a key file.
 *
 * @param file PKCS#8 in PEM or DER, not encrypted
 * @spec signatures.signing
 */
export function readSigner(file: string | Uint8Array): KeyReading<Signer> {
  const expected = `a private key in PKCS#8, not encrypted: ${SUPPORTED}`;
  let key: KeyObject;
  try {
    key =
      typeof file === "string" || isPem(file)
        ? createPrivateKey(typeof file === "string" ? file : Buffer.from(file))
        : createPrivateKey({ key: Buffer.from(file), format: "der", type: "pkcs8" });
  } catch (error) {
    return { problem: { expected, found: unreadable(error) } };
  }
  const signer = createSigner(key);
  return signer === undefined ? { problem: { expected, found: kindOf(key) } } : { key: signer };
}

/**
 * A public key out of a key file, as the one SubjectPublicKeyInfo it has. A private key gives its public half.
 *
 * @param file SubjectPublicKeyInfo or PKCS#8, in PEM or DER
 * @spec signatures.key-id
 */
export function readPublicKey(file: string | Uint8Array): KeyReading<Uint8Array> {
  const expected = `a public key in SubjectPublicKeyInfo: ${SUPPORTED}`;
  // A host accepts encodings that the strict reader does not; a DER file is taken as it is or not at all.
  if (typeof file !== "string" && !isPem(file) && parsePublicKey(file) !== undefined) return { key: file.slice() };
  let key: KeyObject;
  try {
    if (typeof file === "string" || isPem(file)) {
      key = createPublicKey(typeof file === "string" ? file : Buffer.from(file));
    } else {
      key = createPublicKey(createPrivateKey({ key: Buffer.from(file), format: "der", type: "pkcs8" }));
    }
  } catch (error) {
    return { problem: { expected, found: unreadable(error) } };
  }
  const publicKey = exportPublicKey(key);
  return parsePublicKey(publicKey) === undefined ? { problem: { expected, found: kindOf(key) } } : { key: publicKey };
}

/**
 * A signer for a private key of the host.
 *
 * @returns `undefined` where the key is of no supported kind
 * @spec signatures.signing
 */
export function createSigner(privateKey: KeyObject): Signer | undefined {
  const publicKey = exportPublicKey(createPublicKey(privateKey));
  const parsed: ParsedPublicKey | undefined = parsePublicKey(publicKey);
  if (parsed === undefined) return undefined;
  const { algorithm, signatureBytes } = parsed;
  return {
    algorithm,
    publicKey,
    signatureBytes,
    async sign(message: Uint8Array): Promise<Uint8Array> {
      const signature = signWith(algorithm, privateKey, message);
      return new Uint8Array(algorithm === SignatureAlgorithm.EcdsaP256 ? toLowS(signature) : signature);
    },
  };
}

/**
 * Make a new key pair from the host's random numbers.
 *
 * @param modulusBits for `rsa-pss-sha256`: 2048, 3072 or 4096
 * @throws TypeError for another modulus
 * @spec signatures.key-id
 */
export function generateKeyPair(algorithm: SignatureAlgorithm, modulusBits = 3072): GeneratedKeyPair {
  const { privateKey, publicKey } = generate(algorithm, modulusBits);
  const signer = createSigner(privateKey);
  if (signer === undefined) throw new TypeError(`no supported key has a modulus of ${modulusBits} bits`);
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    publicKey: signer.publicKey,
    signer,
  };
}

function generate(algorithm: SignatureAlgorithm, modulusBits: number): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return generateKeyPairSync("ed25519");
    case SignatureAlgorithm.EcdsaP256:
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case SignatureAlgorithm.RsaPssSha256:
      return generateKeyPairSync("rsa", { modulusLength: modulusBits, publicExponent: 65537 });
  }
}

function exportPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: "spki", format: "der" }));
}

function isPem(file: Uint8Array): boolean {
  return Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, 64)).toString("latin1").includes("-----BEGIN");
}

function kindOf(key: KeyObject): string {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const detail = bits === undefined ? (curve === undefined ? "" : ` on ${curve}`) : ` of ${bits} bits`;
  return `a key of type ${key.asymmetricKeyType ?? "unknown"}${detail}`;
}

function unreadable(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? `something the host cannot read (${code})` : "something the host cannot read";
}
