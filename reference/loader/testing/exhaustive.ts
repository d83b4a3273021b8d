import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { LoadStrategy } from "../../contracts/buf-object.js";
import type { Artifact } from "../../contracts/buf-serializer.js";
import type { Sha256, SignaturePolicy, Signer } from "../../contracts/security.js";
import { describeArtifact } from "../anatomy.js";
import { createLoader, type Loader } from "../loader.js";
import { createSerializer } from "../serializer.js";
import { type Mutation, partsOf, type StoredParts } from "./mutations.js";
import { type Expectation, hexadecimal, judgeArtifact, type OracleWorld, signatureIdOf } from "./oracle.js";
import { countingClock } from "./recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection } from "./sample-artifact.js";
import { bytesDifference, isAcceptable, loadAndCompare, refusalOf } from "./verdict.js";

/** A small genuine artifact with everything that is needed to load it and to know beforehand what comes of it. */
export interface Bench {
  readonly bytes: Uint8Array;
  readonly parts: StoredParts;
  /** Another genuine artifact of the same kind, by the same key, with other lengths. */
  readonly other: StoredParts;
  readonly world: OracleWorld;
  readonly loader: Loader;
  readonly sha256: Sha256;
}

/** Who signs the artifacts of a bench, and who is believed. */
export interface BenchKey {
  readonly signer: Signer;
  readonly policy: SignaturePolicy;
}

/** Lengths of the bodies: a smallest WebAssembly module, data, and data that the profile leaves out. */
const BODIES = [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], [1, 2, 3], [9]];
const OTHER_BODIES = [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 1, 0], [1, 2], [7]];

/** Make a bench. @param key absent: the artifacts are unsigned, and `policy` says what becomes of that */
export async function createBench(
  sha256: Sha256,
  key: BenchKey | { readonly policy: SignaturePolicy; readonly enforce: boolean },
): Promise<Bench> {
  const serializer = createSerializer(sha256);
  const digest = (bytes: Uint8Array): Uint8Array => sha256.digest(bytes);
  const signer = "signer" in key ? key.signer : undefined;
  const make = async (artifact: Artifact): Promise<Uint8Array> =>
    serializer.serialize(signer === undefined ? artifact : await serializer.sign(artifact, signer));
  const bytes = await make(tinyArtifact("a", BODIES));
  const otherBytes = await make(tinyArtifact("b1", OTHER_BODIES));
  const world: OracleWorld = {
    sha256: digest,
    profile: SAMPLE_PROFILE,
    enforce: "enforce" in key ? key.enforce : true,
    trusted: new Map(signer === undefined ? [] : [[hexadecimal(digest(signer.publicKey)), signer.algorithm]]),
    genuine: new Set(signer === undefined ? [] : [bytes, otherBytes].map((each) => signatureIdOf(each, digest))),
  };
  const services = { sha256, signaturePolicy: key.policy, events: SILENT, clock: countingClock() };
  return {
    bytes,
    parts: partsOf(
      bytes,
      BODIES.map((body) => body.length),
    ),
    other: partsOf(
      otherBytes,
      OTHER_BODIES.map((body) => body.length),
    ),
    world,
    loader: createLoader(services),
    sha256,
  };
}

/** Nobody listens: most of the time of a load goes into events otherwise. */
export const SILENT = { publish: (): void => undefined, enabled: (): boolean => false };

/** As few bytes as an artifact with three sections can have, one of which {@link SAMPLE_PROFILE} leaves out. */
function tinyArtifact(name: string, bodies: readonly (readonly number[])[]): Artifact {
  const [code, data, left] = bodies.map((body) => Uint8Array.from(body)) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    manifest: sampleManifest({
      name,
      version: "1.0.0",
      entry: { section: "c", symbol: "m" },
      runtime: { codeFormat: "w" },
      requiredCapabilities: [],
    }),
    sections: [
      sampleSection("c", code, { kind: SectionKind.Code, visibility: SectionVisibility.Required }),
      sampleSection("d", data),
      sampleSection("e", left, { profileConstraints: { terminals: ["x"] } }),
    ],
  };
}

/** What a sweep has shown. */
export interface Sweep {
  /** How many changed artifacts were loaded, each with every strategy. */
  readonly cases: number;
  /** Those that loaded whole, as was expected of them. */
  readonly accepted: readonly string[];
  /** Where the loader did something else than was expected; the first few. */
  readonly wrong: readonly string[];
  /** How often each verdict was expected. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** How a sweep loads. */
export interface SweepOptions {
  readonly strategies?: readonly LoadStrategy[];
  /** Whether what describes broken files to people must name the same fault. */
  readonly isDescribed?: boolean;
}

const SHOWN = 5;
/** What describing a file leaves out. */
const NOT_DESCRIBED = ["verify_signature", "select", "resolve"];

/**
 * Load every changed artifact with each strategy and compare with the oracle. An artifact that is expected to load and
 * has no body the profile leaves out wrong must serialise to itself.
 */
export async function sweep(
  mutations: Iterable<Mutation>,
  bench: Bench,
  { strategies = ["eager", "lazy"], isDescribed = false }: SweepOptions = {},
): Promise<Sweep> {
  const { loader, world, sha256 } = bench;
  const wrong: string[] = [];
  const accepted: string[] = [];
  const verdicts: Record<string, number> = {};
  let cases = 0;
  for (const { what, bytes } of mutations) {
    cases += 1;
    const expected = judgeArtifact(bytes, world);
    const name = verdictName(expected);
    verdicts[name] = (verdicts[name] ?? 0) + 1;
    const complain = (difference: string | undefined): void => {
      if (difference === undefined) return;
      wrong.push(wrong.length < SHOWN ? `${what}: ${difference}; bytes ${hexadecimal(bytes)}` : what);
    };
    for (const strategy of strategies) {
      const { difference } = await loadAndCompare(loader, bytes, expected, world, strategy);
      if (difference !== undefined) complain(`${strategy}: ${difference}`);
    }
    if (isAcceptable(expected)) {
      accepted.push(what);
      complain(roundTripDifference(bytes, sha256));
    }
    if (isDescribed) complain(descriptionDifference(bytes, expected, sha256));
  }
  return { cases, accepted, wrong: wrong.slice(0, SHOWN), verdicts };
}

function verdictName({ refusal, bodies }: Expectation): string {
  const first = refusal ?? bodies.find((body) => body.refusal !== undefined)?.refusal;
  if (first === undefined) return "accepted";
  const { phase, reason } = first.context;
  return [phase, first.code, ...(reason === undefined ? [] : [reason])].join(" ");
}

/** A body that no load has selected may be damaged: then the serializer, which checks every body, says so. */
function roundTripDifference(bytes: Uint8Array, sha256: Sha256): string | undefined {
  const serializer = createSerializer(sha256);
  try {
    return bytesDifference(serializer.serialize(serializer.parse(bytes)), bytes);
  } catch (error) {
    const { code, context } = refusalOf(error);
    return code === "LDR_DIGEST_MISMATCH" && context["section_id"] === "e" ? undefined : `parse: ${code}`;
  }
}

function descriptionDifference(bytes: Uint8Array, expected: Expectation, sha256: Sha256): string | undefined {
  const anatomy = describeArtifact(bytes, sha256);
  const covered = anatomy.parts.reduce((sum, part) => (part.offset === sum ? sum + part.length : -1), 0);
  if (covered !== bytes.length) return "the parts that are described do not cover the file";
  const { refusal } = expected;
  if (refusal === undefined || NOT_DESCRIBED.includes(String(refusal.context["phase"]))) return undefined;
  const found = anatomy.error === undefined ? undefined : refusalOf(anatomy.error);
  return JSON.stringify(found) === JSON.stringify(refusal) ? undefined : `described as ${JSON.stringify(found)}`;
}
