import { constants, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { SIGNATURE_ALGORITHMS, SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../contracts/security.js";
import { createSignatureBackend } from "../signature-backend.js";

/**
 * Signatures with node:crypto. All three algorithms; the rules that hosts disagree on are decided before node:crypto is
 * asked, so every version of Node gives the same verdict.
 *
 * @spec signatures.backends-agree
 */
export function createNodeSignatureBackend(): SignatureBackend {
  return createSignatureBackend<KeyObject>({
    algorithms: SIGNATURE_ALGORITHMS,
    importKey: (_parsed, publicKey) =>
      createPublicKey({ key: Buffer.from(publicKey.buffer), format: "der", type: "spki" }),
    verify: ({ algorithm }, key, message, signature) => verifyWith(algorithm, key, message, signature),
  });
}

/** Whether the equation of `algorithm` holds, by node:crypto alone. */
export function verifyWith(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return verify(null, message, key, signature);
    case SignatureAlgorithm.EcdsaP256:
      return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
    case SignatureAlgorithm.RsaPssSha256:
      return verify("sha256", message, pss(key), signature);
  }
}

/** One signature in the algorithm's raw form, as node:crypto makes it: s of P-256 may lie in the upper half. */
export function signWith(algorithm: SignatureAlgorithm, key: KeyObject, message: Uint8Array): Uint8Array {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return sign(null, message, key);
    case SignatureAlgorithm.EcdsaP256:
      return sign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
    case SignatureAlgorithm.RsaPssSha256:
      return sign("sha256", message, pss(key));
  }
}

function pss(key: KeyObject): { key: KeyObject; padding: number; saltLength: number } {
  // @spec signatures.rsa-pss: without a salt length node:crypto accepts any.
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
}
