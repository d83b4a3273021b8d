import type {
  AgreementAlgorithm,
  DigestAlgorithm,
  KeyPairAlgorithm,
  CryptoKeyPair as KeyPairBytes,
  PlatformCrypto,
  SigningAlgorithm,
} from "../../crypto/index.js";
import { HostFailure } from "../../host-failure.js";
import { failureOf, nativeAsync } from "./native-web.js";

const HASHES: Readonly<Record<DigestAlgorithm, string>> = {
  sha_256: "SHA-256",
  sha_384: "SHA-384",
  sha_512: "SHA-512",
};

/** How a key of each algorithm is imported. */
const KEYS: Readonly<Record<KeyPairAlgorithm, AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams>> = {
  ed25519: { name: "Ed25519" },
  ecdsa_p256: { name: "ECDSA", namedCurve: "P-256" },
  rsa_pss_sha256: { name: "RSA-PSS", hash: "SHA-256" },
  x25519: { name: "X25519" },
  ecdh_p256: { name: "ECDH", namedCurve: "P-256" },
};

/** How each algorithm signs. */
const SIGNING: Readonly<Record<SigningAlgorithm, AlgorithmIdentifier | EcdsaParams | RsaPssParams>> = {
  ed25519: { name: "Ed25519" },
  ecdsa_p256: { name: "ECDSA", hash: "SHA-256" },
  rsa_pss_sha256: { name: "RSA-PSS", saltLength: 32 },
};

const SIGNERS: ReadonlySet<KeyPairAlgorithm> = new Set(["ed25519", "ecdsa_p256", "rsa_pss_sha256"]);
const RSA_3072 = { modulusLength: 3_072, publicExponent: Uint8Array.of(1, 0, 1) };

/**
 * The cryptography of a browser. A page without a secure context has none: everything is `unavailable` there.
 *
 * @spec instructions.crypto.platform
 */
export const webCrypto: PlatformCrypto = {
  digest: (algorithm, data) => ask("digest", (subtle) => subtle.digest(HASHES[algorithm], source(data)).then(octets)),

  hmac: (algorithm, key, data) =>
    ask("sign", async (subtle) =>
      octets(await subtle.sign("HMAC", await hmacKey(subtle, algorithm, key), source(data))),
    ),

  hmacVerify: (algorithm, key, data, tag) =>
    ask("verify", async (subtle) =>
      subtle.verify("HMAC", await hmacKey(subtle, algorithm, key), source(tag), source(data)),
    ),

  generateKeyPair: (algorithm) => ask("generateKey", (subtle) => keyPair(subtle, algorithm)),

  sign: (algorithm, privateKey, data) =>
    ask("sign", async (subtle) => {
      const key = await subtle.importKey("pkcs8", source(privateKey), KEYS[algorithm], false, ["sign"]);
      return octets(await subtle.sign(SIGNING[algorithm], key, source(data)));
    }),

  verify: (algorithm, publicKey, data, signature) =>
    ask("verify", async (subtle) => {
      const key = await subtle.importKey("spki", source(publicKey), KEYS[algorithm], false, ["verify"]);
      return subtle.verify(SIGNING[algorithm], key, source(signature), source(data));
    }),

  agree: (algorithm, privateKey, publicKey) =>
    ask("deriveBits", (subtle) => agree(subtle, algorithm, privateKey, publicKey)),

  // Both algorithms differ in the length of the key alone.
  seal: (_algorithm, key, nonce, additional, plain) =>
    ask("encrypt", async (subtle) => {
      const parameters = gcm(nonce, additional);
      return octets(await subtle.encrypt(parameters, await gcmKey(subtle, key, "encrypt"), source(plain)));
    }),

  unseal: (_algorithm, key, nonce, additional, sealed) =>
    ask("decrypt", async (subtle) => {
      const imported = await gcmKey(subtle, key, "decrypt");
      try {
        return octets(await subtle.decrypt(gcm(nonce, additional), imported, source(sealed)));
      } catch (error) {
        // The only thing a browser says of what is not authentic.
        if ((error as DOMException).name === "OperationError") return undefined;
        throw error;
      }
    }),

  hkdf: (algorithm, secret, salt, info, length) =>
    ask("deriveBits", (subtle) => {
      const parameters = { name: "HKDF", hash: HASHES[algorithm], salt: source(salt), info: source(info) };
      return derive(subtle, parameters, secret, length);
    }),

  pbkdf2: (algorithm, password, salt, iterations, length) =>
    ask("deriveBits", (subtle) => {
      const parameters = { name: "PBKDF2", hash: HASHES[algorithm], salt: source(salt), iterations };
      return derive(subtle, parameters, password, length);
    }),
};

/** Ask the browser. @throws HostFailure */
async function ask<T>(call: string, action: (subtle: SubtleCrypto) => Promise<T>): Promise<T> {
  const { subtle } = (globalThis.crypto as Partial<Crypto> | undefined) ?? {};
  if (subtle === undefined) throw new HostFailure("unavailable", call);
  return nativeAsync(call, () => action(subtle));
}

function hmacKey(subtle: SubtleCrypto, algorithm: DigestAlgorithm, key: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey("raw", source(key), { name: "HMAC", hash: HASHES[algorithm] }, false, ["sign", "verify"]);
}

async function keyPair(subtle: SubtleCrypto, algorithm: KeyPairAlgorithm): Promise<KeyPairBytes> {
  const parameters = { ...(KEYS[algorithm] as Algorithm), ...(algorithm === "rsa_pss_sha256" && RSA_3072) };
  const uses: readonly KeyUsage[] = SIGNERS.has(algorithm) ? ["sign", "verify"] : ["deriveBits"];
  const pair = (await subtle.generateKey(parameters, true, uses)) as CryptoKeyPair;
  const [privateKey, publicKey] = await Promise.all([
    subtle.exportKey("pkcs8", pair.privateKey),
    subtle.exportKey("spki", pair.publicKey),
  ]);
  return { privateKey: octets(privateKey), publicKey: octets(publicKey) };
}

async function agree(
  subtle: SubtleCrypto,
  algorithm: AgreementAlgorithm,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Promise<Uint8Array> {
  const [own, other] = await Promise.all([
    subtle.importKey("pkcs8", source(privateKey), KEYS[algorithm], false, ["deriveBits"]),
    subtle.importKey("spki", source(publicKey), KEYS[algorithm], false, []),
  ]);
  try {
    return octets(await subtle.deriveBits({ ...(KEYS[algorithm] as Algorithm), public: other }, own, 256));
  } catch (error) {
    // Both keys were taken: what is wrong with them is that they share no secret.
    throw failureOf("deriveBits", error, "invalid_argument");
  }
}

function gcm(nonce: Uint8Array, additional: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: source(nonce), additionalData: source(additional), tagLength: 128 };
}

function gcmKey(subtle: SubtleCrypto, key: Uint8Array, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return subtle.importKey("raw", source(key), "AES-GCM", false, [use]);
}

async function derive(
  subtle: SubtleCrypto,
  parameters: HkdfParams | Pbkdf2Params,
  secret: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  const key = await subtle.importKey("raw", source(secret), parameters.name, false, ["deriveBits"]);
  return octets(await subtle.deriveBits(parameters, key, length * 8));
}

function octets(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer);
}

/** Bytes of a program are a copy of its memory, which nobody shares. */
function source(bytes: Uint8Array): BufferSource {
  return bytes as Uint8Array<ArrayBuffer>;
}
