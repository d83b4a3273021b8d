import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { decodeTrustStore, encodeTrustStore, type TrustStore } from "../../generated/codecs/trust-store.js";
import { type DecodeReason, isDecodeReason } from "../../generated/enums/decode-reason.js";
import { isSignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import type { TrustKeyFault } from "../../generated/enums/trust-key-fault.js";
import type { Sha256 } from "../contracts/security.js";
import { FaygerError } from "../errors/fayger-error.js";
import { compareBytes, equalBytes, toHexadecimal } from "./bytes.js";
import { locate } from "./locate.js";
import { parsePublicKey } from "./spki.js";

/**
 * Read a trust store and check everything in it, so that nothing is found out later, at the moment of trust.
 *
 * @param bytes the document in deterministic CBOR
 * @throws FaygerError `LDR_TRUST_STORE_INVALID`
 * @spec trust-store.invalid
 */
export function readTrustStore(bytes: Uint8Array, sha256: Sha256): TrustStore {
  const store = decode(bytes);
  store.keys.forEach((key, index) => {
    const fault = keyFault(key, sha256);
    if (fault === undefined) return;
    const path = ["keys", index, fault.member];
    throw invalid(fault.reason, `$.keys[${index}].${fault.member}`, locate(bytes, path), fault.expected, fault.found);
  });
  return store;
}

/**
 * Write a trust store whose keys may stand in any order.
 *
 * @throws FaygerError `LDR_TRUST_STORE_INVALID` where the result would not be read back
 * @spec trust-store.shape
 */
export function writeTrustStore(store: TrustStore, sha256: Sha256): Uint8Array {
  const keys = [...store.keys].sort((a, b) => compareBytes(a.keyId, b.keyId));
  let bytes: Uint8Array;
  try {
    bytes = encodeTrustStore({ ...store, keys });
  } catch (error) {
    throw codecFault(error);
  }
  readTrustStore(bytes, sha256);
  return bytes;
}

function decode(bytes: Uint8Array): TrustStore {
  try {
    return decodeTrustStore(bytes);
  } catch (error) {
    throw codecFault(error);
  }
}

interface KeyFault {
  readonly member: "key_id" | "algorithm" | "public_key";
  readonly reason: TrustKeyFault;
  readonly expected: string;
  readonly found: string;
}

/** The first fault in the order in which the members are stored. */
function keyFault(key: TrustKey, sha256: Sha256): KeyFault | undefined {
  const { algorithm } = key;
  // @spec trust-store.key-id: recomputed, never believed: an id somebody wrote down proves nothing about the key.
  const keyId = sha256.digest(key.publicKey);
  if (!equalBytes(keyId, key.keyId)) {
    const [expected, found] = [toHexadecimal(keyId), toHexadecimal(key.keyId)];
    return { member: "key_id", reason: "key_id_mismatch", expected: `the digest of public_key, ${expected}`, found };
  }
  if (!isSignatureAlgorithm(algorithm)) {
    const expected = "an algorithm of the table signature-algorithms";
    return { member: "algorithm", reason: "algorithm_unknown", expected, found: algorithm };
  }
  // @spec trust-store.key-form
  const found = parsePublicKey(key.publicKey)?.algorithm;
  if (found === algorithm) return undefined;
  return {
    member: "public_key",
    reason: "public_key_invalid",
    expected: `the one SubjectPublicKeyInfo of a key for ${algorithm}`,
    found: found === undefined ? `${key.publicKey.length} other bytes` : `a key for ${found}`,
  };
}

/** What the codec found, as a coded error. This layer does not see the codec's class, only the shape of its report. */
function codecFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { reason, path, offset, expected, found } = error as Error & Partial<Record<string, unknown>>;
  if (typeof reason !== "string" || !isDecodeReason(reason) || typeof offset !== "number") return error;
  return invalid(reason, String(path), offset, String(expected), String(found));
}

function invalid(
  reason: DecodeReason | TrustKeyFault,
  path: string,
  offset: number,
  expected: string,
  found: string,
): FaygerError {
  return new FaygerError(
    "LDR_TRUST_STORE_INVALID",
    `the trust store is invalid at ${path}: expected ${expected}, found ${found}`,
    {
      reason,
      path,
      offset,
      expected,
      found,
    },
  );
}
