import type { LoadProfile } from "../../../generated/json/load-profile.js";
import { concatenate } from "../bytes.js";
import { type DocumentVerdict, judgeIndex, judgeManifest, memberOf } from "./document-oracle.js";
import type { DocumentFault, FormItem } from "./form-oracle.js";

// The one verdict of every artifact, worked out from the text of the specification. Nothing of the loader or of the
// generated codecs is used here, so that a fault of theirs cannot hide.

/** The world an artifact is loaded in. */
export interface OracleWorld {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  readonly profile: LoadProfile;
  /** Whether a signature of a trusted key is demanded. */
  readonly enforce: boolean;
  /** Trusted keys by the hexadecimal digits of their ids: the algorithm of each. */
  readonly trusted: ReadonlyMap<string, string>;
  /** Everything a trusted key has signed, as {@link signatureId} names it. No other signature is right. */
  readonly genuine: ReadonlySet<string>;
  readonly limits?: Partial<OracleLimits>;
}

/** The limits of `spec/tables/load-limits.yaml`. */
export interface OracleLimits {
  readonly manifest_bytes: number;
  readonly index_bytes: number;
  readonly sections: number;
  readonly section_bytes: number;
}

const LIMITS: OracleLimits = {
  manifest_bytes: 2 ** 20,
  index_bytes: 2 ** 27,
  sections: 1_000_000,
  section_bytes: 2 ** 32,
};

/** An expected error: code and the fields of its context that are compared, byte strings as hexadecimal digits. */
export interface Refusal {
  readonly code: string;
  readonly context: Readonly<Record<string, string | number | boolean>>;
}

/** The expected outcome. */
export interface Expectation {
  /** Why the load is refused before any body is read. */
  readonly refusal?: Refusal;
  /** Selected sections in index order, each with the error its body is refused with. Empty where the load is refused. */
  readonly bodies: readonly { readonly sectionId: string; readonly refusal?: Refusal }[];
  readonly trust?: string;
}

/** The verdict on the bytes of an artifact. */
export function judgeArtifact(bytes: Uint8Array, world: OracleWorld): Expectation {
  const refusal = (found: Refusal): Expectation => ({ refusal: found, bodies: [] });
  const limits = { ...LIMITS, ...world.limits };
  const head = judgeHead(bytes, limits);
  if ("code" in head) return refusal(head);
  const parsed = judgeParts(bytes, head, limits);
  if ("code" in parsed) return refusal(parsed);
  const structure = judgeStructure(bytes, head, parsed) ?? judgeDigests(bytes, head, parsed, world);
  if (structure !== undefined) return refusal(structure);
  const trust = judgeSignature(bytes, head, parsed, world);
  if (typeof trust !== "string") return refusal(trust);
  const selected = judgeNegotiation(parsed) ?? judgeSelection(parsed, world.profile);
  if ("code" in selected) return refusal(selected);
  const unresolved = judgeResolution(parsed, selected);
  if (unresolved !== undefined) return refusal(unresolved);
  return { trust, bodies: selected.map((entry) => judgeBody(bytes, head, entry, world)) };
}

/** A number up to which errors count. */
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

interface Head {
  readonly manifestLength: number;
  readonly indexLength: number;
  /** First byte of the index, and of the bodies. */
  readonly indexAt: number;
  readonly bodiesAt: number;
}

function judgeHead(bytes: Uint8Array, limits: OracleLimits): Head | Refusal {
  const phase = "read_head";
  const size = bytes.length;
  const magic = [0x42, 0x55, 0x46, 0];
  if (magic.some((byte, at) => at < size && bytes[at] !== byte)) {
    const context = { phase, offset: 0, expected: "42554600", found: hexadecimal(bytes.subarray(0, 4)) };
    return { code: "LDR_BAD_MAGIC", context };
  }
  if ([0, 1, 0, 0].some((byte, at) => at + 4 < size && bytes[at + 4] !== byte)) {
    const part = (at: number): string => (size < at + 2 ? "?" : String(uint(bytes, at, 2)));
    const context = { phase, offset: 4, required: `${part(4)}.${part(6)}`, available: "1.0" };
    return { code: "LDR_FORMAT_VERSION_UNSUPPORTED", context };
  }
  if (size < 92) return { code: "LDR_TRUNCATED", context: { phase, offset: size, expected: 92, available: size } };
  const manifestLength = uint(bytes, 24, 8);
  const indexLength = uint(bytes, 40, 8);
  const above = (limit: keyof OracleLimits, found: bigint, offset: number): Refusal => {
    return {
      code: "LDR_LIMIT_EXCEEDED",
      context: { phase, limit, maximum: limits[limit], found: safe(found), offset },
    };
  };
  if (manifestLength > BigInt(limits.manifest_bytes)) return above("manifest_bytes", manifestLength, 24);
  if (indexLength > BigInt(limits.index_bytes)) return above("index_bytes", indexLength, 40);
  const needed = 92n + manifestLength + indexLength;
  if (needed > BigInt(size)) {
    return { code: "LDR_TRUNCATED", context: { phase, offset: size, expected: safe(needed), available: size } };
  }
  const indexAt = 48 + Number(manifestLength);
  return {
    manifestLength: Number(manifestLength),
    indexLength: Number(indexLength),
    indexAt,
    bodiesAt: indexAt + Number(indexLength),
  };
}

interface Parts {
  readonly version: readonly [major: number, minor: number];
  readonly manifest: FormItem;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly sectionId: string;
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
  readonly digest: string;
  readonly isRequired: boolean;
  readonly constraints: FormItem;
  /** Where the items `offset` and `length` stand in the index. */
  readonly offsetAt: number;
  readonly lengthAt: number;
  /** First byte of the body, counted from the end of the index. */
  readonly at: number;
}

function judgeParts(bytes: Uint8Array, head: Head, limits: OracleLimits): Parts | Refusal {
  const manifest = judgeManifest(bytes.subarray(48, head.indexAt));
  if (manifest.fault !== undefined) return partRefusal("manifest", manifest.fault, 48);
  const { version } = manifest;
  const index: DocumentVerdict = judgeIndex(bytes.subarray(head.indexAt, head.bodiesAt), version);
  if (index.fault !== undefined) return partRefusal("section_index", index.fault, head.indexAt);
  const entries = entriesOf(index.root);
  const above = (limit: keyof OracleLimits, found: number, at: number): Refusal => {
    const offset = head.indexAt + at;
    return { code: "LDR_LIMIT_EXCEEDED", context: { phase: "parse", limit, maximum: limits[limit], found, offset } };
  };
  if (entries.length > limits.sections) return above("sections", entries.length, 0);
  const long = entries.find((entry) => entry.length > limits.section_bytes);
  if (long !== undefined) return above("section_bytes", long.length, long.lengthAt);
  return { version, manifest: manifest.root, entries };
}

function partRefusal(part: string, { reason, path, offset }: DocumentFault, base: number): Refusal {
  const code = part === "manifest" ? "LDR_MANIFEST_INVALID" : "LDR_INDEX_INVALID";
  return { code, context: { phase: "parse", part, reason, path, offset: base + offset } };
}

function entriesOf(index: FormItem): Entry[] {
  let at = 0;
  return index.children.map((row) => {
    const [sectionId, kind, offset, length, digest, visibility, constraints] = row.children as [
      FormItem,
      FormItem,
      FormItem,
      FormItem,
      FormItem,
      FormItem,
      FormItem,
    ];
    const entry = {
      sectionId: sectionId.text,
      kind: kind.argument,
      offset: offset.argument,
      length: length.argument,
      digest: hexadecimal(digest.content),
      isRequired: visibility.argument === 0,
      constraints,
      offsetAt: offset.start,
      lengthAt: length.start,
      at,
    };
    at += entry.length;
    return entry;
  });
}

function judgeStructure(bytes: Uint8Array, head: Head, { manifest, entries, version }: Parts): Refusal | undefined {
  const phase = "verify_structure";
  const size = bytes.length;
  const end = entries.reduce((sum, entry) => sum + BigInt(entry.length), BigInt(head.bodiesAt) + 44n);
  if (end > BigInt(size)) {
    return { code: "LDR_TRUNCATED", context: { phase, offset: size, expected: safe(end), available: size } };
  }
  const invalid = (reason: string, offset: number, sectionId?: string): Refusal => {
    const section = sectionId === undefined ? {} : { section_id: sectionId };
    return { code: "LDR_STRUCTURE_INVALID", context: { phase, reason, offset, ...section } };
  };
  if (end < BigInt(size)) return invalid("computed_end", Number(end));
  const trailerAt = size - 44;
  const crc = checksum(bytes.subarray(trailerAt, size - 4), checksum(bytes.subarray(0, head.bodiesAt)));
  const stored = Number(uint(bytes, size - 4, 4));
  if (crc !== stored) {
    return { code: "LDR_CRC_MISMATCH", context: { phase, offset: size - 4, expected: stored, found: crc } };
  }
  if (uint(bytes, trailerAt, 8) !== BigInt(size)) return invalid("total_length", trailerAt);
  const flags = Number(uint(bytes, 8, 4));
  if (flags > 1) return invalid("flags", 8);
  if (uint(bytes, 12, 4) !== 0n) return invalid("reserved", 12);
  if (uint(bytes, 16, 8) !== 48n) return invalid("manifest_offset", 16);
  if (uint(bytes, 32, 8) !== BigInt(head.indexAt)) return invalid("section_index_offset", 32);
  if ((flags === 1) !== (memberOf(manifest, "signature") !== undefined)) return invalid("signed_flag", 8);
  const displaced = entries.find((entry) => entry.offset !== entry.at);
  if (displaced !== undefined) {
    return invalid("section_offset", head.indexAt + displaced.offsetAt, displaced.sectionId);
  }
  const assembly = version[0] === 1 ? memberOf(manifest, "assembly") : undefined;
  if (assembly === undefined) return undefined;
  const sectionId = assembly.text;
  const isAssembly = entries.some((entry) => entry.sectionId === sectionId && entry.kind === 5);
  return isAssembly ? undefined : invalid("assembly", 48 + assembly.start, sectionId);
}

function judgeDigests(
  bytes: Uint8Array,
  head: Head,
  { manifest }: Parts,
  { sha256 }: OracleWorld,
): Refusal | undefined {
  const mismatch = (part: string, offset: number, expected: string, found: string): Refusal | undefined => {
    const context = { phase: "verify_digest", part, offset, expected, found };
    return expected === found ? undefined : { code: "LDR_DIGEST_MISMATCH", context };
  };
  const manifestDigest = hexadecimal(sha256(bytes.subarray(48, head.indexAt)));
  const trailerAt = bytes.length - 44;
  const pinned = hexadecimal((memberOf(manifest, "section_index_digest") as FormItem).content);
  return (
    mismatch("manifest", 48, hexadecimal(bytes.subarray(trailerAt + 8, trailerAt + 40)), manifestDigest) ??
    mismatch("section_index", head.indexAt, pinned, hexadecimal(sha256(bytes.subarray(head.indexAt, head.bodiesAt))))
  );
}

function judgeSignature(bytes: Uint8Array, head: Head, { manifest }: Parts, world: OracleWorld): string | Refusal {
  const block = memberOf(manifest, "signature");
  const refuse = (reason: string, more: Readonly<Record<string, string>> = {}): Refusal => {
    return { code: "LDR_SIGNATURE_FAIL", context: { phase: "verify_signature", reason, ...more } };
  };
  if (block === undefined) return world.enforce ? refuse("MissingSignature") : "unsigned";
  const algorithm = (memberOf(block, "algorithm") as FormItem).text;
  const keyId = hexadecimal((memberOf(block, "key_id") as FormItem).content);
  const signer = { algorithm, key_id: keyId };
  if (!["ed25519", "ecdsa-p256", "rsa-pss-sha256"].includes(algorithm)) return refuse("UnsupportedAlgorithm", signer);
  const trusted = world.trusted.get(keyId);
  if (trusted === undefined) return world.enforce ? refuse("UntrustedKey", signer) : "unverified";
  if (trusted !== algorithm) return refuse("AlgorithmMismatch", signer);
  const message = signedPart(bytes, head, manifest);
  const value = (memberOf(block, "value") as FormItem).content;
  const id = signatureId(world.sha256, algorithm, keyId, message, value);
  return world.genuine.has(id) ? "verified" : refuse("InvalidSignature", signer);
}

/** Names one signature over one message by one key. */
export function signatureId(
  sha256: (bytes: Uint8Array) => Uint8Array,
  algorithm: string,
  keyId: string,
  message: Uint8Array,
  value: Uint8Array,
): string {
  return `${algorithm} ${keyId} ${hexadecimal(sha256(message))} ${hexadecimal(value)}`;
}

/** The message of an artifact's signature; `undefined` where it has none, or cannot be read so far. */
export function signedMessageOf(bytes: Uint8Array): Uint8Array | undefined {
  const head = judgeHead(bytes, LIMITS);
  const parts = "code" in head ? head : judgeParts(bytes, head, LIMITS);
  if ("code" in head || "code" in parts || memberOf(parts.manifest, "signature") === undefined) return undefined;
  return signedPart(bytes, head, parts.manifest);
}

/** What a genuine, signed artifact was signed as: for {@link OracleWorld.genuine}. */
export function signatureIdOf(bytes: Uint8Array, sha256: (bytes: Uint8Array) => Uint8Array): string {
  const head = judgeHead(bytes, LIMITS);
  const parts = "code" in head ? head : judgeParts(bytes, head, LIMITS);
  if ("code" in head || "code" in parts) throw new Error("the artifact is not genuine");
  const block = memberOf(parts.manifest, "signature");
  const content = (name: string): Uint8Array => (memberOf(block, name) as FormItem).content;
  const message = signedPart(bytes, head, parts.manifest);
  const algorithm = (memberOf(block, "algorithm") as FormItem).text;
  return signatureId(sha256, algorithm, hexadecimal(content("key_id")), message, content("value"));
}

/** Header, manifest without its signature, index: the signature's pair is cut out and the count lowered by one. */
function signedPart(bytes: Uint8Array, head: Head, manifest: FormItem): Uint8Array {
  const at = manifest.children.findIndex((key, i) => i % 2 === 0 && key.text === "signature");
  const [key, value] = [manifest.children[at] as FormItem, manifest.children[at + 1] as FormItem];
  const first = manifest.children[0] as FormItem;
  const count = manifest.argument - 1;
  const lowered = count < 24 ? [0xa0 + count] : count < 256 ? [0xb8, count] : [0xb9, count >> 8, count & 255];
  return concatenate([
    bytes.subarray(0, 48),
    Uint8Array.from(lowered),
    bytes.subarray(48 + first.start, 48 + key.start),
    bytes.subarray(48 + (value.end as number), head.bodiesAt),
  ]);
}

function judgeNegotiation({ version, manifest }: Parts): Refusal | undefined {
  const phase = "negotiate_version";
  if (version[0] !== 1) {
    const context = { phase, required: version.join("."), available: "1.0", expected_range: "1.x" };
    return { code: "LDR_SCHEMA_VERSION_UNSUPPORTED", context };
  }
  const needed = (memberOf(manifest, "runtime_interface_min") as FormItem).children.map((part) => part.argument);
  const required = needed.join(".");
  // Nothing but 1.0.0 itself is of major 1 and not above 1.0.0.
  if (required === "1.0.0") return undefined;
  const context = { phase, required, available: "1.0.0", expected_range: ">=1.0.0 <=1.0.0" };
  return { code: "LDR_RUNTIME_INTERFACE_UNSUPPORTED", context };
}

function judgeSelection({ entries }: Parts, profile: LoadProfile): Entry[] | Refusal {
  const applies = entries.filter((entry) => isApplicable(entry.constraints, profile));
  const largest = profile.max_section_bytes ?? Infinity;
  let left = profile.max_total_bytes ?? Infinity;
  const selected = new Set<Entry>();
  for (const isRequired of [true, false]) {
    for (const entry of applies) {
      if (entry.isRequired !== isRequired) continue;
      const { length } = entry;
      const budget = length > largest ? "max_section_bytes" : length > left ? "max_total_bytes" : undefined;
      if (budget === undefined) {
        selected.add(entry);
        left -= length;
      } else if (isRequired) {
        const available = budget === "max_section_bytes" ? largest : left;
        const context = { phase: "select", section_id: entry.sectionId, length, budget, available };
        return { code: "LDR_SECTION_UNFIT", context };
      }
    }
  }
  return entries.filter((entry) => selected.has(entry));
}

function isApplicable(constraints: FormItem, profile: LoadProfile): boolean {
  for (let at = 0; at < constraints.children.length; at += 2) {
    const value = constraints.children[at + 1] as FormItem;
    const texts = value.children.map((item) => item.text);
    switch ((constraints.children[at] as FormItem).text) {
      case "terminals":
        if (!texts.includes(profile.terminal)) return false;
        break;
      case "capabilities":
        if (!texts.every((text) => profile.capabilities.includes(text))) return false;
        break;
      case "features":
        if (!texts.every((text) => profile.features.includes(text))) return false;
        break;
      case "min_memory_bytes":
        if (value.argument > (profile.memory_bytes ?? Infinity)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

/** The world offers nothing to artifacts that depend on something. */
function judgeResolution({ manifest, entries }: Parts, selected: readonly Entry[]): Refusal | undefined {
  const phase = "resolve";
  const sectionId = textOf(memberOf(memberOf(manifest, "entry"), "section"));
  const entry = entries.find((candidate) => candidate.sectionId === sectionId);
  const reason =
    entry === undefined ? "missing" : entry.kind !== 1 ? "not_code" : selected.includes(entry) ? "" : "not_selected";
  if (reason !== "") return { code: "LDR_ENTRY_UNRESOLVED", context: { phase, section_id: sectionId, reason } };
  const dependency = memberOf(manifest, "dependencies")?.children[0];
  if (dependency === undefined) return undefined;
  const [name, range] = [textOf(memberOf(dependency, "name")), textOf(memberOf(dependency, "version_range"))];
  return { code: "LDR_DEPENDENCY_UNRESOLVED", context: { phase, name, version_range: range, available: "" } };
}

function judgeBody(
  bytes: Uint8Array,
  head: Head,
  { sectionId, at, length, digest }: Entry,
  { sha256 }: OracleWorld,
): { readonly sectionId: string; readonly refusal?: Refusal } {
  const offset = head.bodiesAt + at;
  const found = hexadecimal(sha256(bytes.subarray(offset, offset + length)));
  if (found === digest) return { sectionId };
  const context = { phase: "read_sections", part: "section", section_id: sectionId, offset, expected: digest, found };
  return { sectionId, refusal: { code: "LDR_DIGEST_MISMATCH", context } };
}

function textOf(item: FormItem | undefined): string {
  return (item as FormItem).text;
}

function uint(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = 0; i < size; i += 1) value = value * 256n + BigInt(bytes[at + i] as number);
  return value;
}

function safe(value: bigint): number {
  return Number(value > LARGEST ? LARGEST : value);
}

/** What each byte does to a checksum, bit by bit as the definition of CRC-32/ISO-HDLC has it. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, value) => {
  let remainder = value;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ ((remainder & 1) === 0 ? 0 : 0xedb88320);
  return remainder;
});

/** CRC-32/ISO-HDLC, byte by byte. */
export function checksum(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (REMAINDERS[(crc ^ byte) & 255] as number);
  return ~crc >>> 0;
}

const DIGITS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal digits, two a byte. */
export function hexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}
