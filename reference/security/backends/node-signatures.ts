import { constants, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../contracts/security.js";
import { isSignatureAdmissible } from "../signature-rule.js";
import { type ParsedPublicKey, parsePublicKey } from "../spki.js";

/** Keys kept imported. Importing costs as much as verifying. */
const CACHED_KEYS = 256;

interface ImportedKey {
  readonly parsed: ParsedPublicKey;
  readonly key: KeyObject;
}

/**
 * Signatures with node:crypto. All three algorithms; the rules that hosts disagree on are decided before node:crypto is
 * asked, so every version of Node gives the same verdict.
 *
 * @spec signatures.backends-agree
 */
export function createNodeSignatureBackend(): SignatureBackend {
  const imported = new Map<string, ImportedKey>();

  function importKey(publicKey: Uint8Array): ImportedKey | undefined {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString("latin1");
    const known = imported.get(name);
    if (known !== undefined) return known;
    const copy = publicKey.slice();
    const parsed = parsePublicKey(copy);
    if (parsed === undefined) return undefined;
    const key = createPublicKey({ key: Buffer.from(copy.buffer), format: "der", type: "spki" });
    if (imported.size >= CACHED_KEYS) {
      // A Map keeps the order of insertion: the first name is the oldest.
      for (const oldest of imported.keys()) {
        imported.delete(oldest);
        break;
      }
    }
    const entry = { parsed, key };
    imported.set(name, entry);
    return entry;
  }

  return {
    algorithms: [SignatureAlgorithm.Ed25519, SignatureAlgorithm.EcdsaP256, SignatureAlgorithm.RsaPssSha256],
    async verify(algorithm, publicKey, message, signature) {
      try {
        const entry = importKey(publicKey);
        if (entry === undefined || entry.parsed.algorithm !== algorithm) return false;
        if (!isSignatureAdmissible(entry.parsed, signature)) return false;
        return verifyWith(algorithm, entry.key, message, signature);
      } catch {
        // node:crypto throws on some malformed keys and signatures; which ones depends on its version.
        return false;
      }
    },
  };
}

function verifyWith(
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
