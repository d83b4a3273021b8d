// Contents page of the loader layer: from untrusted bytes to a verified object, and back.

// Loading.
export { createLoader, type Loader } from "./loader.js";
export type { DependencyOffer, LoaderOptions, LoaderServices, LoadOptions } from "./load-options.js";
export type { LoadLimits } from "./limits.js";
export { checkProfile } from "./profile.js";
export { selectSections, type SkipReason } from "./selection.js";

// Writing and repackaging.
export { createSerializer } from "./serializer.js";
export { signedBytes } from "./signed-bytes.js";

// Looking at artifacts, also at broken ones.
export { type ArtifactAnatomy, type ArtifactPart, describeArtifact, type PartField } from "./anatomy.js";
export { outlineDocument, type OutlineRow } from "./outline.js";

// Rules that tools share.
export { compareVersions, parseVersion, type SemanticVersion } from "./semantic-version.js";
export { satisfies } from "./version-range.js";
export { crc32 } from "./crc32.js";
