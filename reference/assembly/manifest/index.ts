// Reading and judging the file of an author.
export { applyEdits, type Finding, type PlacedFinding, type TextEdit } from "./finding.js";
export { type FayManifestJudgement, judgeFayManifest } from "./judge.js";
export { type FayManifestReading, type ReadFayManifestOptions, readFayManifest } from "./read.js";
