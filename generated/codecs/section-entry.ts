// Hand-placed target shape; replaced by the generator's output.
import { type CborReader, type CborWriter, type AscendingPaths } from "../../reference/codec/codegen-v1.js";
import { isSectionVisibility, type SectionVisibility } from "../enums/section-visibility.js";
import { type ProfileConstraints, readProfileConstraints, writeProfileConstraints } from "./profile-constraints.js";
import { PATH_NAME } from "./patterns.js";

export interface SectionEntry {
  /** Name of the section. */
  readonly sectionId: string;
  /** What the body holds; see the table `section-kinds`. */
  readonly kind: number;
  /** First byte of the body, counted from the end of the section index. */
  readonly offset: number;
  /** Length of the body in bytes; zero is legal. */
  readonly length: number;
  /** SHA-256 of the body. A decoded row makes it when it is read, so copy rows member by member, not by spreading. */
  readonly digest: Uint8Array;
  /** Whether the load fails or goes on when the section does not fit. */
  readonly visibility: SectionVisibility;
  /** When the section applies; an empty map means always. */
  readonly profileConstraints: ProfileConstraints;
}

class DecodedSectionEntry implements SectionEntry {
  declare readonly sectionId: string;
  declare readonly kind: number;
  declare readonly offset: number;
  declare readonly length: number;
  declare readonly visibility: SectionVisibility;
  declare readonly profileConstraints: ProfileConstraints;
  private declare readonly document: Uint8Array;
  private declare readonly digestAt: number;
  constructor(document: Uint8Array, sectionId: string, kind: number, offset: number, length: number, digestAt: number, visibility: SectionVisibility, profileConstraints: ProfileConstraints) {
    this.sectionId = sectionId;
    this.kind = kind;
    this.offset = offset;
    this.length = length;
    this.visibility = visibility;
    this.profileConstraints = profileConstraints;
    this.document = document;
    this.digestAt = digestAt;
  }
  get digest(): Uint8Array {
    return this.document.subarray(this.digestAt, this.digestAt + 32);
  }
}

export function readSectionEntry(r: CborReader, order: AscendingPaths): SectionEntry {
  r.beginRow("section-entry", 7);
  const sectionId = r.patternText(PATH_NAME, 1, 128);
  r.requireOrder(order);
  const kind = r.uintFrom(1, 65535);
  const offset = r.uint(9007199254740991);
  const length = r.uint(9007199254740991);
  const digestAt = r.bytesAt(32, 32);
  const visibility = r.uintOf(isSectionVisibility, "section-visibility");
  const profileConstraints = readProfileConstraints(r);
  r.endRow();
  return new DecodedSectionEntry(r.bytes, sectionId, kind, offset, length, digestAt, visibility, profileConstraints);
}

export function writeSectionEntry(w: CborWriter, value: SectionEntry, order: AscendingPaths): void {
  w.requireObject(value, "section-entry");
  w.beginRow("section-entry", 7);
  w.patternText(value.sectionId, PATH_NAME, 1, 128);
  w.requireOrder(order);
  w.uintFrom(value.kind, 1, 65535);
  w.uint(value.offset, 9007199254740991);
  w.uint(value.length, 9007199254740991);
  w.byteString(value.digest, 32, 32);
  w.uintOf(value.visibility, isSectionVisibility, "section-visibility");
  writeProfileConstraints(w, value.profileConstraints);
  w.endContainer();
}
