import { type Built, sectionOf } from "../building/artifact.js";
import { fromBigEndian, toHex } from "../building/octets.js";
import type { Refusal } from "../corpus/family.js";
import type { TestKey } from "../corpus/keys.js";

// Refusals with everything that the chapter loader compares, computed from where the builder put things.

type LimitName = "manifest_bytes" | "index_bytes" | "sections" | "section_bytes";

/** The largest number an error tells. */
export const LARGEST = 9_007_199_254_740_991;

/** @spec loader.read-head.size loader.read-head.parts loader.verify-structure.end */
export function truncated(phase: "read_head" | "verify_structure", size: number, expected: number): Refusal {
  return { code: "LDR_TRUNCATED", phase, locus: { at: size }, context: { expected, available: size } };
}

/** @spec loader.read-head.magic */
export function badMagic(found: Uint8Array): Refusal {
  const context = { expected: "42554600", found: toHex(found.subarray(0, 4)) };
  return { code: "LDR_BAD_MAGIC", phase: "read_head", locus: { at: 0 }, context };
}

/** @spec loader.read-head.format-version */
export function formatVersion(required: string): Refusal {
  const context = { required, available: "1.0" };
  return { code: "LDR_FORMAT_VERSION_UNSUPPORTED", phase: "read_head", locus: { at: 4 }, context };
}

/** @spec loader.read-head.limits loader.parse.limits */
export function limit(
  phase: "read_head" | "parse",
  name: LimitName,
  maximum: number,
  found: number,
  at: number,
): Refusal {
  return { code: "LDR_LIMIT_EXCEEDED", phase, locus: { at }, context: { limit: name, maximum, found } };
}

/** @spec loader.parse.manifest */
export function manifestInvalid(reason: string, path: string, at: number): Refusal {
  return { code: "LDR_MANIFEST_INVALID", reason, phase: "parse", locus: { at, path, part: "manifest" } };
}

/** @spec loader.parse.index */
export function indexInvalid(reason: string, path: string, at: number): Refusal {
  return { code: "LDR_INDEX_INVALID", reason, phase: "parse", locus: { at, path, part: "section_index" } };
}

/** @spec loader.verify-structure.reasons */
export function structure(reason: string, at: number, section?: string): Refusal {
  const locus = { at, ...(section !== undefined && { section }) };
  return { code: "LDR_STRUCTURE_INVALID", reason, phase: "verify_structure", locus };
}

/** A checksum that is not that of the parts as they are there. @spec loader.verify-structure.crc */
export function crcMismatch({ bytes, crc }: Built): Refusal {
  const expected = Number(fromBigEndian(bytes.subarray(bytes.length - 4)));
  if (expected === crc) throw new TypeError("the checksum is right");
  const context = { expected, found: crc };
  return { code: "LDR_CRC_MISMATCH", phase: "verify_structure", locus: { at: bytes.length - 4 }, context };
}

function digestMismatch(part: string, at: number, expected: Uint8Array, found: Uint8Array): Refusal {
  if (toHex(expected) === toHex(found)) throw new TypeError(`the digest of ${part} is right`);
  const context = { expected: toHex(expected), found: toHex(found) };
  return { code: "LDR_DIGEST_MISMATCH", phase: "verify_digest", locus: { at, part }, context };
}

/** @spec loader.verify-digest.expected */
export function expectedManifestMismatch({ manifestDigest }: Built, expected: Uint8Array): Refusal {
  return digestMismatch("expected_manifest", 48, expected, manifestDigest);
}

/** @spec loader.verify-digest.manifest */
export function manifestMismatch({ trailer, manifestDigest }: Built): Refusal {
  return digestMismatch("manifest", 48, trailer.subarray(8, 40), manifestDigest);
}

/** @spec loader.verify-digest.index */
export function indexMismatch({ indexAt, indexDigest }: Built, pinned: Uint8Array): Refusal {
  return digestMismatch("section_index", indexAt, pinned, indexDigest);
}

/** @spec loader.read-sections */
export function bodyMismatch(made: Built, id: string): Refusal {
  const { at, pinned, digest } = sectionOf(made, id);
  const { locus, ...mismatch } = digestMismatch("section", at, pinned, digest);
  return { ...mismatch, phase: "read_sections", locus: { ...locus, section: id } };
}

/** @spec signatures.decision */
export function signatureFail(reason: string, key?: Pick<TestKey, "algorithm" | "keyId">): Refusal {
  const context = key && { algorithm: key.algorithm, key_id: toHex(key.keyId) };
  return { code: "LDR_SIGNATURE_FAIL", reason, phase: "verify_signature", ...(context && { context }) };
}

/** @spec versions.negotiation.schema */
export function schemaVersion(required: string): Refusal {
  const context = { required, available: "1.0", expected_range: "1.x" };
  return { code: "LDR_SCHEMA_VERSION_UNSUPPORTED", phase: "negotiate_version", context };
}

/** @spec versions.negotiation.runtime-interface */
export function runtimeInterface(required: string): Refusal {
  const context = { required, available: "1.0.0", expected_range: ">=1.0.0 <=1.0.0" };
  return { code: "LDR_RUNTIME_INTERFACE_UNSUPPORTED", phase: "negotiate_version", context };
}

/** @spec selection.unfit */
export function sectionUnfit(section: string, length: number, budget: string, available: number): Refusal {
  return { code: "LDR_SECTION_UNFIT", phase: "select", locus: { section }, context: { length, budget, available } };
}

/** @spec loader.resolve.entry */
export function entryUnresolved(section: string, reason: "missing" | "not_code" | "not_selected"): Refusal {
  return { code: "LDR_ENTRY_UNRESOLVED", reason, phase: "resolve", locus: { section } };
}

/** @spec loader.resolve.dependencies */
export function dependencyUnresolved(name: string, versionRange: string, available: readonly string[]): Refusal {
  const context = { name, version_range: versionRange, available };
  return { code: "LDR_DEPENDENCY_UNRESOLVED", phase: "resolve", context };
}

/** @spec loader.read-sections.unselected */
export function notSelected(section: string, reason: string): Refusal {
  return { code: "LDR_SECTION_NOT_SELECTED", reason, phase: "read_sections", locus: { section } };
}
