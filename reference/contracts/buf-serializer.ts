import type { Manifest } from "../../generated/codecs/manifest.js";
import type { ProfileConstraints } from "../../generated/codecs/profile-constraints.js";
import type { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { BufSource } from "./buf-source.js";
import type { CancellationSignal } from "./cancellation.js";
import type { Signer } from "./security.js";

/** What a manifest says beyond what follows from the sections. Unknown fields of a higher minor are kept in it. */
export type ManifestContent = Omit<Manifest, "sectionIndexDigest">;

/** A body that stays where it is stored until it is written. */
export interface StoredBody {
  /** Length in bytes. */
  readonly length: number;
  /** SHA-256 of the bytes. 32 bytes. */
  readonly digest: Uint8Array;
  /** The bytes from the first to the last. What is written of them is compared with length and digest. */
  open(signal?: CancellationSignal): AsyncIterable<Uint8Array>;
}

/** A body in memory, or one that is stored. */
export type ArtifactBody = Uint8Array | StoredBody;

/** One section of an artifact. Offset, length and digest follow from the body. */
export interface ArtifactSection<B extends ArtifactBody = Uint8Array> {
  /** Name of the section. */
  readonly sectionId: string;
  /** Number of the kind; see the table `section-kinds`. */
  readonly kind: number;
  /** Whether the load fails or goes on when the section does not fit. */
  readonly visibility: SectionVisibility;
  /** When the section applies. */
  readonly profileConstraints: ProfileConstraints;
  /** The body. */
  readonly body: B;
}

/** A whole artifact: everything its bytes say, and nothing that can be computed from the rest. */
export interface Artifact<B extends ArtifactBody = Uint8Array> {
  readonly manifest: ManifestContent;
  /** Ascending by `sectionId`; a serializer takes any order. */
  readonly sections: readonly ArtifactSection<B>[];
}

/** An artifact whose bodies stay in its source. */
export interface OpenedArtifact extends Artifact<StoredBody> {
  /** Give the source back. Bodies cannot be read afterwards. */
  close(): Promise<void>;
}

/** What is to become different. */
export interface ArtifactChanges<B extends ArtifactBody = Uint8Array> {
  /** Makes the new manifest from the old one. Spread the old one, and what is unknown in it stays. */
  readonly manifest?: (manifest: ManifestContent) => ManifestContent;
  /** Sections that are added, or take the place of the one with the same name. */
  readonly put?: readonly ArtifactSection<B>[];
  /** Names of sections that are taken out. */
  readonly remove?: readonly string[];
}

/**
 * Turns artifacts into bytes and back, for tools that write back, cache or repackage.
 *
 * @spec loader.repack
 */
export interface BufSerializer {
  /**
   * Read an artifact whole and check everything but its signature: what it says about who made it is unproven. The
   * bodies are views into `bytes`, which must not be changed afterwards.
   *
   * @throws FaygerError the first check of the table `loader-checks` that fails, signature, selection and resolution
   * left out
   */
  parse(bytes: Uint8Array): Artifact;
  /**
   * The same without reading bodies, for artifacts that are larger than memory: a body is read and verified when it is
   * written. Every section is there, whatever a profile would select. Closes the source where it fails.
   *
   * @throws FaygerError as {@link BufSerializer.parse}, bodies left out; what the source throws; `LDR_ABORTED`
   */
  open(source: BufSource, signal?: CancellationSignal): Promise<OpenedArtifact>;
  /**
   * Another artifact with the changes made and everything else as it was. It has no signature: one that was right before
   * is wrong now, also where nothing was changed but the order of bytes. What is wrong with the result is found when it
   * is serialized.
   *
   * @throws TypeError where a section is to be removed that there is not: a fault of the calling program
   * @spec loader.repack.unsigned
   */
  change<B extends ArtifactBody>(artifact: Artifact<B>, changes: ArtifactChanges<B>): Artifact<B>;
  /**
   * The one byte string of an artifact. A signature in the manifest is written as it is.
   *
   * @throws FaygerError with the code a loader would refuse the artifact with, for what it checks in `parse` and
   * `verify_structure`
   * @spec format.serialize.refuses
   */
  serialize(artifact: Artifact): Uint8Array;
  /**
   * The same bytes, part after part, in memory that does not depend on the length of stored bodies. Nothing is written
   * of an artifact that a loader would refuse; a body that turns out to be another than was announced ends the writing,
   * and what was written until then is of no use.
   *
   * @param write takes the next bytes before it settles; not changed afterwards, nor kept
   * @returns the number of bytes written
   * @throws FaygerError as {@link BufSerializer.serialize}; `LDR_DIGEST_MISMATCH` of a body; what opening a body throws;
   * `LDR_ABORTED`
   * @spec loader.repack.streamed
   */
  serializeTo(
    artifact: Artifact<ArtifactBody>,
    write: (bytes: Uint8Array) => Promise<void> | void,
    signal?: CancellationSignal,
  ): Promise<number>;
  /**
   * The same artifact with a signature of this key in the place of any it had.
   *
   * @throws FaygerError as {@link BufSerializer.serialize}
   * @spec signatures.length-first
   */
  sign<B extends ArtifactBody>(artifact: Artifact<B>, signer: Signer): Promise<Artifact<B>>;
}
