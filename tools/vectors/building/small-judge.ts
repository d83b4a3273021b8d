import type { VectorExpectation } from "../../../generated/json/vector.js";
import type { Built } from "./artifact.js";
import { crc32, headerFields, sizes } from "./artifact-head.js";
import { fromBigEndian, join, sha256, toHex } from "./octets.js";
import { judgeIndex, judgeManifest, memberOf, textOf } from "./small-decoder.js";
import type { FormItem } from "./small-decoder-form.js";

// The verdict on any bytes that an artifact was damaged to, from the layout and the order of the checks. It is what the
// classes of exhaustive vectors are made of; it signs nothing and selects nothing.

/** The artifact before it was damaged, and how it is loaded. */
export interface Setting {
  readonly sound: Built;
  /** Sections whose bodies are read, in the order in which a fault of theirs is met; every section in index order where absent. */
  readonly read?: readonly string[];
}

/** A refusal whose every member that is compared is there. */
type Refused = VectorExpectation & { readonly verdict: "reject" };

const limits = {
  manifest_bytes: 1_048_576n,
  index_bytes: 134_217_728n,
  sections: 1_000_000n,
  section_bytes: 4_294_967_296n,
};

/** What a load of the bytes gives. @spec loader.checks.order */
export function judge(bytes: Uint8Array, setting: Setting): VectorExpectation {
  const parts = judgeHead(bytes);
  if ("verdict" in parts) return parts;
  const documents = judgeDocuments(parts);
  if ("verdict" in documents) return documents;
  return (
    judgeStructure(parts, documents) ??
    judgeDigests(parts, documents) ??
    judgeSignature(parts, setting) ??
    judgeBodies(parts, documents, setting) ?? { verdict: "accept" }
  );
}

interface Parts {
  readonly bytes: Uint8Array;
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  readonly indexAt: number;
  readonly bodiesAt: number;
}

function refuse(
  phase: string,
  code: string,
  at: number,
  more: Pick<VectorExpectation, "reason" | "context"> & {
    readonly path?: string;
    readonly part?: string;
    readonly section?: string;
  } = {},
): Refused {
  const { reason, context, ...locus } = more;
  return {
    verdict: "reject",
    code,
    ...(reason !== undefined && { reason }),
    phase,
    locus: { at, ...locus },
    ...(context !== undefined && { context }),
  };
}

/** Positions 10 to 60. */
function judgeHead(bytes: Uint8Array): Parts | Refused {
  const phase = "read_head";
  const size = bytes.length;
  const isPrefix = (at: number, wanted: readonly number[]): boolean =>
    wanted.every((byte, n) => at + n >= size || bytes[at + n] === byte);
  if (!isPrefix(0, [0x42, 0x55, 0x46, 0]))
    return refuse(phase, "LDR_BAD_MAGIC", 0, { context: { expected: "42554600", found: toHex(bytes.subarray(0, 4)) } });
  if (!isPrefix(4, [0, 1, 0, 0])) {
    const number = (at: number): string => (at + 2 > size ? "?" : String(field(bytes, { at, size: 2 })));
    const context = { required: `${number(4)}.${number(6)}`, available: "1.0" };
    return refuse(phase, "LDR_FORMAT_VERSION_UNSUPPORTED", 4, { context });
  }
  if (size < sizes.both) return refuse(phase, "LDR_TRUNCATED", size, missing(size, 92n));
  const manifestLength = field(bytes, headerFields.manifest_length);
  const indexLength = field(bytes, headerFields.section_index_length);
  if (manifestLength > limits.manifest_bytes) return above(phase, "manifest_bytes", manifestLength, 24);
  if (indexLength > limits.index_bytes) return above(phase, "index_bytes", indexLength, 40);
  const needed = 92n + manifestLength + indexLength;
  if (needed > BigInt(size)) return refuse(phase, "LDR_TRUNCATED", size, missing(size, needed));
  const indexAt = sizes.header + Number(manifestLength);
  const bodiesAt = indexAt + Number(indexLength);
  return {
    bytes,
    header: bytes.subarray(0, sizes.header),
    manifest: bytes.subarray(sizes.header, indexAt),
    index: bytes.subarray(indexAt, bodiesAt),
    indexAt,
    bodiesAt,
  };
}

function missing(size: number, needed: bigint): Pick<VectorExpectation, "context"> {
  return { context: { expected: safe(needed), available: size } };
}

function above(phase: string, limit: keyof typeof limits, found: bigint, at: number): Refused {
  const context = { limit, maximum: Number(limits[limit]), found: safe(found) };
  return refuse(phase, "LDR_LIMIT_EXCEEDED", at, { context });
}

interface Documents {
  readonly manifest: FormItem;
  readonly isKnownMajor: boolean;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly id: string;
  readonly kind: bigint;
  readonly offset: FormItem;
  readonly length: FormItem;
  readonly digest: Uint8Array;
  /** First byte of the body, counted from the end of the index. */
  readonly at: bigint;
}

/** Positions 70 to 100. */
function judgeDocuments(parts: Parts): Documents | Refused {
  const phase = "parse";
  const manifest = judgeManifest(parts.manifest);
  if (manifest.fault !== undefined) {
    const { offset, reason, path } = manifest.fault;
    return refuse(phase, "LDR_MANIFEST_INVALID", sizes.header + offset, { reason, path, part: "manifest" });
  }
  const index = judgeIndex(parts.index, manifest.version);
  if (index.fault !== undefined) {
    const { offset, reason, path } = index.fault;
    return refuse(phase, "LDR_INDEX_INVALID", parts.indexAt + offset, { reason, path, part: "section_index" });
  }
  const entries = entriesOf(index.root as FormItem);
  if (BigInt(entries.length) > limits.sections) return above(phase, "sections", BigInt(entries.length), parts.indexAt);
  const long = entries.find(({ length }) => length.value > limits.section_bytes)?.length;
  if (long !== undefined) return above(phase, "section_bytes", long.value, parts.indexAt + long.start);
  return { manifest: manifest.root as FormItem, isKnownMajor: manifest.version[0] === 1n, entries };
}

function entriesOf(index: FormItem): Entry[] {
  let at = 0n;
  return index.children.map(({ children }) => {
    const [id, kind, offset, length, digest] = children as [FormItem, FormItem, FormItem, FormItem, FormItem];
    const entry = { id: textOf(id), kind: kind.value, offset, length, digest: digest.content, at };
    at += length.value;
    return entry;
  });
}

/** Positions 110 to 210. */
function judgeStructure(parts: Parts, { manifest, isKnownMajor, entries }: Documents): Refused | undefined {
  const phase = "verify_structure";
  const { bytes, header, bodiesAt, indexAt } = parts;
  const size = bytes.length;
  const end = entries.reduce((sum, { length }) => sum + length.value, BigInt(bodiesAt + sizes.trailer));
  if (end > BigInt(size)) return refuse(phase, "LDR_TRUNCATED", size, missing(size, end));
  const invalid = (reason: string, at: number, section?: string): Refused =>
    refuse(phase, "LDR_STRUCTURE_INVALID", at, { reason, ...(section !== undefined && { section }) });
  if (end < BigInt(size)) return invalid("computed_end", Number(end));
  const trailerAt = size - sizes.trailer;
  const stored = Number(field(bytes, { at: size - 4, size: 4 }));
  const found = crc32(bytes.subarray(0, bodiesAt), bytes.subarray(trailerAt, size - 4));
  if (stored !== found) return refuse(phase, "LDR_CRC_MISMATCH", size - 4, { context: { expected: stored, found } });
  if (field(bytes, { at: trailerAt, size: 8 }) !== BigInt(size)) return invalid("total_length", trailerAt);
  const flags = field(header, headerFields.flags);
  if (flags > 1n) return invalid("flags", 8);
  if (field(header, headerFields.reserved) !== 0n) return invalid("reserved", 12);
  if (field(header, headerFields.manifest_offset) !== 48n) return invalid("manifest_offset", 16);
  if (field(header, headerFields.section_index_offset) !== BigInt(indexAt)) return invalid("section_index_offset", 32);
  if ((flags === 1n) !== (memberOf(manifest, "signature") !== undefined)) return invalid("signed_flag", 8);
  const displaced = entries.find(({ offset, at }) => offset.value !== at);
  if (displaced !== undefined) return invalid("section_offset", indexAt + displaced.offset.start, displaced.id);
  const assembly = isKnownMajor ? memberOf(manifest, "assembly") : undefined;
  if (assembly === undefined) return undefined;
  const isThere = entries.some(({ id, kind }) => id === textOf(assembly) && kind === 5n);
  return isThere ? undefined : invalid("assembly", sizes.header + assembly.start, textOf(assembly));
}

/** Positions 230 and 240. */
function judgeDigests({ bytes, manifest, index, indexAt }: Parts, documents: Documents): Refused | undefined {
  const compare = (part: string, at: number, pinned: Uint8Array, covered: Uint8Array): Refused | undefined => {
    const [expected, found] = [toHex(pinned), toHex(sha256(covered))];
    const context = { expected, found };
    return expected === found ? undefined : refuse("verify_digest", "LDR_DIGEST_MISMATCH", at, { part, context });
  };
  const pinned = memberOf(documents.manifest, "section_index_digest")?.content ?? new Uint8Array();
  return (
    compare("manifest", sizes.header, bytes.subarray(bytes.length - 36, bytes.length - 4), manifest) ??
    compare("section_index", indexAt, pinned, index)
  );
}

/** Position 250: nothing but what was signed has a signature. */
function judgeSignature({ header, manifest, index }: Parts, { sound }: Setting): Refused | undefined {
  const key = sound.plan.key;
  if (Buffer.compare(join(header, manifest, index), join(sound.header, sound.manifest, sound.index)) === 0)
    return undefined;
  const context = key && { algorithm: key.algorithm, key_id: toHex(key.keyId) };
  return {
    verdict: "reject",
    code: "LDR_SIGNATURE_FAIL",
    reason: "InvalidSignature",
    phase: "verify_signature",
    ...(context !== undefined && { context }),
  };
}

/** Position 310. */
function judgeBodies({ bytes, bodiesAt }: Parts, { entries }: Documents, { read }: Setting): Refused | undefined {
  for (const id of read ?? entries.map((entry) => entry.id)) {
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined) continue;
    const at = bodiesAt + Number(entry.at);
    const found = sha256(bytes.subarray(at, at + Number(entry.length.value)));
    if (Buffer.compare(found, entry.digest) === 0) continue;
    const context = { expected: toHex(entry.digest), found: toHex(found) };
    return refuse("read_sections", "LDR_DIGEST_MISMATCH", at, { part: "section", section: id, context });
  }
  return undefined;
}

function field(bytes: Uint8Array, { at, size }: { readonly at: number; readonly size: number }): bigint {
  return fromBigEndian(bytes.subarray(at, at + size));
}

/** A number above 2^53-1 is reported as 2^53-1. */
function safe(value: bigint): number {
  return Number(value > 2n ** 53n - 1n ? 2n ** 53n - 1n : value);
}
