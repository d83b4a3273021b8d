import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { encodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import type { SignaturePolicy } from "../contracts/security.js";
import { FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { nodeSha256 } from "../security/backends/node.js";
import { concatenate } from "./bytes.js";
import type { LoaderOptions, LoadOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import { createMemorySource } from "./memory-source.js";
import { recordedServices, TRUSTING_POLICY } from "./testing/recorded-services.js";
import { assemble, type RawParts, SAMPLE_PROFILE, sampleManifest, sampleSections } from "./testing/sample-artifact.js";

interface CheckRow {
  readonly position: number;
  readonly phase: string;
  readonly code: string;
  readonly reason?: string;
}

const table = parse(readFileSync(new URL("../../spec/tables/loader-checks.yaml", import.meta.url), "utf8")) as {
  readonly rows: readonly CheckRow[];
};

/** How one check is made to fail, at the places where an artifact and its load can be spoiled. */
interface Fault {
  readonly manifest?: Partial<Manifest>;
  readonly entries?: (entries: SectionEntry[]) => void;
  readonly manifestBytes?: (bytes: Uint8Array) => void;
  readonly indexBytes?: (bytes: Uint8Array) => void;
  readonly bodies?: (bytes: Uint8Array) => Uint8Array;
  readonly header?: RawParts["header"];
  readonly flags?: number;
  readonly trailer?: RawParts["trailer"];
  readonly artifact?: (bytes: Uint8Array) => Uint8Array;
  readonly loader?: LoaderOptions;
  readonly load?: Partial<LoadOptions>;
  readonly policy?: SignaturePolicy;
}

const FAULTS: Readonly<Record<number, Fault>> = {
  10: { artifact: (bytes) => patched(bytes, 0, 0x43) },
  20: { artifact: (bytes) => patched(bytes, 7, 1) },
  30: { artifact: (bytes) => bytes.slice(0, 91) },
  40: { loader: { limits: { manifest_bytes: 10 } } },
  50: { loader: { limits: { index_bytes: 10 } } },
  60: { header: { manifestLength: 200_000 } },
  70: { manifestBytes: (bytes) => bytes.set([0xff], 0) },
  80: { indexBytes: (bytes) => bytes.set([0xff], 0) },
  90: { loader: { limits: { sections: 1 } } },
  100: { loader: { limits: { section_bytes: 4 } } },
  110: { entries: (entries) => entries.splice(1, 1, { ...plain(entries[1]), length: 1000 }) },
  120: { bodies: (bytes) => concatenate([bytes, Uint8Array.of(0)]) },
  130: { trailer: { crc32: 1 } },
  140: { trailer: { totalLength: 1 } },
  150: { flags: 2 },
  160: { header: { reserved: 1 } },
  170: { header: { manifestOffset: 49 } },
  180: { header: { sectionIndexOffset: 0 } },
  190: { flags: 1 },
  200: { entries: (entries) => entries.splice(1, 1, { ...plain(entries[1]), offset: 9 }) },
  210: { manifest: { assembly: "code/main" } },
  220: { load: { expectedManifestDigest: new Uint8Array(32) } },
  230: { trailer: { manifestDigest: new Uint8Array(32) } },
  240: { manifest: { sectionIndexDigest: new Uint8Array(32) } },
  250: { policy: { decide: async () => ({ accepted: false, reason: "MissingSignature" }) } },
  260: { manifestBytes: declareMajor2 },
  270: { manifest: { runtimeInterfaceMin: [1, 1, 0] } },
  280: { load: { profile: { ...SAMPLE_PROFILE, max_section_bytes: 4 } } },
  290: { manifest: { entry: { section: "nothing/here", symbol: "main" } } },
  300: { manifest: { dependencies: [{ name: "acme/library", versionRange: ">=1.0.0" }] } },
  310: { bodies: (bytes) => patched(bytes, 3, 0xff) },
  320: { load: { handOff: refuseAssembly } },
};

/** Pairs in which the first fault hides: the verdict is the second. */
const HIDDEN: ReadonlySet<string> = new Set([
  // The assembly of a manifest of an unknown major version cannot be read, so it is not judged.
  "210 260",
]);

describe("the total order of checks", () => {
  // @spec loader.checks.order, loader.read-head.magic, loader.read-head.format-version
  // @spec loader.read-head.size, loader.read-head.limits
  // @spec loader.read-head.parts, loader.parse.manifest, loader.parse.index
  // @spec loader.parse.limits, loader.verify-structure.end
  // @spec loader.verify-structure.crc, loader.verify-structure.reasons, loader.verify-digest.expected
  // @spec loader.verify-digest.manifest, loader.verify-digest.index
  // @spec loader.verify-signature, loader.resolve.entry, loader.resolve.dependencies, loader.read-sections
  // @covers spec/tables/loader-checks.yaml
  // @covers spec/tables/structure-reasons.yaml
  // @spec loader.limits, manifest.assembly
  test("every row of the table has a way to be forced, and every way a row", () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual(table.rows.map((row) => row.position));
  });

  test("the artifact that the faults spoil loads", async () => {
    expect(await verdict([])).toBe("loaded");
  });

  for (const row of table.rows) {
    test(`${row.position}: ${row.phase} ${row.code} ${row.reason ?? ""}`, async () => {
      expect(await verdict([row.position])).toEqual(verdictOf(row));
    });
  }

  // @spec loader.phase-context, versions.negotiation.context, encoding.offset
  test("each error says what the specification asks it to say", async () => {
    const artifact = build([]);
    const at = (position: number, offset: number): number | undefined => build([FAULTS[position] ?? {}])[offset];
    const contexts = new Map<number, Record<string, unknown>>();
    for (const { position } of table.rows)
      contexts.set(position, (await failure([position])).context as unknown as Record<string, unknown>);
    const indexAt = 48 + new DataView(artifact.buffer).getUint32(28);
    const size = artifact.length;
    expect(contexts.get(10)).toMatchObject({
      offset: 0,
      expected: Uint8Array.of(0x42, 0x55, 0x46, 0),
      found: Uint8Array.of(0x43, 0x55, 0x46, 0),
    });
    expect(contexts.get(20)).toMatchObject({ offset: 4, required: "1.1", available: "1.0" });
    expect(contexts.get(30)).toMatchObject({ offset: 91, expected: 92, available: 91 });
    expect(contexts.get(40)).toMatchObject({ limit: "manifest_bytes", maximum: 10, found: indexAt - 48, offset: 24 });
    expect(contexts.get(50)).toMatchObject({ limit: "index_bytes", maximum: 10, offset: 40 });
    expect(contexts.get(60)).toMatchObject({
      offset: size,
      expected: 200_000 + 92 + size - 44 - 14 - indexAt,
      available: size,
    });
    expect(contexts.get(70)).toMatchObject({ part: "manifest", reason: "forbidden_item", path: "$", offset: 48 });
    expect(contexts.get(80)).toMatchObject({
      part: "section_index",
      reason: "forbidden_item",
      path: "$",
      offset: indexAt,
    });
    expect(contexts.get(90)).toMatchObject({ limit: "sections", maximum: 1, found: 2, offset: indexAt });
    expect(contexts.get(100)).toMatchObject({ limit: "section_bytes", maximum: 4, found: 8 });
    expect(at(100, Number(contexts.get(100)?.["offset"]))).toBe(8);
    expect(contexts.get(110)).toMatchObject({ offset: size + 2, available: size + 2, expected: size + 2 + 994 });
    expect(contexts.get(120)).toMatchObject({ offset: size });
    expect(contexts.get(130)).toMatchObject({ offset: size - 4, expected: 1 });
    expect(contexts.get(140)).toMatchObject({ offset: size - 44, expected: String(size), found: "1" });
    expect([150, 160, 170, 180, 190].map((position) => contexts.get(position)?.["offset"])).toEqual([8, 12, 16, 32, 8]);
    expect(contexts.get(200)).toMatchObject({ expected: "8", found: "9", section_id: "data/words" });
    expect(at(200, Number(contexts.get(200)?.["offset"]))).toBe(9);
    const assemblyAt = Number(contexts.get(210)?.["offset"]);
    expect(Buffer.from(build([FAULTS[210] ?? {}]).slice(assemblyAt - 8, assemblyAt + 10)).toString()).toBe(
      "assemblyicode/main",
    );
    expect(contexts.get(220)).toMatchObject({ part: "expected_manifest", offset: 48, expected: new Uint8Array(32) });
    expect(contexts.get(230)).toMatchObject({ part: "manifest", offset: 48, expected: new Uint8Array(32) });
    expect(contexts.get(240)).toMatchObject({ part: "section_index", offset: indexAt, expected: new Uint8Array(32) });
    expect(contexts.get(280)).toMatchObject({
      section_id: "code/main",
      length: 8,
      budget: "max_section_bytes",
      available: 4,
    });
    expect(contexts.get(310)).toMatchObject({ part: "section", section_id: "code/main", offset: size - 44 - 14 });
  });

  // @spec loader.checks.order, loader.parse.places
  test("of any two faults, the one that stands first in the table is reported", async () => {
    const wrong: unknown[] = [];
    for (const [at, first] of table.rows.entries()) {
      for (const second of table.rows.slice(at + 1)) {
        const pair = `${first.position} ${second.position}`;
        const expected = verdictOf(HIDDEN.has(pair) ? second : first);
        const found = await verdict([first.position, second.position]);
        if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push({ pair, expected, found });
      }
    }
    expect(wrong).toEqual([]);
  });
});

interface Verdict {
  readonly phase: unknown;
  readonly code: string;
  readonly reason?: unknown;
}

function verdictOf({ phase, code, reason }: CheckRow): Verdict {
  return { phase, code, ...(code === "LDR_STRUCTURE_INVALID" ? { reason } : {}) };
}

async function verdict(positions: readonly number[]): Promise<Verdict | "loaded"> {
  if (positions.length === 0)
    return "loaded" === (await attempt([])) ? "loaded" : { phase: undefined, code: "refused" };
  const { code, context } = await failure(positions);
  const { phase, reason } = context as { readonly phase?: unknown; readonly reason?: unknown };
  return { phase, code, ...(code === "LDR_STRUCTURE_INVALID" ? { reason } : {}) };
}

async function failure(positions: readonly number[]): Promise<FaygerError> {
  const error = await attempt(positions);
  if (!isFaygerError(error)) throw new Error(`${positions.join(" ")}: ${String(error)}`);
  return error;
}

async function attempt(positions: readonly number[]): Promise<unknown> {
  const faults = positions.map((position) => FAULTS[position] ?? {});
  const policy = faults.find((fault) => fault.policy !== undefined)?.policy ?? TRUSTING_POLICY;
  const limits = Object.assign({}, ...faults.map((fault) => fault.loader?.limits ?? {}));
  const load: LoadOptions = Object.assign(
    { profile: SAMPLE_PROFILE, strategy: "eager" },
    ...faults.map((fault) => fault.load ?? {}),
  );
  const services = recordedServices(nodeSha256, policy);
  try {
    const source = createMemorySource(build(faults));
    await (await createLoader(services, { limits }).load(source, load)).close();
    return "loaded";
  } catch (error) {
    // The events tell the same verdict as the error.
    const failed = services.recorded.find((event) => event.name === "load.phase_failed");
    if (isFaygerError(error)) {
      const { phase } = error.context as { readonly phase?: unknown };
      expect(failed?.fields).toMatchObject({ phase, code: error.code });
    }
    return error;
  }
}

function build(faults: readonly Fault[]): Uint8Array {
  let offset = 0;
  const entries = sampleSections().map(({ body, ...section }): SectionEntry => {
    const entry = { ...section, offset, length: body.length, digest: nodeSha256.digest(body) };
    offset += body.length;
    return entry;
  });
  for (const fault of faults) fault.entries?.(entries);
  const index = encodeSectionIndex(entries);
  const content: Manifest = { ...sampleManifest(), sectionIndexDigest: nodeSha256.digest(index) };
  let manifest = encodeManifest(Object.assign(content, ...faults.map((fault) => fault.manifest ?? {})));
  for (const fault of faults) fault.manifestBytes?.(manifest);
  manifest = manifest.slice();
  const spoiledIndex = index.slice();
  for (const fault of faults) fault.indexBytes?.(spoiledIndex);
  let bodies = concatenate(sampleSections().map((section) => section.body));
  for (const fault of faults) bodies = fault.bodies?.(bodies) ?? bodies;
  const header = Object.assign({}, ...faults.map((fault) => fault.header ?? {}));
  const flags = faults.reduce((all, fault) => all | (fault.flags ?? 0), 0);
  const trailer = Object.assign({}, ...faults.map((fault) => fault.trailer ?? {}));
  let artifact = assemble({ manifest, index: spoiledIndex, bodies, header: { ...header, flags }, trailer }, nodeSha256);
  for (const fault of faults) artifact = fault.artifact?.(artifact) ?? artifact;
  return artifact;
}

function plain(entry: SectionEntry | undefined): SectionEntry {
  if (entry === undefined) throw new Error("the sample has two sections");
  return entry;
}

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

function declareMajor2(manifest: Uint8Array): void {
  const key = Uint8Array.from("schema_version", (letter) => letter.charCodeAt(0));
  const at = Buffer.from(manifest).indexOf(key) + key.length;
  expect([...manifest.slice(at, at + 3)]).toEqual([0x82, 1, 0]);
  manifest.set([2], at + 1);
}

function refuseAssembly(): never {
  throw new FaygerError("LDR_ASSEMBLY_INVALID", "another resolution", {
    phase: "hand_off",
    section_id: "assembly/fay",
    reason: "resolution_mismatch",
  });
}
