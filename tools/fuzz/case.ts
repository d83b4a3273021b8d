import type { BufSource } from "../../reference/contracts/buf-source.js";
import type { Loader } from "../../reference/loader/index.js";
import {
  createLoader,
  createMemorySource,
  createSerializer,
  describeArtifact,
  outlineDocument,
} from "../../reference/loader/index.js";
import { joined, replaced, type StoredParts } from "../../reference/loader/testing/mutations.js";
import {
  checksum,
  type Expectation,
  judgeArtifact,
  type OracleWorld,
  signatureId,
  signedMessageOf,
} from "../../reference/loader/testing/oracle.js";
import { countingClock } from "../../reference/loader/testing/recorded-services.js";
import { bytesDifference, isAcceptable, loadAndCompare, refusalOf } from "../../reference/loader/testing/verdict.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import type { Base } from "./bases.js";
import { damagedBytes, damagedParts, type Plan, Repairs } from "./damage.js";
import { POLICIES, TRUSTED, TRUSTED_KEYS } from "./keys.js";

/** An artifact to load, and the host that loads it. */
export interface FuzzCase {
  readonly bytes: Uint8Array;
  readonly profile: Base["profile"];
  readonly enforce: boolean;
  /** What the trusted key has signed, as the oracle names it. */
  readonly genuine: readonly string[];
}

const sha256 = (bytes: Uint8Array): Uint8Array => nodeSha256.digest(bytes);
const serializer = createSerializer(nodeSha256);

/** Carry out a plan. */
export function makeCase(base: Base, plan: Plan): FuzzCase {
  const genuine = new Set(signatureOf(base).genuine);
  let parts = damagedParts(base.parts, plan);
  const has = (repair: number): boolean => (plan.repairs & repair) !== 0;
  if (has(Repairs.Lengths)) parts = withLengths(parts);
  if (has(Repairs.BodyDigests)) {
    for (const [at, body] of parts.bodies.entries()) {
      const before = base.parts.bodies[at];
      if (before !== undefined) parts = { ...parts, index: replaced(parts.index, sha256(before), sha256(body)) };
    }
  }
  if (has(Repairs.IndexDigest)) {
    parts = { ...parts, manifest: replaced(parts.manifest, sha256(base.parts.index), sha256(parts.index)) };
  }
  if (has(Repairs.Signature)) parts = signedAgain(base, parts, genuine);
  const trailer = parts.trailer.slice();
  if (has(Repairs.ManifestDigest)) trailer.set(sha256(parts.manifest), 8);
  if (has(Repairs.Checksum)) {
    const { header, manifest, index } = parts;
    const crc = [header, manifest, index, trailer.subarray(0, 40)].reduce((sum, part) => checksum(part, sum), 0);
    new DataView(trailer.buffer).setUint32(40, crc);
  }
  const bytes = damagedBytes(joined({ ...parts, trailer }), plan);
  return { bytes, profile: base.profile, enforce: base.enforce, genuine: [...genuine] };
}

function withLengths(parts: StoredParts): StoredParts {
  const [header, trailer] = [parts.header.slice(), parts.trailer.slice()];
  const view = new DataView(header.buffer);
  view.setBigUint64(24, BigInt(parts.manifest.length));
  view.setBigUint64(32, BigInt(48 + parts.manifest.length));
  view.setBigUint64(40, BigInt(parts.index.length));
  const bodies = parts.bodies.reduce((sum, body) => sum + body.length, 0);
  new DataView(trailer.buffer).setBigUint64(0, BigInt(92 + parts.manifest.length + parts.index.length + bodies));
  return { ...parts, header, trailer };
}

interface SignedBase {
  /** As the oracle names it; none where another key has signed. */
  readonly genuine: readonly string[];
  readonly value: Uint8Array | undefined;
}

const known = new WeakMap<Base, SignedBase>();

/** The signature of a base, and whether the trusted key has made it. */
function signatureOf(base: Base): SignedBase {
  let found = known.get(base);
  if (found === undefined) {
    const message = signedMessageOf(base.bytes);
    const value = serializer.parse(base.bytes).manifest.signature?.value;
    const isGenuine =
      message !== undefined && value !== undefined && bytesDifference(TRUSTED.sign(message), value) === undefined;
    found = { value, genuine: isGenuine ? [signatureId(sha256, "ed25519", TRUSTED.keyId, message, value)] : [] };
    known.set(base, found);
  }
  return found;
}

/** A forger who has the key: what the parts say now is signed anew, where the base was signed at all. */
function signedAgain(base: Base, parts: StoredParts, genuine: Set<string>): StoredParts {
  const { value: before } = signatureOf(base);
  if (before?.length !== 64) return parts;
  const message = signedMessageOf(joined(parts));
  if (message === undefined) return parts;
  const value = TRUSTED.sign(message);
  const manifest = replaced(parts.manifest, before, value);
  genuine.add(signatureId(sha256, "ed25519", TRUSTED.keyId, message, value));
  return { ...parts, manifest };
}

/** The same artifact from sources and loaders that differ in everything that must not matter. */
interface Reader {
  readonly loaders: Readonly<Record<"true" | "false", Loader>>;
  readonly makeSource: (bytes: Uint8Array) => BufSource;
}

const READERS: readonly Reader[] = [
  { loaders: loadersOf({}), makeSource: createMemorySource },
  { loaders: loadersOf({ frontBytes: 48, pieceBytes: 7, cacheBytes: 0 }), makeSource: plainSource },
  { loaders: loadersOf({ frontBytes: 300, pieceBytes: 64, concurrency: 1 }), makeSource: createMemorySource },
];

function loadersOf(options: Parameters<typeof createLoader>[1]): Reader["loaders"] {
  const make = (enforce: "true" | "false"): Loader => {
    const events = { publish: (): void => undefined, enabled: (): boolean => false };
    const services = { sha256: nodeSha256, signaturePolicy: POLICIES[enforce], events, clock: countingClock() };
    return createLoader(services, options);
  };
  return { true: make("true"), false: make("false") };
}

/** A source with nothing but what every source must have. */
function plainSource(bytes: Uint8Array): BufSource {
  return {
    description: "plain",
    size: async () => bytes.length,
    read: async (offset, length) => bytes.slice(offset, offset + length),
    close: async () => undefined,
  };
}

/** What a case has come to. */
export interface Verdict {
  /** Phase and code that were expected, or `accepted`. */
  readonly name: string;
  /** What is wrong with the loader, where something is. */
  readonly difference?: string;
}

/**
 * Load a case eagerly and lazily and compare with the oracle; the two agree once every selected body has been asked for,
 * because both agree with it. What is accepted serialises to itself, and describing a file throws for none.
 *
 * @param reader chooses among sources and loaders that must not make a difference
 */
export async function checkCase(fuzz: FuzzCase, reader: number): Promise<Verdict> {
  const world: OracleWorld = {
    sha256,
    profile: fuzz.profile,
    enforce: fuzz.enforce,
    trusted: TRUSTED_KEYS,
    genuine: new Set(fuzz.genuine),
  };
  const expected = judgeArtifact(fuzz.bytes, world);
  const name = nameOf(expected);
  const { loaders, makeSource } = READERS[reader % READERS.length] as Reader;
  const loader = loaders[fuzz.enforce ? "true" : "false"];
  try {
    for (const strategy of ["eager", "lazy"] as const) {
      const { difference } = await loadAndCompare(loader, fuzz.bytes, expected, world, strategy, makeSource);
      if (difference !== undefined) return { name, difference: `${strategy}: ${difference}` };
    }
    const difference = roundTrip(fuzz.bytes, expected) ?? description(fuzz.bytes, expected);
    return difference === undefined ? { name } : { name, difference };
  } catch (error) {
    // Nothing but the loader's own errors may come out; this is none.
    return { name, difference: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function firstRefusal({ refusal, bodies }: Expectation): Expectation["refusal"] {
  return refusal ?? bodies.find((body) => body.refusal !== undefined)?.refusal;
}

function nameOf(expected: Expectation): string {
  const refusal = firstRefusal(expected);
  return refusal === undefined ? "accepted" : `${refusal.context["phase"]} ${refusal.code}`;
}

function roundTrip(bytes: Uint8Array, expected: Expectation): string | undefined {
  if (!isAcceptable(expected)) return undefined;
  try {
    return bytesDifference(serializer.serialize(serializer.parse(bytes)), bytes);
  } catch (error) {
    const { code, context } = refusalOf(error);
    // A body that the profile leaves out may be damaged; the serializer looks at all of them.
    const isSelected = expected.bodies.some((body) => body.sectionId === context["section_id"]);
    return code === "LDR_DIGEST_MISMATCH" && !isSelected ? undefined : `accepted and not parsed: ${code}`;
  }
}

const NOT_DESCRIBED = ["verify_signature", "negotiate_version", "select", "resolve", "read_sections"];

function description(bytes: Uint8Array, expected: Expectation): string | undefined {
  const anatomy = describeArtifact(bytes, nodeSha256);
  let covered = 0;
  for (const { offset, length } of anatomy.parts) covered = offset === covered ? covered + length : Number.NaN;
  if (covered !== bytes.length) return "the parts that are described do not cover the file";
  for (const { name, offset, length } of anatomy.parts) {
    if (name !== "manifest" && name !== "section_index") continue;
    const rows = outlineDocument(bytes.subarray(offset, offset + length), offset);
    const end = rows.reduce((at, row) => (row.offset === at ? at + row.length : Number.NaN), offset);
    if (end !== offset + length) return `the outline does not cover the ${name}`;
  }
  const refusal = firstRefusal(expected);
  if (refusal === undefined || NOT_DESCRIBED.includes(String(refusal.context["phase"]))) return undefined;
  const found = anatomy.error === undefined ? undefined : refusalOf(anatomy.error);
  return JSON.stringify(found) === JSON.stringify(refusal) ? undefined : `described as ${JSON.stringify(found)}`;
}
