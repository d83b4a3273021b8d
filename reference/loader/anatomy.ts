import { declaredManifestVersion, decodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { decodeSectionIndex, type SectionIndex } from "../../generated/codecs/section-index.js";
import {
  HEADER_FIELDS,
  HEADER_SIZE,
  type Header,
  type HeaderField,
  readHeader,
} from "../../generated/layouts/header.js";
import { readTrailer, TRAILER_FIELDS, TRAILER_SIZE, type Trailer } from "../../generated/layouts/trailer.js";
import { SCHEMA_VERSION } from "../../generated/versions.js";
import type { Sha256 } from "../contracts/security.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { equalBytes, toHexadecimal } from "./bytes.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import { createSerializer } from "./serializer.js";

/** A named run of bytes. The parts of an anatomy cover the artifact once and in order. */
export interface ArtifactPart {
  /** `unknown`: bytes that belong to no part that can be recognised. */
  readonly name: "header" | "manifest" | "section_index" | "section" | "trailer" | "unknown";
  /** First byte. */
  readonly offset: number;
  /** Bytes that are there. */
  readonly length: number;
  /** Bytes that were declared, where fewer are there. */
  readonly declaredLength?: number;
  /** Of a section: its entry. */
  readonly entry?: SectionEntry;
  /** Of a section that is there whole: whether its digest is the one of its entry. */
  readonly isIntact?: boolean;
  /** Of header and trailer: the fields that are there. */
  readonly fields?: readonly PartField[];
}

/** A field of header or trailer. */
export interface PartField {
  /** Name in the specification. */
  readonly name: string;
  /** First byte, absolute in the artifact. */
  readonly offset: number;
  readonly length: number;
  /** A number in decimal digits, other bytes as hexadecimal digits. */
  readonly value: string;
  /** What the field says. */
  readonly meaning: string;
}

/** What can be told about a file that may be an artifact, may be broken, may be anything. */
export interface ArtifactAnatomy {
  /** Bytes of the file. */
  readonly size: number;
  readonly parts: readonly ArtifactPart[];
  /** Absent where the file is too short. */
  readonly header?: Header;
  /** Absent where the file is too short. */
  readonly trailer?: Trailer;
  /** Absent where it cannot be decoded. */
  readonly manifest?: Manifest;
  /** Absent where it cannot be decoded. */
  readonly index?: SectionIndex;
  /** The first check that fails, signature, selection and resolution left out; absent where all pass. */
  readonly error?: FaygerError;
}

/**
 * Take a file apart as far as it can be read. Never throws for what the file holds: the more is broken, the less is
 * told, and `error` says what a loader would say.
 *
 * @param bytes the whole file
 */
export function describeArtifact(bytes: Uint8Array, sha256: Sha256, limits?: Partial<LoadLimits>): ArtifactAnatomy {
  const error = firstError(bytes, sha256, limits);
  return takeApart({
    size: bytes.length,
    bytesOf: (part) => slice(bytes, part),
    isIntact: (part, entry) => equalBytes(sha256.digest(slice(bytes, part)), entry.digest),
    ...(error === undefined ? {} : { error }),
  });
}

/** What is known of an artifact that is to be taken apart. */
export interface KnownArtifact {
  /** Bytes of the whole. */
  readonly size: number;
  /** The bytes of a part; absent where they are not at hand. */
  readonly bytesOf: (part: Pick<ArtifactPart, "offset" | "length">) => Uint8Array | undefined;
  /** Whether a section that is there whole has the digest of its entry; absent where nobody looked. */
  readonly isIntact: (part: ArtifactPart, entry: SectionEntry) => boolean | undefined;
  /** The first check that fails. */
  readonly error?: FaygerError;
}

/** The anatomy of an artifact of which at least the first 48 and the last 44 bytes are at hand. */
export function takeApart({ size, bytesOf, isIntact, error }: KnownArtifact): ArtifactAnatomy {
  const verdict = error === undefined ? {} : { error };
  const headerBytes = bytesOf({ offset: 0, length: Math.min(size, HEADER_SIZE) }) ?? new Uint8Array();
  if (size < HEADER_SIZE) return { size, parts: size === 0 ? [] : [headerPart(headerBytes)], ...verdict };
  const header = readHeader(headerBytes);
  // The trailer is wherever the file ends, as far as the header leaves room for it.
  const trailerAt = Math.max(HEADER_SIZE, size - TRAILER_SIZE);
  const cutter = new Cutter(trailerAt);
  const manifestPart = cutter.cut("manifest", exactLength(header.manifestLength));
  const indexPart = cutter.cut("section_index", exactLength(header.sectionIndexLength));
  const manifestBytes = bytesOf(manifestPart) ?? new Uint8Array();
  const indexBytes = bytesOf(indexPart) ?? new Uint8Array();
  const manifest = decoded(() => decodeManifest(manifestBytes, { baseOffset: manifestPart.offset }));
  const growth = isLater(manifestBytes) ? "open" : "closed";
  const index = decoded(() => decodeSectionIndex(indexBytes, { baseOffset: indexPart.offset, growth }));
  const sections = Array.from(index ?? [], (entry) => {
    const part = { ...cutter.cut("section", entry.length), entry };
    const intact = part.declaredLength === undefined ? isIntact(part, entry) : undefined;
    return intact === undefined ? part : { ...part, isIntact: intact };
  });
  const rest = cutter.rest();
  const trailerBytes = bytesOf({ offset: trailerAt, length: size - trailerAt }) ?? new Uint8Array();
  const trailer = trailerBytes.length === TRAILER_SIZE ? readTrailer(trailerBytes, 0) : undefined;
  const trailing = trailerPart(trailerBytes, trailerAt);
  const parts = [headerPart(headerBytes), manifestPart, indexPart, ...sections, ...rest, trailing];
  return {
    size,
    parts: parts.filter((part) => part.length > 0 || part.declaredLength !== undefined || part.entry !== undefined),
    header,
    ...(trailer === undefined ? {} : { trailer }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(index === undefined ? {} : { index }),
    ...verdict,
  };
}

function firstError(bytes: Uint8Array, sha256: Sha256, limits?: Partial<LoadLimits>): FaygerError | undefined {
  try {
    createSerializer(sha256, resolveLimits(limits)).parse(bytes);
    return undefined;
  } catch (error) {
    if (isFaygerError(error)) return error;
    throw error;
  }
}

/** Cuts parts off one after the other, never beyond the trailer. */
class Cutter {
  #at = HEADER_SIZE;
  readonly #end: number;

  constructor(end: number) {
    this.#end = end;
  }

  cut(name: ArtifactPart["name"], declaredLength: number): ArtifactPart {
    const offset = this.#at;
    const length = Math.min(declaredLength, this.#end - offset);
    this.#at += length;
    return { name, offset, length, ...(length < declaredLength ? { declaredLength } : {}) };
  }

  rest(): readonly ArtifactPart[] {
    return this.#at < this.#end ? [{ name: "unknown", offset: this.#at, length: this.#end - this.#at }] : [];
  }
}

function headerPart(bytes: Uint8Array): ArtifactPart {
  const length = Math.min(bytes.length, HEADER_SIZE);
  const fields = fieldsOf(bytes.subarray(0, length), HEADER_FIELDS, 0);
  return {
    name: "header",
    offset: 0,
    length,
    fields,
    ...(length < HEADER_SIZE ? { declaredLength: HEADER_SIZE } : {}),
  };
}

function trailerPart(bytes: Uint8Array, at: number): ArtifactPart {
  const { length } = bytes;
  if (length < TRAILER_SIZE) return { name: "trailer", offset: at, length, declaredLength: TRAILER_SIZE };
  return { name: "trailer", offset: at, length, fields: fieldsOf(bytes, TRAILER_FIELDS, at) };
}

function fieldsOf(record: Uint8Array, fields: readonly HeaderField[], base: number): PartField[] {
  const whole = fields.filter((field) => field.offset + field.size <= record.length);
  return whole.map(({ name, offset, size, type, meaning }) => {
    const bytes = record.subarray(offset, offset + size);
    const hexadecimal = toHexadecimal(bytes);
    const value = type === "uint" ? BigInt(`0x${hexadecimal}`).toString() : hexadecimal;
    return { name, offset: base + offset, length: size, value, meaning };
  });
}

function slice(bytes: Uint8Array, { offset, length }: Pick<ArtifactPart, "offset" | "length">): Uint8Array {
  return bytes.subarray(offset, offset + length);
}

function exactLength(length: number): number {
  return Math.min(length, Number.MAX_SAFE_INTEGER);
}

/** Whether the manifest declares a schema whose index may hold constraints this version does not know. */
function isLater(manifest: Uint8Array): boolean {
  const declared = declaredManifestVersion(manifest);
  return declared !== undefined && (declared[0] !== SCHEMA_VERSION[0] || declared[1] > SCHEMA_VERSION[1]);
}

/** A part that cannot be decoded is left out: the error of the whole file says why. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
