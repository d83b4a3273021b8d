import type { TestKey } from "../corpus/keys.js";
import {
  crc32,
  type HeaderValues,
  headerBytes,
  sizes,
  spliced,
  type TrailerValues,
  trailerBytes,
} from "./artifact-head.js";
import { type Item, item, map, type Place, text, type Value, type Written, write } from "./cbor.js";
import { join, sha256 } from "./octets.js";
import { sign, signatureLength } from "./signing.js";

// Whole artifacts by the text of the specification, right ones and wrong ones, with the place of everything in them.

/** Members of a map; one that is undefined is left out. */
export type Members = Readonly<Record<string, Value | undefined>>;

/** One section of a planned artifact. */
export interface SectionPlan {
  readonly id: string;
  /** 1, code, where absent. */
  readonly kind?: number;
  readonly body: Uint8Array;
  /** 0, required, where absent. */
  readonly visibility?: 0 | 1;
  /** Profile constraints; none where absent. */
  readonly constraints?: Members;
}

/** What an artifact is made of. What follows from it is computed. */
export interface ArtifactPlan {
  readonly name: string;
  /** Ascending by id, as the index asks for. */
  readonly sections: readonly SectionPlan[];
  /** The entry section; the first section where absent. */
  readonly entry?: string;
  /** Members of the manifest beside or instead of those that every manifest has. */
  readonly manifest?: Members;
  /** The key that signs; unsigned where absent. */
  readonly key?: TestKey;
}

/** How far an artifact is repaired behind a fault. @spec conformance.repair */
export type Repair = "raw" | "digests" | "signed";

/** Members of an index entry. */
export interface EntryValues {
  readonly section_id?: Value;
  readonly kind?: Value;
  readonly offset?: Value;
  readonly length?: Value;
  readonly digest?: Value;
  readonly visibility?: Value;
  readonly profile_constraints?: Value;
}

/**
 * What is wrong with an artifact. Every part is first made as the repair says and then given its fault, part by part:
 * bodies, index, manifest, header, trailer, and at last the whole.
 */
export interface Fault {
  /** Sections that stand there instead of the planned ones; the manifest keeps its entry. */
  readonly sections?: readonly SectionPlan[];
  /** Bodies that are changed, by section. */
  readonly bodies?: Readonly<Record<string, (body: Uint8Array) => Uint8Array>>;
  /** Values that stand in index entries, by section. */
  readonly entries?: Readonly<Record<string, EntryValues>>;
  /** Changes the items of the index. */
  readonly indexItems?: (index: Item) => Item;
  /** Changes the bytes of the index. */
  readonly index?: (written: Written) => Uint8Array;
  /** Members of the manifest that differ; `undefined` takes one away. */
  readonly members?: Members;
  /** Changes the items of the manifest. */
  readonly manifestItems?: (manifest: Item) => Item;
  /** Changes the bytes of the manifest. */
  readonly manifest?: (written: Written) => Uint8Array;
  /** Fields of the header. */
  readonly header?: HeaderValues;
  /** Fields of the trailer. */
  readonly trailer?: TrailerValues;
  /** Changes the bytes of the whole artifact; `bodiesAt` is the first byte behind the index. */
  readonly whole?: (bytes: Uint8Array, bodiesAt: number) => Uint8Array;
}

/** Where one section of an artifact that was made lies. */
export interface BuiltSection {
  readonly id: string;
  /** First byte of the body, absolute. */
  readonly at: number;
  readonly length: number;
  /** SHA-256 of the body as it is there. */
  readonly digest: Uint8Array;
  /** The digest that the index pins. */
  readonly pinned: Uint8Array;
}

/** An artifact that was made. All offsets are absolute. */
export interface Built {
  readonly plan: ArtifactPlan;
  readonly bytes: Uint8Array;
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  readonly bodies: readonly Uint8Array[];
  readonly trailer: Uint8Array;
  readonly indexAt: number;
  /** First byte behind the index. */
  readonly bodiesAt: number;
  readonly trailerAt: number;
  readonly sections: readonly BuiltSection[];
  /** Digests of the bytes that are there. */
  readonly manifestDigest: Uint8Array;
  readonly indexDigest: Uint8Array;
  /** Checksum of the bytes that are there. */
  readonly crc: number;
  readonly signature: Uint8Array | undefined;
  /** First byte of the value at a path of the manifest, as it was before the fault of its bytes. */
  readonly inManifest: (path: string) => number;
  /** First byte of the value at a path of the index, as it was before the fault of its bytes. */
  readonly inIndex: (path: string) => number;
  /** The manifest as it was written, before the fault of its bytes; its places are counted from its first byte. */
  readonly manifestWritten: Written;
  /** The index as it was written, before the fault of its bytes; its places are counted from its first byte. */
  readonly indexWritten: Written;
}

/** An artifact without a fault. */
export function build(plan: ArtifactPlan): Built {
  return assemble(plan, {}, "signed", undefined);
}

/** The artifact with a fault, repaired behind it as far as asked. @spec conformance.repair */
export function buildFaulty(plan: ArtifactPlan, fault: Fault, repair: Repair): Built {
  return assemble(plan, fault, repair, build(plan));
}

function assemble(plan: ArtifactPlan, fault: Fault, repair: Repair, sound: Built | undefined): Built {
  const stale = repair === "raw" ? sound : undefined;
  const sections = fault.sections ?? plan.sections;
  const bodies = sections.map(({ id, body }) => fault.bodies?.[id]?.(body) ?? body);
  const entries = entryItems(sections, stale?.bodies ?? bodies, fault.entries ?? {});
  const indexItems = item(entries);
  const indexWritten = write(fault.indexItems?.(indexItems) ?? indexItems);
  const index = fault.index?.(indexWritten) ?? indexWritten.bytes;

  const values = manifestValues(plan, sha256(stale?.index ?? index), fault.members ?? {});
  const block = signatureBlock(plan, values, sound?.signature);
  const manifestItems = item(present({ ...values, signature: block }));
  const manifestWritten = write(fault.manifestItems?.(manifestItems) ?? manifestItems);
  const unsealed = fault.manifest?.(manifestWritten) ?? manifestWritten.bytes;

  const lengths = { manifest: stale?.manifest.length ?? unsealed.length, index: stale?.index.length ?? index.length };
  const header = headerBytes(lengths, hasBlock(values, plan), fault.header ?? {});
  const isFresh = plan.key !== undefined && (sound === undefined || repair === "signed");
  const sealed = isFresh && block !== undefined ? seal(plan.key, header, unsealed, index, block) : undefined;
  const manifest = sealed?.manifest ?? unsealed;

  const size = header.length + manifest.length + index.length + bodies.reduce((sum, body) => sum + body.length, 44);
  const trailer =
    stale === undefined
      ? trailerBytes({ size, manifest, header, index }, fault.trailer ?? {})
      : trailerOf(stale, fault);
  const parts = join(header, manifest, index, ...bodies, trailer);
  const indexAt = sizes.header + manifest.length;
  const bodiesAt = indexAt + index.length;
  const bytes = fault.whole?.(parts, bodiesAt) ?? parts;
  let at = bodiesAt;
  return {
    plan,
    bytes,
    header,
    manifest,
    index,
    bodies,
    trailer,
    indexAt,
    bodiesAt,
    trailerAt: bytes.length - sizes.trailer,
    sections: sections.map(({ id }, number) => {
      const body = bodies[number] ?? new Uint8Array();
      const pinned = entries[number]?.[4] as Uint8Array;
      const section = { id, at, length: body.length, digest: sha256(body), pinned };
      at += body.length;
      return section;
    }),
    manifestDigest: sha256(manifest),
    indexDigest: sha256(index),
    crc: crc32(header, manifest, index, bytes.subarray(Math.max(0, bytes.length - 44), Math.max(0, bytes.length - 4))),
    signature: sealed?.signature ?? sound?.signature,
    inManifest: (path) => sizes.header + placeOf(manifestWritten, path).start,
    inIndex: (path) => indexAt + placeOf(indexWritten, path).start,
    manifestWritten,
    indexWritten,
  };
}

/** @spec index.entry format.section-offset */
function entryItems(
  sections: readonly SectionPlan[],
  bodies: readonly Uint8Array[],
  faults: Readonly<Record<string, EntryValues>>,
): readonly (readonly Value[])[] {
  let offset = 0;
  return sections.map(({ id, kind = 1, visibility = 0, constraints = {} }, number) => {
    const body = bodies[number] ?? new Uint8Array();
    const values = {
      section_id: id,
      kind,
      offset,
      length: body.length,
      digest: sha256(body),
      visibility,
      profile_constraints: present(constraints),
      ...faults[id],
    };
    offset += body.length;
    const { section_id, digest, profile_constraints } = values;
    return [section_id, values.kind, values.offset, values.length, digest, values.visibility, profile_constraints];
  });
}

/** @spec manifest.shape */
function manifestValues(plan: ArtifactPlan, indexDigest: Uint8Array, faults: Members): Members {
  return {
    schema_version: [1, 0],
    runtime_interface_min: [1, 0, 0],
    name: plan.name,
    version: "1.0.0",
    entry: { section: plan.entry ?? plan.sections[0]?.id ?? "main", symbol: "run" },
    runtime: { code_format: "wasm-core-2" },
    required_capabilities: [],
    section_index_digest: indexDigest,
    ...plan.manifest,
    ...faults,
  };
}

/** A fault can take the block away, or put another one in its place. */
function hasBlock(values: Members, plan: ArtifactPlan): boolean {
  return "signature" in values ? values["signature"] !== undefined : plan.key !== undefined;
}

/** The block with the signature that was there before, or with as many zeros as it will have bytes. */
function signatureBlock({ key }: ArtifactPlan, values: Members, stale: Uint8Array | undefined): Value | undefined {
  if ("signature" in values) return values["signature"];
  return key && blockOf(key, stale ?? new Uint8Array(signatureLength(key)));
}

/** A signature block. @spec signatures.block */
export function blockOf(
  key: Pick<TestKey, "algorithm" | "keyId">,
  value: Uint8Array,
): { readonly [member: string]: Value } {
  return { algorithm: key.algorithm, key_id: key.keyId, value };
}

/**
 * Signs header, manifest without its signature, and index, and puts the signature in. Where a fault has broken the
 * block there is nothing to sign. @spec signatures.bytes.manifest
 */
function seal(
  key: TestKey | undefined,
  header: Uint8Array,
  manifest: Uint8Array,
  index: Uint8Array,
  block: Value,
): { readonly manifest: Uint8Array; readonly signature: Uint8Array } | undefined {
  const pair = signatureMember(block);
  const at = Buffer.from(manifest).indexOf(pair);
  if (key === undefined || at === -1) return undefined;
  // No manifest here has more than 255 members, so that the count stands in the first byte or the second.
  const isLong = manifest[0] === 0xb8;
  const count = isLong ? (manifest[1] ?? 0) : (manifest[0] ?? 0) & 31;
  const lowered = write(map([], { declared: BigInt(count - 1) })).bytes;
  const bare = spliced(spliced(manifest, at, pair.length), 0, isLong ? 2 : 1, lowered);
  const signature = sign(key, join(header, bare, index));
  return { manifest: spliced(manifest, at, pair.length, signatureMember(blockOf(key, signature))), signature };
}

function signatureMember(block: Value): Uint8Array {
  return join(write(text("signature")).bytes, write(item(block)).bytes);
}

/** The trailer as it was before the fault, but for its own fields. */
function trailerOf(sound: Built, fault: Fault): Uint8Array {
  const total = { size: sound.bytes.length, manifest: sound.manifest, header: sound.header, index: sound.index };
  return trailerBytes(total, { crc32: sound.crc, ...fault.trailer });
}

function placeOf({ places }: Written, path: string): Place {
  const place = places.find((candidate) => candidate.path === path && !candidate.isKey);
  if (place === undefined) throw new RangeError(`nothing stands at ${path}`);
  return place;
}

function present(values: Members): { readonly [member: string]: Value } {
  return Object.fromEntries(Object.entries(values).filter((each): each is [string, Value] => each[1] !== undefined));
}

/** The section of an artifact. */
export function sectionOf({ sections }: Built, id: string): BuiltSection {
  const section = sections.find((candidate) => candidate.id === id);
  if (section === undefined) throw new RangeError(`no section ${id}`);
  return section;
}

/** A trust store with keys and what is said of each beside its bytes. @spec trust-store.shape */
export function trustStore(
  keys: readonly { readonly key: TestKey; readonly more?: Members }[],
  { version = 1, issuedAt = 1_704_067_200 } = {},
): Uint8Array {
  const sorted = [...keys].sort((a, b) => Buffer.compare(a.key.keyId, b.key.keyId));
  const records = sorted.map(({ key: { keyId, algorithm, spki }, more }) =>
    present({ key_id: keyId, algorithm, public_key: spki, ...more }),
  );
  return write(item({ version, issued_at: issuedAt, keys: records })).bytes;
}
