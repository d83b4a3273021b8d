import { SignatureAlgorithm } from "../../../../generated/enums/signature-algorithm.js";

/**
 * A public key as WebCrypto keeps it.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 */
export function importWebKey(
  subtle: SubtleCrypto,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): Promise<CryptoKey> {
  return subtle.importKey("spki", unshared(publicKey), importParameters(algorithm), false, ["verify"]);
}

/** Whether WebCrypto finds the equation of `algorithm` to hold. */
export function verifyWithWeb(
  subtle: SubtleCrypto,
  algorithm: SignatureAlgorithm,
  key: CryptoKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return subtle.verify(verifyParameters(algorithm), key, unshared(signature), unshared(message));
}

/** WebCrypto refuses memory that threads share, so that is copied. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function importParameters(
  algorithm: SignatureAlgorithm,
): AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return { name: "Ed25519" };
    case SignatureAlgorithm.EcdsaP256:
      return { name: "ECDSA", namedCurve: "P-256" };
    case SignatureAlgorithm.RsaPssSha256:
      return { name: "RSA-PSS", hash: "SHA-256" };
  }
}

function verifyParameters(algorithm: SignatureAlgorithm): AlgorithmIdentifier | EcdsaParams | RsaPssParams {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return { name: "Ed25519" };
    case SignatureAlgorithm.EcdsaP256:
      return { name: "ECDSA", hash: "SHA-256" };
    case SignatureAlgorithm.RsaPssSha256:
      // @spec signatures.rsa-pss
      return { name: "RSA-PSS", saltLength: 32 };
  }
}
