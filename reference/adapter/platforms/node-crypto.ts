import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  hkdfSync,
  type KeyObject,
  pbkdf2,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import type { DigestAlgorithm, PlatformCrypto, SealingAlgorithm, SigningAlgorithm } from "../crypto/index.js";
import { HostFailure } from "../host-failure.js";

const DIGESTS: Readonly<Record<DigestAlgorithm, string>> = { sha_256: "sha256", sha_384: "sha384", sha_512: "sha512" };
const CIPHERS = { aes_128_gcm: "aes-128-gcm", aes_256_gcm: "aes-256-gcm" } as const satisfies Record<
  SealingAlgorithm,
  string
>;
const TAG_BYTES = 16;
const RSA_BITS = 3072;
/** Bytes of a private key of P-256 with its public key: the scalar lies at 36, the point fills the last 65. */
const WHOLE_P256 = 138;

const generate = promisify(generateKeyPair);
const stretch = promisify(pbkdf2);

/**
 * The category crypto over `node:crypto`. What takes long (making RSA keys, PBKDF2) is done beside the event loop.
 *
 * @spec instructions.crypto.platform
 */
export const nodeCrypto: PlatformCrypto = {
  digest: (algorithm, data) => owned(createHash(DIGESTS[algorithm]).update(data).digest()),
  hmac: (algorithm, key, data) => owned(hmac(algorithm, key, data)),
  hmacVerify: (algorithm, key, data, tag) => timingSafeEqual(hmac(algorithm, key, data), tag),
  generateKeyPair: async (algorithm) => {
    const { privateKey, publicKey } = await pairOf(algorithm).catch((error: unknown) => {
      throw new HostFailure("unavailable", "generateKeyPair", error);
    });
    return {
      privateKey: owned(privateKey.export({ type: "pkcs8", format: "der" })),
      publicKey: owned(publicKey.export({ type: "spki", format: "der" })),
    };
  },
  sign: (algorithm, privateKey, data) => {
    const key = privateKeyOf(privateKey);
    if (algorithm === "ecdsa_p256") checkPublicPart(privateKey);
    const signature = sign(algorithm === "ed25519" ? null : "sha256", data, options(algorithm, key));
    // An RSA key whose numbers do not belong together signs all the same, where other platforms refuse it.
    if (algorithm === "rsa_pss_sha256" && !verifies(algorithm, createPublicKey(key), data, signature)) {
      throw new HostFailure("invalid_argument", "sign");
    }
    return owned(signature);
  },
  verify: (algorithm, publicKey, data, signature) => verifies(algorithm, publicKeyOf(publicKey), data, signature),
  agree: (algorithm, privateKey, publicKey) => {
    if (algorithm === "ecdh_p256") checkPublicPart(privateKey);
    const keys = { privateKey: privateKeyOf(privateKey), publicKey: publicKeyOf(publicKey) };
    // What fails here is a point of small order: the secret would be known to everybody.
    return owned(rightKey("diffieHellman", () => diffieHellman(keys)));
  },
  seal: (algorithm, key, nonce, additional, plain) => {
    const cipher = createCipheriv(CIPHERS[algorithm], key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additional);
    return owned(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
  },
  unseal: (algorithm, key, nonce, additional, sealed) => {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHERS[algorithm], key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additional);
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch {
      // @spec instructions.crypto.unseal: what was decrypted so far is nobody's.
      plain.fill(0);
      return undefined;
    }
    return owned(plain);
  },
  hkdf: (algorithm, secret, salt, info, length) =>
    new Uint8Array(hkdfSync(DIGESTS[algorithm], secret, salt, info, length)),
  pbkdf2: async (algorithm, password, salt, iterations, length) =>
    owned(await stretch(password, salt, iterations, length, DIGESTS[algorithm])),
};

function pairOf(algorithm: string): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  switch (algorithm) {
    case "ed25519":
      return generate("ed25519");
    case "x25519":
      return generate("x25519");
    case "rsa_pss_sha256":
      return generate("rsa", { modulusLength: RSA_BITS, publicExponent: 65_537 });
    default:
      return generate("ec", { namedCurve: "P-256" });
  }
}

function hmac(algorithm: DigestAlgorithm, key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(DIGESTS[algorithm], key).update(data).digest();
}

function verifies(algorithm: SigningAlgorithm, key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  return verify(algorithm === "ed25519" ? null : "sha256", data, options(algorithm, key), signature);
}

type SigningOptions = { readonly key: KeyObject } & Parameters<typeof verify>[2];

function options(algorithm: SigningAlgorithm, key: KeyObject): SigningOptions {
  if (algorithm === "ecdsa_p256") return { key, dsaEncoding: "ieee-p1363" };
  return algorithm === "ed25519" ? { key } : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
}

function privateKeyOf(key: Uint8Array): KeyObject {
  return rightKey("createPrivateKey", () => createPrivateKey({ key: Buffer.from(key), format: "der", type: "pkcs8" }));
}

function publicKeyOf(key: Uint8Array): KeyObject {
  return rightKey("createPublicKey", () => createPublicKey({ key: Buffer.from(key), format: "der", type: "spki" }));
}

/** A private key of P-256 may bring its public key; OpenSSL believes it, where other platforms look. */
function checkPublicPart(privateKey: Uint8Array): void {
  if (privateKey.length !== WHOLE_P256) return;
  const curve = createECDH("prime256v1");
  rightKey("setPrivateKey", () => curve.setPrivateKey(privateKey.subarray(36, 68)));
  if (curve.getPublicKey().equals(privateKey.subarray(-65))) return;
  throw new HostFailure("invalid_argument", "createPrivateKey");
}

/** @spec instructions.crypto.keys: a key of the right form that is none. */
function rightKey<T>(call: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new HostFailure("invalid_argument", call, error);
  }
}

/** A copy in memory of its own: Node gives out slices of shared pools. */
function owned(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
