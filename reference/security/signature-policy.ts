import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { isSignatureAlgorithm, type SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { SignatureReason } from "../../generated/enums/signature-reason.js";
import { TrustLevel } from "../../generated/enums/trust-level.js";
import type { SignatureBackend, SignaturePolicy, SignatureRequest, SignatureVerdict } from "../contracts/security.js";
import { trustKeyRefusal } from "./trust-key-state.js";
import type { InstalledTrustStore } from "./trust-store.js";

/** What the decision table is applied with. */
export interface SignaturePolicyOptions {
  /** The keys the host believes. */
  readonly trustStore: InstalledTrustStore;
  /** Does the arithmetic. */
  readonly backend: SignatureBackend;
  /**
   * Whether an artifact needs the signature of a trusted key. Turning it off is security-relevant: rows 1 and 3 of the
   * decision table then load the artifact, as `unsigned` and `unverified`.
   *
   * @defaultValue true
   * @spec signatures.enforce-default
   */
  readonly enforce?: boolean;
}

/**
 * The signature policy of one host: the decision table, first match wins.
 *
 * @spec signatures.decision
 */
export function createSignaturePolicy(options: SignaturePolicyOptions): SignaturePolicy {
  const { trustStore, backend, enforce = true } = options;

  return {
    async decide(request: SignatureRequest): Promise<SignatureVerdict> {
      const { signature, artifactName } = request;
      if (signature === undefined) {
        if (enforce) return refuse(SignatureReason.MissingSignature);
        return { accepted: true, trust: TrustLevel.Unsigned, reason: SignatureReason.MissingSignature };
      }
      const { algorithm } = signature;
      if (!isComputed(backend, algorithm)) return refuse(SignatureReason.UnsupportedAlgorithm);
      // @spec trust-store.update.consistent: everything the store says is asked before the first wait.
      const key = trustStore.lookup(signature.keyId);
      if (key === undefined) {
        if (enforce) return refuse(SignatureReason.UntrustedKey);
        return { accepted: true, trust: TrustLevel.Unverified, reason: SignatureReason.UntrustedKey };
      }
      const reason =
        key.algorithm === algorithm
          ? (trustKeyRefusal(key, artifactName, trustStore.now()) ??
            ((await backend.verify(algorithm, key.publicKey, request.signedBytes(), signature.value))
              ? undefined
              : SignatureReason.InvalidSignature))
          : SignatureReason.AlgorithmMismatch;
      if (reason !== undefined) return refuse(reason, key);
      return { accepted: true, trust: TrustLevel.Verified, ...labelOf(key) };
    },
  };
}

function isComputed(backend: SignatureBackend, algorithm: string): algorithm is SignatureAlgorithm {
  return isSignatureAlgorithm(algorithm) && backend.algorithms.includes(algorithm);
}

function refuse(reason: SignatureReason, key?: TrustKey): SignatureVerdict {
  return { accepted: false, reason, ...(key === undefined ? {} : labelOf(key)) };
}

function labelOf(key: TrustKey): { readonly label?: string } {
  return key.label === undefined ? {} : { label: key.label };
}
