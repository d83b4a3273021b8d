import type { Manifest } from "../../../generated/codecs/manifest.js";
import type { SectionIndex } from "../../../generated/codecs/section-index.js";
import type { SignatureBlock } from "../../../generated/codecs/signature-block.js";
import type { TrustLevel } from "../../../generated/enums/trust-level.js";
import type { Header } from "../../../generated/layouts/header.js";
import type { LoaderServices, LoadOptions, ResolvedLoaderOptions } from "../load-options.js";
import type { SectionDirectory } from "../section-directory.js";
import type { Selection } from "../selection.js";
import type { SourceReader } from "../source-reader.js";

/** What every phase of one load may use. */
export interface LoadContext {
  readonly services: LoaderServices;
  readonly loader: ResolvedLoaderOptions;
  readonly load: LoadOptions;
  readonly reader: SourceReader;
}

// Each phase takes what the phases before it have found and adds its own: the compiler keeps the order.

/**
 * What a phase has found, added in place to what it was given. A copy for each phase would cost more than the phase:
 * copies made by spreading outlive the load that made them, and everything the artifact holds with them.
 */
export function withFound<Before extends object, Found extends object>(before: Before, found: Found): Before & Found {
  return Object.assign(before, found);
}

/** After `read_head`: the stored bytes of every part but the bodies. */
export interface ArtifactHead {
  /** Size of the artifact in bytes. */
  readonly size: number;
  /** What the read at the front returned; covers the first bodies, of a short artifact all. */
  readonly front: Uint8Array;
  readonly header: Header;
  /** The 48 bytes of the header. */
  readonly headerBytes: Uint8Array;
  readonly manifestBytes: Uint8Array;
  readonly indexBytes: Uint8Array;
  /** The last 44 bytes of the artifact. */
  readonly trailerBytes: Uint8Array;
}

/** After `parse`. */
export interface ParsedArtifact extends ArtifactHead {
  readonly schemaVersion: readonly [major: number, minor: number];
  /** Absent where the major version of the schema is unknown. */
  readonly manifest: Manifest | undefined;
  readonly sectionIndexDigest: Uint8Array;
  readonly signature: SignatureBlock | undefined;
  readonly index: SectionIndex;
  /** First byte of the bodies: section offsets count from here. */
  readonly bodiesAt: number;
}

/** After `verify_digest`. */
export interface DigestedArtifact extends ParsedArtifact {
  /** SHA-256 of the manifest as stored. */
  readonly manifestDigest: Uint8Array;
}

/** After `verify_signature`. */
export interface TrustedArtifact extends DigestedArtifact {
  readonly trust: TrustLevel;
}

/** After `negotiate_version`: the manifest is of a schema this loader knows. */
export interface NegotiatedArtifact extends TrustedArtifact {
  readonly manifest: Manifest;
}

/** After `select`. */
export interface SelectedArtifact extends NegotiatedArtifact {
  readonly selection: Selection;
  readonly directory: SectionDirectory;
}
