import type { Manifest } from "../../generated/codecs/manifest.js";
import type { ProfileConstraints } from "../../generated/codecs/profile-constraints.js";
import type { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { Signer } from "./security.js";

/** What a manifest says beyond what follows from the sections. Unknown fields of a higher minor are kept in it. */
export type ManifestContent = Omit<Manifest, "sectionIndexDigest">;

/** One section of an artifact in memory. Offset, length and digest follow from the body. */
export interface ArtifactSection {
  /** Name of the section. */
  readonly sectionId: string;
  /** Number of the kind; see the table `section-kinds`. */
  readonly kind: number;
  /** Whether the load fails or goes on when the section does not fit. */
  readonly visibility: SectionVisibility;
  /** When the section applies. */
  readonly profileConstraints: ProfileConstraints;
  /** The body. */
  readonly body: Uint8Array;
}

/** A whole artifact in memory: everything its bytes say, and nothing that can be computed from the rest. */
export interface Artifact {
  readonly manifest: ManifestContent;
  /** Ascending by `sectionId`; a serializer takes any order. */
  readonly sections: readonly ArtifactSection[];
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
   * The one byte string of an artifact. A signature in the manifest is written as it is: after a change, sign again.
   *
   * @throws FaygerError with the code a loader would refuse the artifact with, for what it checks in `parse` and
   * `verify_structure`
   * @spec format.serialize.refuses
   */
  serialize(artifact: Artifact): Uint8Array;
  /**
   * The same artifact with a signature of this key in the place of any it had.
   *
   * @throws FaygerError as {@link BufSerializer.serialize}
   * @spec signatures.length-first
   */
  sign(artifact: Artifact, signer: Signer): Promise<Artifact>;
}
