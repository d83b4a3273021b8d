import { beforeAll, describe, expect, test } from "vitest";
import type { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { generateKeyPair, nodeSha256 } from "../security/backends/node.js";
import { trustingPolicy } from "../security/backends/testing/trusting-policy.js";
import { concatenate } from "./bytes.js";
import { type Bench, createBench, type Sweep, sweep } from "./testing/exhaustive.js";
import {
  bitFlips,
  crossings,
  deletions,
  insertions,
  insertionsAt,
  joined,
  type Mutation,
  type OpaqueSpan,
  partSwaps,
  type Repair,
  repaired,
  replaced,
  type StoredParts,
  truncations,
} from "./testing/mutations.js";
import { TRUSTING_POLICY } from "./testing/recorded-services.js";

// Not sampled: every single damage of its kind to one small artifact, against an oracle that shares no code with the
// loader. First as chance does it; then as somebody does who knows the format: whatever was changed, the checks before
// the one of interest are made right again, so that the later ones have to find it. Of bytes that are put in where nobody
// interprets any, inside a digest for instance, some values stand for all.

type Named = "manifest" | "index" | "header" | "trailer";

const digest = (bytes: Uint8Array): Uint8Array => nodeSha256.digest(bytes);
const INDEX_DIGEST = { indexDigest: true, manifestDigest: true };
const BEFORE_SIGNATURES = new Set(["read_head", "parse", "verify_structure"]);

/** Where in `whole`, which is the artifact or a part of it, digests, the value of the signature and bodies stand. */
function opaqueSpans({ parts, world }: Bench, whole: Uint8Array): OpaqueSpan[] {
  const { manifest, index, bodies } = parts;
  const keys = [...world.trusted.keys()].map((key) => Buffer.from(key, "hex"));
  const pieces = [...[index, manifest, ...bodies].map(digest), ...keys, ...bodies.slice(0, 1)];
  if (keys.length > 0) {
    const valueAt = endOfKey(manifest, "value") + headLength(64);
    pieces.push(manifest.subarray(valueAt, valueAt + 64));
  }
  return pieces.flatMap((piece) => {
    const start = Buffer.from(whole).indexOf(piece);
    return start < 0 ? [] : [{ start, end: start + piece.length }];
  });
}

function placesWithin(spans: readonly OpaqueSpan[], start: number, end: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.end, end) - Math.max(span.start, start)), 0);
}

/** One changed part among the others, put together again. */
function* inPart(
  bench: Bench,
  part: Named,
  changes: Iterable<Mutation>,
  repair: Omit<Repair, "indexDigest"> & { readonly indexDigest?: boolean },
): Generator<Mutation> {
  const from = digest(bench.parts.index);
  const { indexDigest, ...others } = repair;
  for (const { what, bytes } of changes) {
    const parts: StoredParts = { ...bench.parts, [part]: bytes };
    const full = { ...others, ...(indexDigest === true ? { indexDigest: { from } } : {}) };
    yield { what: `${part}: ${what}`, bytes: repaired(parts, digest, full) };
  }
}

/** The name of a verdict without its number of cases. */
function verdictsOf({ verdicts }: Sweep, phase: string): string[] {
  return Object.keys(verdicts)
    .filter((name) => name.startsWith(phase))
    .sort();
}

interface Kind {
  readonly name: string;
  readonly make: () => Promise<Bench>;
  readonly isSigned: boolean;
  readonly value: number;
}

const KINDS: readonly Kind[] = [
  {
    name: "unsigned",
    isSigned: false,
    value: 0,
    make: () => createBench(nodeSha256, { policy: TRUSTING_POLICY, enforce: false }),
  },
  { name: "ed25519", isSigned: true, value: 64, make: () => signedBench("ed25519") },
  { name: "ecdsa-p256", isSigned: true, value: 64, make: () => signedBench("ecdsa-p256") },
  { name: "rsa-pss-sha256", isSigned: true, value: 256, make: () => signedBench("rsa-pss-sha256") },
];

async function signedBench(algorithm: SignatureAlgorithm): Promise<Bench> {
  const { signer, publicKey } = generateKeyPair(algorithm, 2048);
  return createBench(nodeSha256, { signer, policy: trustingPolicy(publicKey) });
}

describe.each(KINDS)("a small artifact, $name, eager and lazy", ({ name, make }) => {
  let bench: Bench;

  beforeAll(async () => {
    // Hundreds of thousands of errors, none of whose stacks anybody reads.
    Error.stackTraceLimit = 0;
    bench = await make();
  });

  /** What a single damage must never do: load whole. A body that the profile leaves out is not looked at. */
  function unnoticed(accepted: readonly string[]): readonly string[] {
    const at = bench.bytes.length - 45;
    return accepted.filter((what) => !what.endsWith(` of byte ${at} turned over`));
  }

  // @spec loader.checks.order, loader.coded-errors, format.header, format.trailer, signatures.bytes, format.digest.algorithm
  // @spec loader.read-sections.verified-first
  test("every single-bit flip is refused with the code, phase and place of the total order", async () => {
    const { cases, accepted, wrong } = await sweep(bitFlips(bench.bytes), bench, { isDescribed: true });
    expect(wrong).toEqual([]);
    expect(unnoticed(accepted)).toEqual([]);
    expect(accepted).toHaveLength(8);
    expect(cases).toBe(bench.bytes.length * 8);
  });

  // @spec format.parts, loader.read-head.size
  test("every truncation", async () => {
    const { cases, accepted, wrong } = await sweep(truncations(bench.bytes), bench, { isDescribed: true });
    expect(wrong).toEqual([]);
    expect(accepted).toEqual([]);
    expect(cases).toBe(bench.bytes.length);
  });

  // Each has another length than its trailer says, which is found before the signature is looked at: who has signed makes
  // no difference, and it is done to one artifact. Nor does the strategy, as no body is reached.
  if (name !== "ed25519") return;

  // @spec format.parts, format.trailer.total-length
  test.each([0, 1, 2, 3, 4, 5])("every byte put in at every place, part %i of 6", async (part) => {
    const share = Math.ceil(bench.bytes.length / 6);
    const [start, end] = [part * share, Math.min((part + 1) * share, bench.bytes.length)];
    const opaque = opaqueSpans(bench, bench.bytes);
    const changes = insertions(bench.bytes, start, end, opaque);
    const { cases, accepted, wrong, verdicts } = await sweep(changes, bench, { strategies: ["eager"] });
    expect(wrong).toEqual([]);
    expect(accepted).toEqual([]);
    // Behind the last byte as well.
    expect(cases).toBe(insertionsAt(end - start + (part === 5 ? 1 : 0), placesWithin(opaque, start, end)));
    const phases = new Set(Object.keys(verdicts).map((verdict) => verdict.split(" ")[0]));
    expect([...phases].filter((phase) => !BEFORE_SIGNATURES.has(phase ?? ""))).toEqual([]);
  });
});

describe.each(KINDS)("an $name artifact whose checks were made right again", ({ make, isSigned, value }) => {
  let bench: Bench;

  beforeAll(async () => {
    // Thousands of errors, none of whose stacks anybody reads.
    Error.stackTraceLimit = 0;
    bench = await make();
  });

  // @spec loader.verify-structure.reasons, format.header.flags, loader.verify-structure.crc
  test("every bit of the header", async () => {
    const found = await sweep(inPart(bench, "header", bitFlips(bench.parts.header), {}), bench);
    expect(found.wrong).toEqual([]);
    expect(found.accepted).toEqual([]);
    expect(found.cases).toBe(48 * 8);
    expect(verdictsOf(found, "verify_structure LDR_STRUCTURE_INVALID")).toEqual([
      "verify_structure LDR_STRUCTURE_INVALID flags",
      "verify_structure LDR_STRUCTURE_INVALID manifest_offset",
      "verify_structure LDR_STRUCTURE_INVALID reserved",
      "verify_structure LDR_STRUCTURE_INVALID section_index_offset",
      "verify_structure LDR_STRUCTURE_INVALID signed_flag",
    ]);
  });

  // @spec loader.verify-digest.manifest
  test("every bit of the trailer", async () => {
    const changes = bitFlips(bench.parts.trailer, 0, 40);
    const found = await sweep(inPart(bench, "trailer", changes, {}), bench);
    expect(found.wrong).toEqual([]);
    expect(found.verdicts).toEqual({
      "verify_structure LDR_STRUCTURE_INVALID total_length": 64,
      "verify_digest LDR_DIGEST_MISMATCH": 256,
    });
  });

  // @spec signatures.bytes, signatures.decision, loader.verify-digest.index
  test("every bit of the manifest", async () => {
    const repair = { manifestDigest: true };
    const found = await sweep(inPart(bench, "manifest", bitFlips(bench.parts.manifest), repair), bench);
    expect(found.wrong).toEqual([]);
    expect(found.cases).toBe(bench.parts.manifest.length * 8);
    expect(found.verdicts["verify_digest LDR_DIGEST_MISMATCH"]).toBe(256);
    // What nobody has signed may say anything that makes sense; what was signed says only that.
    expect(found.accepted.length > 0).toBe(!isSigned);
    const refused = found.verdicts["verify_signature LDR_SIGNATURE_FAIL InvalidSignature"] ?? 0;
    if (isSigned) {
      expect(refused).toBeGreaterThanOrEqual(value * 8);
      expect(found.verdicts["verify_signature LDR_SIGNATURE_FAIL UntrustedKey"]).toBe(256);
      expect(found.verdicts["verify_signature LDR_SIGNATURE_FAIL UnsupportedAlgorithm"]).toBeGreaterThan(8);
    }
  });

  // @spec format.chain.index, signatures.bytes
  test("every bit of the index, with its digest in the manifest", async () => {
    const found = await sweep(inPart(bench, "index", bitFlips(bench.parts.index), INDEX_DIGEST), bench);
    expect(found.wrong).toEqual([]);
    expect(found.cases).toBe(bench.parts.index.length * 8);
    if (isSigned) expect(found.accepted).toEqual([]);
  });

  // @spec format.chain.bodies, signatures.bytes
  test("every bit of every body, with its digest in the index and that of the index in the manifest", async () => {
    const found = await sweep(bodyFlips(bench), bench);
    expect(found.wrong).toEqual([]);
    expect(found.cases).toBe(12 * 8);
    if (isSigned) {
      expect(found.verdicts).toEqual({ "verify_signature LDR_SIGNATURE_FAIL InvalidSignature": 96 });
    } else {
      expect(found.accepted).toHaveLength(96);
    }
  });

  // @spec format.parts
  test("every two parts exchanged, as they are and with the checksum made right", async () => {
    const raw = [...partSwaps(bench.parts)];
    expect(raw).toHaveLength((7 * 6) / 2);
    const lengths = bench.parts.bodies.map((body) => body.length);
    const again = raw.map(({ what, bytes }) => ({ what, bytes: withChecksum(bytes, lengths) }));
    const found = await sweep([...raw, ...again], bench, { isDescribed: true });
    expect(found.wrong).toEqual([]);
    expect(found.accepted).toEqual([]);
  });

  // Which parts must come from one of the two for the mixture to load. The body that the profile leaves out may come from
  // either: nobody looks at it. What is not signed is pinned by nothing but what was made right again.
  // @spec signatures.bytes, format.chain.index, format.chain.bodies
  test.each([
    ["as they are", undefined, ["header", "manifest", "index", "trailer", "body 0", "body 1"]],
    ["with the checksum made right", {}, ["header", "manifest", "index", "trailer", "body 0", "body 1"]],
    [
      "with lengths and the manifest's digest made right",
      { lengths: true, manifestDigest: true },
      ["manifest", "index", "body 0", "body 1"],
    ],
    [
      "with every digest made right",
      { lengths: true, manifestDigest: true, indexDigest: true },
      ["index", "body 0", "body 1", ...(isSigned ? ["manifest"] : [])],
    ],
  ] as const)("every mixture of the parts of two genuine artifacts, %s", async (_name, repair, pinned) => {
    const mixed = [...mixtures(bench, repair)];
    expect(mixed).toHaveLength(2 ** 7);
    const found = await sweep(mixed, bench);
    expect(found.wrong).toEqual([]);
    const whole = mixed.filter(({ origins }) => new Set(pinned.map((name) => origins.get(name))).size === 1);
    expect(found.accepted).toEqual(whole.map(({ what }) => what));
  });

  // @spec signatures.decision, signatures.ed25519, signatures.ecdsa-p256, signatures.rsa-pss
  if (isSigned)
    test("another signature: of the other artifact, shorter, longer, by another algorithm", async () => {
      const found = await sweep(otherSignatures(bench, value), bench);
      expect(found.wrong).toEqual([]);
      expect(found.accepted).toEqual([]);
      expect(verdictsOf(found, "verify_signature")).toEqual([
        "verify_signature LDR_SIGNATURE_FAIL AlgorithmMismatch",
        "verify_signature LDR_SIGNATURE_FAIL InvalidSignature",
        "verify_signature LDR_SIGNATURE_FAIL UnsupportedAlgorithm",
      ]);
    });

  // @spec signatures.decision, format.header.flags
  if (isSigned)
    test("the signature taken out, with and without its flag", async () => {
      const found = await sweep(unsignedAgain(bench), bench);
      expect(found.wrong).toEqual([]);
      expect(found.verdicts).toEqual({
        "verify_structure LDR_STRUCTURE_INVALID signed_flag": 1,
        "verify_signature LDR_SIGNATURE_FAIL MissingSignature": 1,
      });
    });
});

// A signature adds one member to the manifest and changes nothing else of it: of the signed ones that member alone.
describe.each(KINDS.slice(0, 2))("an $name artifact whose lengths were made right again", ({ make, isSigned }) => {
  let bench: Bench;

  beforeAll(async () => {
    Error.stackTraceLimit = 0;
    bench = await make();
  });

  // @spec loader.parse.manifest, encoding.verdict, encoding.path, encoding.offset
  test.each([0, 1, 2])("every byte put into the manifest, part %i of 3, and taken out", async (part) => {
    const { manifest } = bench.parts;
    const signatureAt = Buffer.from(manifest).indexOf("signature") - 1;
    const [first, last] = isSigned ? [signatureAt, endOfSignature(manifest)] : [0, manifest.length];
    const share = Math.ceil((last - first) / 3);
    const [start, end] = [first + part * share, Math.min(first + (part + 1) * share, last)];
    const opaque = opaqueSpans(bench, manifest);
    const changes = [...insertions(manifest, start, end, opaque), ...deletions(manifest, start, end)];
    const repair = { lengths: true, manifestDigest: true };
    const found = await sweep(inPart(bench, "manifest", changes, repair), bench, { strategies: ["eager"] });
    expect(found.wrong).toEqual([]);
    const least = insertionsAt(end - start, placesWithin(opaque, start, end)) + end - start;
    expect(found.cases).toBeGreaterThanOrEqual(least);
    if (isSigned) expect(found.accepted).toEqual([]);
  });

  // @spec loader.parse.index, encoding.verdict, encoding.path, encoding.offset
  if (!isSigned)
    test("every byte put into the index and taken out", async () => {
      const { index } = bench.parts;
      const opaque = opaqueSpans(bench, index);
      const changes = [...insertions(index, 0, index.length, opaque), ...deletions(index)];
      const repair = { lengths: true, ...INDEX_DIGEST };
      const found = await sweep(inPart(bench, "index", changes, repair), bench, { strategies: ["eager"] });
      expect(found.wrong).toEqual([]);
      expect(placesWithin(opaque, 0, index.length)).toBe(3 * 32);
      expect(found.cases).toBe(insertionsAt(index.length + 1, 3 * 32) + index.length);
    });
});

function* bodyFlips({ parts }: Bench): Generator<Mutation> {
  for (const [at, body] of parts.bodies.entries()) {
    for (const { what, bytes } of bitFlips(body)) {
      const index = replaced(parts.index, digest(body), digest(bytes));
      const bodies = parts.bodies.map((other, i) => (i === at ? bytes : other));
      const repair = { indexDigest: { from: digest(parts.index) }, manifestDigest: true };
      yield { what: `body ${at}: ${what}`, bytes: repaired({ ...parts, index, bodies }, digest, repair) };
    }
  }
}

function* mixtures(
  { parts, other }: Bench,
  repair: (Omit<Repair, "indexDigest"> & { readonly indexDigest?: boolean }) | undefined,
): Generator<Mutation & { readonly origins: ReadonlyMap<string, number> }> {
  for (const { parts: mixed, origins } of crossings(parts, other)) {
    const what = [...origins].map(([name, origin]) => `${name} of ${origin}`).join(", ");
    if (repair === undefined) {
      yield { what, origins, bytes: joined(mixed) };
      continue;
    }
    const { indexDigest, ...others } = repair;
    // The manifest pins its own index, whichever of the two it is.
    const from = digest(mixed.manifest === parts.manifest ? parts.index : other.index);
    const full = { ...others, ...(indexDigest === true ? { indexDigest: { from } } : {}) };
    yield { what, origins, bytes: repaired(mixed, digest, full) };
  }
}

/** The checksum of an artifact as its header divides it, where it does so at all. */
function withChecksum(bytes: Uint8Array, bodyLengths: readonly number[]): Uint8Array {
  const bodies = bodyLengths.reduce((sum, length) => sum + length, 0);
  const [head, trailer] = [bytes.slice(0, -44 - bodies), bytes.slice(-44)];
  const body = bytes.slice(-44 - bodies, -44);
  const parts = { header: head, manifest: EMPTY, index: EMPTY, bodies: [body], trailer };
  return repaired(parts, digest, {});
}

const EMPTY = new Uint8Array();

/** The signature block as it stands in a manifest: key, head, and its three members in their order. */
function* otherSignatures({ parts, other }: Bench, length: number): Generator<Mutation> {
  const again = (what: string, manifest: Uint8Array): Mutation => {
    return { what, bytes: repaired({ ...parts, manifest }, digest, { lengths: true, manifestDigest: true }) };
  };
  const { manifest } = parts;
  const valueAt = endOfKey(manifest, "value");
  const value = manifest.slice(valueAt + headLength(length), valueAt + headLength(length) + length);
  const put = (bytes: Uint8Array): Uint8Array => {
    const rest = manifest.subarray(valueAt + headLength(length) + length);
    return concatenate([manifest.subarray(0, valueAt), byteString(bytes), rest]);
  };
  const otherAt = endOfKey(other.manifest, "value") + headLength(length);
  yield again("value of the other", put(other.manifest.slice(otherAt, otherAt + length)));
  for (let shorter = 0; shorter < length; shorter += 1) {
    yield again(`value cut to ${shorter}`, put(value.slice(0, shorter)));
    yield again(`value without its first ${length - shorter}`, put(value.slice(length - shorter)));
  }
  for (let byte = 0; byte < 256; byte += 1) {
    yield again(`value and ${byte}`, put(concatenate([value, Uint8Array.of(byte)])));
    yield again(`${byte} and value`, put(concatenate([Uint8Array.of(byte), value])));
  }
  yield again("value twice", put(concatenate([value, value])));
  yield again("zeros", put(new Uint8Array(length)));
  const algorithmAt = endOfKey(manifest, "algorithm");
  const textEnd = algorithmAt + 1 + ((manifest[algorithmAt] as number) & 31);
  const own = text(manifest.subarray(algorithmAt + 1, textEnd));
  for (const algorithm of ["ed25519", "ecdsa-p256", "rsa-pss-sha256", "", "ED25519", "none"]) {
    if (algorithm === own) continue;
    const encoded = Uint8Array.from([0x60 + algorithm.length, ...Buffer.from(algorithm)]);
    const changed = concatenate([manifest.subarray(0, algorithmAt), encoded, manifest.subarray(textEnd)]);
    yield again(`algorithm "${algorithm}"`, changed);
  }
}

function* unsignedAgain({ parts }: Bench): Generator<Mutation> {
  const key = Buffer.concat([Buffer.from([0x69]), Buffer.from("signature")]);
  const at = Buffer.from(parts.manifest).indexOf(key);
  const blockEnd = endOfSignature(parts.manifest);
  const shorter = concatenate([parts.manifest.subarray(0, at), parts.manifest.subarray(blockEnd)]);
  shorter[0] = (shorter[0] as number) - 1;
  for (const flag of [1, 0]) {
    const header = parts.header.slice();
    header[11] = flag;
    const changed = { ...parts, header, manifest: shorter };
    yield {
      what: `no signature, flag ${flag}`,
      bytes: repaired(changed, digest, { lengths: true, manifestDigest: true }),
    };
  }
}

/** First byte behind the signature block, whose last member is `algorithm`. */
function endOfSignature(manifest: Uint8Array): number {
  const algorithmAt = endOfKey(manifest, "algorithm");
  return algorithmAt + 1 + ((manifest[algorithmAt] as number) & 31);
}

/** First byte behind the key of this name inside the signature block. */
function endOfKey(manifest: Uint8Array, name: string): number {
  const bytes = Buffer.from(manifest);
  const block = bytes.indexOf(Buffer.from("signature"));
  return bytes.indexOf(Buffer.concat([Buffer.from([0x60 + name.length]), Buffer.from(name)]), block) + 1 + name.length;
}

function headLength(length: number): number {
  return length < 256 ? 2 : 3;
}

function byteString(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head = length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return Uint8Array.from([...head, ...bytes]);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
