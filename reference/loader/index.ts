// Contents page of the loader layer: from untrusted bytes to a verified object, and back.

export {
  isLoadProfilePreset,
  LOAD_PROFILE_PRESET_NAMES,
  LOAD_PROFILE_PRESETS,
  type LoadProfilePreset,
} from "../../generated/enums/load-profile-preset.js";
// Rules that tools share.
export { compareVersions, parseVersion, type SemanticVersion } from "../versions/semantic-version.js";
export { satisfies } from "../versions/version-range.js";
// Looking at artifacts, also at broken ones.
export { type ArtifactAnatomy, type ArtifactPart, describeArtifact, type PartField } from "./anatomy.js";
export { type Checksum, crc32 } from "./crc32.js";
export type { LoadLimits } from "./limits.js";
export type { DependencyOffer, LoaderOptions, LoaderServices, LoadOptions } from "./load-options.js";
// Loading.
export { createLoader, type Loader } from "./loader.js";
export { createMemorySource } from "./memory-source.js";
export { type OutlineRow, outlineDocument } from "./outline.js";
export { negotiateVersions } from "./phases/negotiate-version.js";
export { checkProfile, profilePreset } from "./profile.js";
export type { LoadProgress } from "./progress.js";
export { selectSections } from "./selection.js";
// Writing and repackaging.
export { createSerializer } from "./serializer.js";
export { signedBytes } from "./signed-bytes.js";
export { describeSource, type SourceAnatomy, type SourceAnatomyOptions } from "./source-anatomy.js";
// Sources of one's own.
export {
  checkSourceConformance,
  type SourceConformanceCheck,
  type SourceConformanceReport,
  type SourceConformanceSubject,
} from "./source-conformance.js";
