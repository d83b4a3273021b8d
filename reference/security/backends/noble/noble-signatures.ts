import { p256 } from "@noble/curves/nist.js";
import { SIGNATURE_ALGORITHMS, SignatureAlgorithm } from "../../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../../contracts/security.js";
import { bigEndian, bigEndianBytes } from "../../bytes.js";
import { createSignatureBackend } from "../../signature-backend.js";
import type { ParsedPublicKey } from "../../spki.js";
import { type Ed25519Key, importEd25519, verifyEd25519 } from "./ed25519.js";
import { isPssEncoding, toPublicExponent } from "./pss.js";

/** A key in the form the arithmetic wants, by algorithm. */
type NobleKey =
  | { readonly algorithm: "ed25519"; readonly key: Ed25519Key }
  | { readonly algorithm: "ecdsa-p256"; readonly key: Uint8Array }
  | { readonly algorithm: "rsa-pss-sha256"; readonly key: bigint };

/**
 * Signatures with the noble libraries and the language's integers: all three algorithms on every host, some ten times
 * slower than the host's own arithmetic. For hosts that lack an algorithm, and as a second opinion.
 *
 * @spec signatures.backends-agree
 */
export function createNobleSignatureBackend(): SignatureBackend {
  return createSignatureBackend<NobleKey>({
    algorithms: SIGNATURE_ALGORITHMS,
    importKey: importNobleKey,
    verify: (_parsed, key, message, signature) => verifyWithNoble(key, message, signature),
  });
}

function importNobleKey({ algorithm, key }: ParsedPublicKey): NobleKey {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return { algorithm, key: importEd25519(key) };
    case SignatureAlgorithm.EcdsaP256:
      return { algorithm, key: Uint8Array.of(4, ...key) };
    case SignatureAlgorithm.RsaPssSha256:
      return { algorithm, key: bigEndian(key) };
  }
}

function verifyWithNoble({ algorithm, key }: NobleKey, message: Uint8Array, signature: Uint8Array): boolean {
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return verifyEd25519(key, message, signature);
    case SignatureAlgorithm.EcdsaP256:
      // @spec signatures.ecdsa-p256: that s is low has been decided before, by our own rule.
      return p256.verify(signature, message, key, { lowS: false, prehash: true, format: "compact" });
    case SignatureAlgorithm.RsaPssSha256: {
      const encoded = toPublicExponent(bigEndian(signature), key);
      return isPssEncoding(bigEndianBytes(encoded, signature.length), message);
    }
  }
}
