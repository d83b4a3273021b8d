import type { SignatureBlock } from "../../generated/codecs/signature-block.js";
import type { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import type { SignatureReason } from "../../generated/enums/signature-reason.js";
import type { TrustLevel } from "../../generated/enums/trust-level.js";

/** SHA-256 as a host offers it. @spec format.digest.algorithm */
export interface Sha256 {
  /** Digest of `bytes`: 32 bytes. */
  digest(bytes: Uint8Array): Uint8Array;
  /**
   * The same without holding the thread, where the host has a faster way than {@link Sha256.digest} for many bytes. The
   * bytes must not change meanwhile.
   */
  digestLong?(bytes: Uint8Array): Promise<Uint8Array>;
  /** A digest fed piece by piece. */
  incremental(): IncrementalDigest;
}

/** A digest fed piece by piece. */
export interface IncrementalDigest {
  /** Add `bytes`. */
  update(bytes: Uint8Array): void;
  /** The digest of everything added: 32 bytes. Called once. */
  digest(): Uint8Array;
}

/** What the loader asks of the signature policy. @spec signatures.decision */
export interface SignatureRequest {
  /** Header, manifest without its signature member, section index. Not built when there is no signature. */
  readonly signedBytes: () => Uint8Array;
  /** The manifest's signature block, where it has one. */
  readonly signature: SignatureBlock | undefined;
  /** The artifact's name; absent where the schema's major version is unknown, and then scope is not checked. */
  readonly artifactName: string | undefined;
}

/** The policy's answer. */
export type SignatureVerdict =
  | {
      /** The artifact may be loaded. */
      readonly accepted: true;
      /** How far it is trusted. */
      readonly trust: TrustLevel;
      /** Why it is not `verified`, where it is not. */
      readonly reason?: SignatureReason;
      /** The key's label in the trust store. */
      readonly label?: string;
    }
  | {
      /** The load fails with `LDR_SIGNATURE_FAIL`. */
      readonly accepted: false;
      /** Row of the decision table. */
      readonly reason: SignatureReason;
      /** The key's label in the trust store. */
      readonly label?: string;
    };

/** The signature policy as the loader sees it. @spec architecture.cross-cutting */
export interface SignaturePolicy {
  /** Apply the decision table. Never throws for what an artifact holds. */
  decide(request: SignatureRequest): Promise<SignatureVerdict>;
}

/**
 * Signature arithmetic as a host offers it. Every backend gives the same verdict on every input.
 *
 * @spec signatures.backends-agree
 */
export interface SignatureBackend {
  /** Algorithms this backend computes. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /**
   * Whether `signature` over `message` is right for the key. False for every malformed input; never throws.
   *
   * @param publicKey the key as DER SubjectPublicKeyInfo
   */
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean>;
}

/** A private key that signs. @spec signatures.signing */
export interface Signer {
  /** Algorithm of the key. */
  readonly algorithm: SignatureAlgorithm;
  /** The public key as DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Length of every signature this key makes, in bytes: known before signing, as the header counts it. */
  readonly signatureBytes: number;
  /** Sign `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
