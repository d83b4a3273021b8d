import type { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../contracts/security.js";
import { KeyCache } from "./key-cache.js";
import { isSignatureAdmissible } from "./signature-rule.js";
import type { ParsedPublicKey } from "./spki.js";

/** Imported keys that a backend keeps where nothing else is said. */
const CACHED_KEYS = 256;

/** The part of a backend that differs from host to host: keys, and the equation of each algorithm. */
export interface SignatureArithmetic<K> {
  /** Algorithms the host computes. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /**
   * The host's form of a key, now or later. May throw or reject; the key then verifies nothing.
   *
   * @param publicKey DER SubjectPublicKeyInfo; never changes
   */
  importKey(parsed: ParsedPublicKey, publicKey: Uint8Array): K | Promise<K>;
  /** Whether the equation holds, for a signature that is admissible. May throw or reject, which means no. */
  verify(parsed: ParsedPublicKey, key: K, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/**
 * Make a backend out of a host's arithmetic. Everything that hosts disagree on is decided here, before the host is
 * asked: which encodings of a key are taken, that a key serves one algorithm only, and what is admissible as a
 * signature.
 *
 * @param cachedKeys imported keys to keep, at least 1
 * @spec signatures.backends-agree
 */
export function createSignatureBackend<K>(
  arithmetic: SignatureArithmetic<K>,
  cachedKeys: number = CACHED_KEYS,
): SignatureBackend {
  const cache = new KeyCache<K | Promise<K>>(cachedKeys, (parsed, publicKey) => {
    const key = arithmetic.importKey(parsed, publicKey);
    // Whoever waits for the key hears of a failure; where nobody waits, it must not end the process.
    if (key instanceof Promise) key.catch(() => {});
    return key;
  });
  const algorithms = [...arithmetic.algorithms];

  return {
    algorithms,
    async verify(algorithm, publicKey, message, signature) {
      try {
        if (!algorithms.includes(algorithm)) return false;
        const entry = cache.get(publicKey);
        if (entry === undefined || entry.parsed.algorithm !== algorithm) return false;
        let key = entry.key;
        if (key instanceof Promise) {
          try {
            key = await key;
          } catch {
            // What made the import fail may pass; the key is asked for again the next time.
            cache.forget(entry);
            return false;
          }
        }
        // Not before the wait: bytes that change meanwhile are then judged as they are when the host gets them.
        if (!isSignatureAdmissible(entry.parsed, signature)) return false;
        const holds = arithmetic.verify(entry.parsed, key, message, signature);
        return typeof holds === "boolean" ? holds : await holds;
      } catch {
        // Hosts throw on some malformed keys and signatures; which ones differs from version to version.
        return false;
      }
    },
  };
}

/**
 * One backend out of several: each algorithm is computed by the first one that computes it. So a host's fast but
 * incomplete arithmetic is completed by a library.
 *
 * @spec signatures.backends-agree
 */
export function combineSignatureBackends(...backends: readonly SignatureBackend[]): SignatureBackend {
  const chosen = new Map<SignatureAlgorithm, SignatureBackend>();
  for (const backend of backends) {
    for (const algorithm of backend.algorithms) if (!chosen.has(algorithm)) chosen.set(algorithm, backend);
  }
  return {
    algorithms: [...chosen.keys()],
    async verify(algorithm, publicKey, message, signature) {
      return (await chosen.get(algorithm)?.verify(algorithm, publicKey, message, signature)) ?? false;
    },
  };
}
