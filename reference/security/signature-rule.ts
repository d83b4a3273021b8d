import { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { isEd25519Admissible } from "./ed25519-rule.js";
import { isP256Admissible } from "./p256-rule.js";
import type { ParsedPublicKey } from "./spki.js";

/**
 * Everything about a signature that is decided on bytes alone. Each backend asks here before its host, so that the
 * verdict does not depend on how strict the host is.
 *
 * @spec signatures.backends-agree
 */
export function isSignatureAdmissible(publicKey: ParsedPublicKey, signature: Uint8Array): boolean {
  switch (publicKey.algorithm) {
    case SignatureAlgorithm.Ed25519:
      return isEd25519Admissible(publicKey.key, signature);
    case SignatureAlgorithm.EcdsaP256:
      return isP256Admissible(signature);
    case SignatureAlgorithm.RsaPssSha256:
      return signature.length === publicKey.signatureBytes && isBelowModulus(signature, publicKey.key);
  }
}

/** @spec signatures.rsa-pss: a value of the modulus or more is the same number as a smaller one. */
function isBelowModulus(signature: Uint8Array, modulus: Uint8Array): boolean {
  for (let i = 0; i < modulus.length; i += 1) {
    const difference = (signature[i] as number) - (modulus[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
