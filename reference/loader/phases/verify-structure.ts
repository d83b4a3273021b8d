import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { SectionKind, sectionKindName } from "../../../generated/enums/section-kind.js";
import { StructureReason } from "../../../generated/enums/structure-reason.js";
import { HEADER_SIZE, HeaderFlag } from "../../../generated/layouts/header.js";
import { readTrailer, TRAILER_SIZE, type Trailer } from "../../../generated/layouts/trailer.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { type Checksum, crc32 } from "../crc32.js";
import { safeNumber, structureInvalid, truncated } from "../failure.js";
import { locate } from "../locate.js";
import { SectionDirectory } from "../section-directory.js";
import type { ParsedArtifact } from "./load-context.js";

const PHASE = LoaderPhase.VerifyStructure;
/** Where header, trailer and an entry of the index keep what is checked here. */
const FLAGS_AT = 8;
const RESERVED_AT = 12;
const MANIFEST_OFFSET_AT = 16;
const INDEX_OFFSET_AT = 32;
const CRC_AT = 40;
const OFFSET_ITEM = 2;

/**
 * Phase 3: every byte belongs to a named part, and the parts lie where the format puts them.
 *
 * @param checksum computes the CRC-32
 * @spec loader.verify-structure.reasons
 */
export function verifyStructure(artifact: ParsedArtifact, checksum: Checksum = crc32): void {
  checkEnd(artifact);
  const trailer = readTrailer(artifact.trailerBytes);
  checkCrc(artifact, trailer, checksum);
  checkFields(artifact, trailer);
  checkSectionOffsets(artifact);
  checkAssembly(artifact);
}

/** @spec loader.verify-structure.end */
function checkEnd({ index, bodiesAt, size }: ParsedArtifact): void {
  let end = bodiesAt + TRAILER_SIZE;
  // @spec format.bounds: a sum that leaves the exact numbers is above every size and stays there.
  for (let at = 0; at < index.length; at += 1) end += index.at(at)?.length ?? 0;
  if (end > size) throw truncated(PHASE, end, size, "the bodies and the trailer");
  if (end < size) throw structureInvalid(StructureReason.ComputedEnd, end, `the end at byte ${end}`, `${size} bytes`);
}

/** @spec loader.verify-structure.crc */
function checkCrc(
  { headerBytes, manifestBytes, indexBytes, trailerBytes, size }: ParsedArtifact,
  trailer: Trailer,
  checksum: Checksum,
): void {
  let computed = checksum(headerBytes, 0);
  for (const part of [manifestBytes, indexBytes, trailerBytes.subarray(0, CRC_AT)]) computed = checksum(part, computed);
  if (computed === trailer.crc32) return;
  throw new FaygerError("LDR_CRC_MISMATCH", "the checksum of header, manifest, section index and trailer is wrong", {
    phase: PHASE,
    offset: size - TRAILER_SIZE + CRC_AT,
    expected: trailer.crc32,
    found: computed,
  });
}

function checkFields({ header, size, manifestBytes, signature }: ParsedArtifact, trailer: Trailer): void {
  if (trailer.totalLength !== size) {
    const found = text(trailer.totalLength);
    throw structureInvalid(StructureReason.TotalLength, size - TRAILER_SIZE, String(size), found);
  }
  const undefinedFlags = (header.flags & ~HeaderFlag.Signed) >>> 0;
  if (undefinedFlags !== 0) {
    throw structureInvalid(StructureReason.Flags, FLAGS_AT, "no flag but SIGNED", `0x${header.flags.toString(16)}`);
  }
  if (header.reserved !== 0) {
    throw structureInvalid(StructureReason.Reserved, RESERVED_AT, "0", String(header.reserved));
  }
  if (header.manifestOffset !== HEADER_SIZE) {
    const found = text(header.manifestOffset);
    throw structureInvalid(StructureReason.ManifestOffset, MANIFEST_OFFSET_AT, String(HEADER_SIZE), found);
  }
  const indexAt = HEADER_SIZE + manifestBytes.length;
  if (header.sectionIndexOffset !== indexAt) {
    const found = text(header.sectionIndexOffset);
    throw structureInvalid(StructureReason.SectionIndexOffset, INDEX_OFFSET_AT, String(indexAt), found);
  }
  const saysSigned = (header.flags & HeaderFlag.Signed) !== 0;
  if (saysSigned !== (signature !== undefined)) {
    const expected =
      signature === undefined ? "SIGNED not set: there is no signature" : "SIGNED set: there is a signature";
    throw structureInvalid(
      StructureReason.SignedFlag,
      FLAGS_AT,
      expected,
      saysSigned ? "SIGNED set" : "SIGNED not set",
    );
  }
}

// @spec format.section-empty: a section without bytes ends where it begins.
function checkSectionOffsets({ index, indexBytes, manifestBytes }: ParsedArtifact): void {
  let expected = 0;
  for (let at = 0; at < index.length; at += 1) {
    const entry = index.at(at);
    if (entry === undefined) break;
    if (entry.offset !== expected) {
      const offset = HEADER_SIZE + manifestBytes.length + locate(indexBytes, [at, OFFSET_ITEM]);
      const found = String(entry.offset);
      throw structureInvalid(StructureReason.SectionOffset, offset, String(expected), found, entry.sectionId);
    }
    expected += entry.length;
  }
}

// @spec manifest.assembly
function checkAssembly({ manifest, manifestBytes, index }: ParsedArtifact): void {
  const assembly = manifest?.assembly;
  if (assembly === undefined) return;
  const at = new SectionDirectory(index).positionOf(assembly);
  const kind = at < 0 ? undefined : index.at(at)?.kind;
  if (kind === SectionKind.Assembly) return;
  const offset = HEADER_SIZE + locate(manifestBytes, ["assembly"]);
  const found = kind === undefined ? "no such section" : `a section of kind ${sectionKindName(kind)}`;
  throw structureInvalid(StructureReason.Assembly, offset, "a section of kind assembly", found, assembly);
}

function text(value: number): string {
  return String(safeNumber(value));
}
