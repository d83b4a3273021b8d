// Contents page of the loader layer: from untrusted bytes to a verified object, and back.

// Looking at artifacts, also at broken ones.
export { type ArtifactAnatomy, type ArtifactPart, describeArtifact, type PartField } from "./anatomy.js";
export { crc32 } from "./crc32.js";
export type { LoadLimits } from "./limits.js";
export type { DependencyOffer, LoaderOptions, LoaderServices, LoadOptions } from "./load-options.js";
// Loading.
export { createLoader, type Loader } from "./loader.js";
export { createMemorySource } from "./memory-source.js";
export { type OutlineRow, outlineDocument } from "./outline.js";
export { checkProfile } from "./profile.js";
export { type SkipReason, selectSections } from "./selection.js";
// Rules that tools share.
export { compareVersions, parseVersion, type SemanticVersion } from "./semantic-version.js";
// Writing and repackaging.
export { createSerializer } from "./serializer.js";
export { signedBytes } from "./signed-bytes.js";
export { satisfies } from "./version-range.js";
