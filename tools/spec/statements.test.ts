import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../codegen/src/commands/compile.js";
import { createSourceFile } from "../../codegen/src/diagnostics/source.js";
import { decodeManifest, encodeManifest } from "../../generated/codecs/manifest.js";
import { decodeSectionIndex } from "../../generated/codecs/section-index.js";
import { readIoFileReadResults } from "../../generated/instructions/io.js";
import { decodeReply, encodeReply } from "../../generated/instructions/message.js";
import { validateFayManifest } from "../../generated/json/fay-manifest.js";
import {
  FORMAT_VERSION,
  GUEST_ABI_VERSION,
  RUNTIME_INTERFACE_VERSION,
  SCHEMA_VERSION,
} from "../../generated/versions.js";
import { CodecError } from "../../reference/codec/codec-error.js";
import { createMemorySource } from "../../reference/loader/index.js";
import { createSerializer } from "../../reference/loader/serializer.js";
import { createFayger, nodeSha256 } from "../../reference/node.js";
import { minimalArtifact } from "./examples/artifacts.js";

// Statements of the chapters that are best checked on bytes written by hand.

type Bytes = readonly number[];
const head = (major: number, n: number): Bytes =>
  n < 24 ? [(major << 5) | n] : n < 256 ? [(major << 5) | 24, n] : [(major << 5) | 25, n >> 8, n & 255];
const text = (value: string): Bytes => [...head(3, value.length), ...Buffer.from(value, "latin1")];
const int = (n: number): Bytes => head(0, n);
const bytes = (...content: Bytes): Bytes => [...head(2, content.length), ...content];
const array = (...items: readonly Bytes[]): Bytes => [...head(4, items.length), ...items.flat()];
const map = (...pairs: readonly (readonly [Bytes, Bytes])[]): Bytes => [...head(5, pairs.length), ...pairs.flat(2)];

const digest = bytes(...new Array<number>(32).fill(7));
type Members = Record<string, Bytes>;
const members: Members = {
  name: text("a"),
  entry: map([text("symbol"), text("run")], [text("section"), text("main")]),
  runtime: map([text("code_format"), text("wasm-core-2")]),
  version: text("1.0.0"),
  schema_version: array(int(1), int(0)),
  section_index_digest: digest,
  required_capabilities: array(),
  runtime_interface_min: array(int(1), int(0), int(0)),
};

/** A manifest with some members replaced, added or (undefined) left out, keys in the order of their encoding. */
function manifest(changes: Readonly<Record<string, Bytes | undefined>> = {}): Uint8Array {
  const all: Record<string, Bytes | undefined> = { ...members, ...changes };
  const keys = Object.keys(all).filter((key) => all[key] !== undefined);
  keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return Uint8Array.from(map(...keys.map((key) => [text(key), all[key] ?? []] as const)));
}

function fault(document: Uint8Array, decode: (document: Uint8Array) => unknown = decodeManifest): string {
  try {
    decode(document);
  } catch (error) {
    if (error instanceof CodecError) return `${error.reason} ${error.path} ${error.offset}`;
    throw error;
  }
  return "accepted";
}

/** First byte of the value of a top-level member. */
const valueAt = (document: Uint8Array, key: string): number =>
  Buffer.from(document).indexOf(Buffer.from(Uint8Array.from(text(key)))) + text(key).length;

const nested = (depth: number): Bytes => (depth === 1 ? [0xa0] : [0xa1, 0x61, 0x61, ...nested(depth - 1)]);

describe("chapter encoding", () => {
  it("starts here from a manifest that is accepted", () => {
    expect(fault(manifest())).toBe("accepted");
  });

  // @spec encoding.verdict, encoding.pass.form, encoding.pass.schema
  it.each<[string, Uint8Array, (document: Uint8Array) => string]>([
    [
      "a wrong type that is no UTF-8",
      manifest({ runtime: [0x61, 0xff] }),
      (d) => `invalid_utf8 $.runtime ${valueAt(d, "runtime")}`,
    ],
    ["a text too long and cut off", cutName(), () => "truncated $.name 6"],
    [
      "a missing member at the end and a byte behind",
      trailing(),
      (d) => `missing_field $.runtime_interface_min ${d.length - 1}`,
    ],
    ["a byte behind a whole document", Uint8Array.of(...manifest(), 0), (d) => `trailing_bytes $ ${d.length - 1}`],
    ["one member promised too many", promised(), (d) => `truncated $ ${d.length}`],
  ])("reports %s as the table of consequences says", (_what, document, expected) => {
    expect(fault(document)).toBe(expected(document));
  });

  // @spec encoding.depth
  it("takes sixteen levels and refuses the seventeenth, empty or not, where nothing else is wrong before it", () => {
    const later = (depth: number): Uint8Array =>
      manifest({ schema_version: array(int(1), int(9)), later_than_version: nested(depth) });
    expect(fault(later(15))).toBe("accepted");
    const deep = later(16);
    // Fifteen levels of three bytes stand around the empty map at depth 17.
    expect(fault(deep)).toBe(
      `depth $.later_than_version${".a".repeat(15)} ${valueAt(deep, "later_than_version") + 45}`,
    );
    // Where the fault stands before the version, the version is not read, and the key is unknown.
    expect(fault(manifest({ schema_version: array(int(1), int(9)), x: nested(16) }))).toBe("unknown_field $ 1");
    const wrong = manifest({ name: nested(17) });
    expect(fault(wrong)).toBe(`wrong_type $.name ${valueAt(wrong, "name")}`);
  });

  // @spec encoding.counts
  it("believes no count: what is promised and absent is truncated, and nothing is reserved for it", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const size of [
      [0x9a, 0xff, 0xff, 0xff, 0xff],
      [0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]) {
      expect(fault(Uint8Array.from(size), (document) => decodeSectionIndex(document))).toBe(
        `truncated $[0] ${size.length}`,
      );
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  // @spec encoding.integers, encoding.integers.safe
  it.each<[string, Bytes]>([
    ["negative", [0x20]],
    ["the lowest", [0x3b, 255, 255, 255, 255, 255, 255, 255, 255]],
    ["2^53", [0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0]],
    ["the highest", [0x1b, 255, 255, 255, 255, 255, 255, 255, 255]],
  ])("takes an integer that is %s for an integer out of range", (_what, value) => {
    const document = manifest({ quotas: map([text("fuel"), value]) });
    expect(fault(document)).toBe(`value_out_of_range $.quotas.fuel ${valueAt(document, "fuel")}`);
  });

  // @spec encoding.key-type, encoding.unknown-field
  it("judges a key that is no text by the kind of map", () => {
    const closed = (key: Bytes): Uint8Array => Uint8Array.from([0xa9, ...key, 0x00, ...manifest().slice(1)]);
    expect(fault(closed(int(1)))).toBe("unknown_field $ 1");
    const free = manifest({ annotations: map([int(1), text("x")]) });
    expect(fault(free)).toBe(`wrong_type $.annotations ${valueAt(free, "annotations") + 1}`);
    const open = manifest({ schema_version: array(int(1), int(9)), quotas: map([int(1), int(1)]) });
    expect(fault(open)).toBe(`wrong_type $.quotas ${valueAt(open, "quotas") + 1}`);
  });

  // @spec encoding.growth.version, encoding.growth.known, encoding.growth.higher, encoding.growth.arrays
  it("judges keys by the declared version", () => {
    const unknown = { later_key: int(1) };
    const at = (document: Uint8Array): number => valueAt(document, "later_key") - text("later_key").length;
    const known = manifest(unknown);
    expect(fault(known)).toBe(`unknown_field $ ${at(known)}`);
    const later = manifest({ ...unknown, schema_version: array(int(1), int(1)) });
    expect(fault(later)).toBe("accepted");
    expect(encodeManifest(decodeManifest(later))).toEqual(later);
    // A version that cannot be read is judged as 1.0, and the unknown key stands before it.
    const unreadable = manifest({ ...unknown, schema_version: text("1.1") });
    expect(fault(unreadable)).toBe(`unknown_field $ ${at(unreadable)}`);
    // Arrays and the signature block never grow.
    const longer = manifest({ schema_version: array(int(1), int(1), int(0)) });
    expect(fault(longer)).toBe(`length_out_of_range $.schema_version ${valueAt(longer, "schema_version")}`);
    const block = map(
      [text("x"), int(1)],
      [text("value"), bytes()],
      [text("key_id"), digest],
      [text("algorithm"), text("a")],
    );
    const signed = manifest({ schema_version: array(int(1), int(1)), signature: block });
    expect(fault(signed)).toBe(`unknown_field $.signature ${valueAt(signed, "signature") + 1}`);
  });

  // @spec encoding.path, encoding.path.keys
  it("writes paths as it says", () => {
    const annotations = (key: string): string => {
      const document = manifest({ annotations: map([text(key), int(1)]) });
      return (
        fault(document)
          .split(` ${valueAt(document, "annotations")}`)[0]
          ?.replace(/ \d+$/, "") ?? ""
      );
    };
    expect(annotations("plain_1")).toBe("wrong_type $.annotations.plain_1");
    expect(annotations("with space")).toBe("wrong_type $.annotations['with space']");
    expect(annotations("it's")).toBe("wrong_type $.annotations['it\\'s']");
    expect(annotations("a\\\n\u0001")).toBe("wrong_type $.annotations['a\\\\\\n\\u0001']");
    const entry = manifest({ entry: map([text("symbol"), text("run")]) });
    expect(fault(entry)).toMatch(/^missing_field \$\.entry\.section /);
    const repeated = manifest({ required_capabilities: array(text("b"), text("a")) });
    expect(fault(repeated)).toMatch(/^item_order \$\.required_capabilities\[1\] /);
  });

  // @spec encoding.write
  it("refuses to write what it would refuse to read, with the same reason and path", () => {
    const value = decodeManifest(manifest());
    expect(fault(manifest(), () => encodeManifest({ ...value, name: "A" }))).toMatch(/^pattern_mismatch \$\.name /);
    expect(fault(manifest(), () => encodeManifest({ ...value, entry: { ...value.entry, symbol: "" } }))).toMatch(
      /^length_out_of_range \$\.entry\.symbol /,
    );
  });

  function cutName(): Uint8Array {
    return Uint8Array.from([0xa8, ...text("name"), 0x79, 0x01, 0x00, 0x61]);
  }
  function trailing(): Uint8Array {
    return Uint8Array.of(...manifest({ runtime_interface_min: undefined }), 0);
  }
  function promised(): Uint8Array {
    const document = manifest();
    document[0] = 0xa9;
    return document;
  }
});

describe("chapters manifest and format", () => {
  const serializer = createSerializer(nodeSha256);

  // @spec manifest.bound
  it("bound texts without a length by the whole manifest alone", () => {
    const content = { ...minimalArtifact.manifest, deprecationNotice: "x".repeat(1_000_000) };
    const artifact = serializer.serialize({ ...minimalArtifact, manifest: content });
    expect(serializer.parse(artifact).manifest.deprecationNotice).toHaveLength(1_000_000);
    const longer = { ...content, deprecationNotice: "x".repeat(1 << 20) };
    expect(() => serializer.serialize({ ...minimalArtifact, manifest: longer })).toThrow(/manifest_bytes/);
  });

  // @spec format.section-empty
  it("take sections of length 0", () => {
    const [main] = minimalArtifact.sections;
    if (main === undefined) throw new TypeError("the example has a section");
    const empty = ["a", "b", "z"].map((sectionId) => ({ ...main, sectionId, body: new Uint8Array(0) }));
    const artifact = serializer.serialize({ ...minimalArtifact, sections: [...empty, main] });
    expect(serializer.parse(artifact).sections.map(({ sectionId, body }) => [sectionId, body.length])).toEqual([
      ["a", 0],
      ["b", 0],
      ["main", main.body.length],
      ["z", 0],
    ]);
  });

  // @spec manifest.annotations
  it("never let annotations change what happens", async () => {
    const fayger = await createFayger({ adapter: "server", enforceSignature: false });
    const outcome = async (annotations: Record<string, string> | undefined): Promise<unknown> => {
      const content = { ...minimalArtifact.manifest, ...(annotations === undefined ? {} : { annotations }) };
      const object = await fayger.load(
        createMemorySource(serializer.serialize({ ...minimalArtifact, manifest: content })),
      );
      const { state, exitCode, failure } = await fayger.run(object);
      return { trust: object.trust, selection: object.selection, state, exitCode, failure };
    };
    const plain = await outcome(undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom("signature", "trust", "entry", "quotas", "capabilities"), fc.string(), {
          minKeys: 1,
        }),
        async (annotations) => {
          expect(await outcome({ ...annotations })).toEqual(plain);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("chapter compatibility", () => {
  const root = fileURLToPath(new URL("../../spec/", import.meta.url));
  const sources = ["", "cddl/", "released/", "tables/"].flatMap((folder) =>
    readdirSync(root + folder)
      .filter((name) => /\.(cddl|yaml)$/.test(name))
      .map((name) => createSourceFile(`spec/${folder}${name}`, readFileSync(`${root}${folder}${name}`, "utf8"))),
  );
  const compiled = (member: string): string[] =>
    compile(
      sources.map((source) =>
        source.path === "spec/cddl/manifest.cddl"
          ? createSourceFile(source.path, source.text.replace("  ; Version of the artifact.\n", `${member}$&`))
          : source,
      ),
    )
      .diagnostics.filter(({ severity }) => severity === "error")
      .map(({ code }) => code);

  // @spec compatibility.schema.minor
  it("lets a minor add optional members and no required ones", () => {
    const documented = "  ; Something new.\n  ; @since 1.1\n";
    expect(compiled("")).not.toContain("schema/required-since");
    expect(compiled(`${documented}  ? novelty: tstr\n`)).not.toContain("schema/required-since");
    expect(compiled(`${documented}  novelty: tstr\n`)).toContain("schema/required-since");
  });
});

describe("chapter instructions", () => {
  // @spec instructions.results.extra
  it("lets a program ignore results behind those it knows", () => {
    const [data, later] = [Uint8Array.of(1, 2), { type: "text", value: "later" } as const];
    const reply = encodeReply(0, [{ type: "bytes", value: data }, later]);
    expect(readIoFileReadResults(decodeReply(reply).results)).toEqual({ data });
  });
});

// @spec versions.current
describe("chapter versions", () => {
  it("names the versions of this release", () => {
    expect([FORMAT_VERSION, SCHEMA_VERSION, RUNTIME_INTERFACE_VERSION, GUEST_ABI_VERSION]).toEqual([
      [1, 0],
      [1, 0],
      [1, 0, 0],
      1,
    ]);
  });
});

// @spec faymanifest.shape, faymanifest.module, faymanifest.protocol, faymanifest.control-mode, faymanifest.driver
// @spec faymanifest.ego, faymanifest.ego-constraints, faymanifest.boundary-set, faymanifest.permissions
describe("chapter faymanifest", () => {
  const boundaries = { allowed: ["fly"], restricted: ["land"], requiresConfirmation: ["dive"] };
  const whole = {
    name: "kite",
    version: "1.0.0",
    description: "flies a kite",
    vendor: "somebody",
    modules: [{ id: "sensor", version: "^1.0.0", provider: "somebody", config: { types: ["wind"] } }],
    protocols: [{ id: "cap_protocol", version: "^1.0.0", config: { targets: [] } }],
    controlMode: "ego",
    drivers: [{ name: "reel", type: "device", driverPackage: "@kites/reel", config: { length: 50 } }],
    ego: {
      modelSource: "@kites/calm",
      scenarioTags: ["beach"],
      constraints: {
        valueOrientation: "calm",
        interestPreferences: [],
        habits: null,
        cognitiveBoundaries: boundaries,
        skillBoundaries: boundaries,
        permissionBoundaries: boundaries,
        workingStyle: {},
      },
    },
    permissions: { inherent: ["reel"], persistent: [], authMethods: ["fingerprint"] },
  };
  type Json = { [key: string]: unknown };

  /** Every member inside a value, as the way to it. */
  function ways(value: unknown): string[][] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [[key], ...ways(inner).map((way) => [key, ...way])]);
  }

  function changed(way: readonly string[], change: (holder: Json, key: string) => void): unknown {
    // A deep copy that shares nothing with itself, which structuredClone would.
    const copy = JSON.parse(JSON.stringify(whole)) as Json;
    let holder = copy;
    for (const key of way.slice(0, -1)) holder = holder[key] as Json;
    change(holder, way.at(-1) ?? "");
    return copy;
  }

  it("accepts a file with every member, and one with the required ones alone", () => {
    expect(validateFayManifest(whole)).toEqual([]);
    const { drivers: _drivers, ego: _ego, permissions: _permissions, ...required } = whole;
    expect(
      validateFayManifest({ ...required, modules: [{ id: "sensor" }], protocols: [{ id: "cap_protocol" }] }),
    ).toEqual([]);
  });

  const required = "name version description vendor modules protocols controlMode".split(" ").map((key) => [key]);
  required.push(["modules", "0", "id"], ["protocols", "0", "id"], ["ego", "modelSource"]);
  required.push(["drivers", "0", "name"], ["drivers", "0", "type"], ["drivers", "0", "driverPackage"]);

  it.each(required.map((way) => [way.join("."), way] as const))("asks for %s", (_name, way) => {
    const without = changed(way, (holder, key) => delete holder[key]);
    expect(validateFayManifest(without).map(({ code }) => code)).toEqual(["missing_field"]);
  });

  const objects = [[], ["modules", "0"], ["protocols", "0"], ["drivers", "0"], ["ego"], ["permissions"]];
  objects.push(["ego", "constraints"], ["ego", "constraints", "skillBoundaries"]);

  it.each(objects.map((way) => [way.join(".") || "the file", way] as const))(
    "knows the members of %s",
    (_name, way) => {
      const more = changed([...way, "unheardOf"], (holder, key) => {
        holder[key] = 1;
      });
      expect(validateFayManifest(more).map(({ code }) => code)).toEqual(["unknown_field"]);
    },
  );

  const free = ["config", "valueOrientation", "interestPreferences", "habits", "workingStyle"];
  const typed = ways(whole).filter((way) => !way.slice(0, -1).some((key) => free.includes(key)));

  it.each(typed.filter((way) => !free.slice(1).includes(way.at(-1) ?? "")).map((way) => [way.join("."), way] as const))(
    "asks for the type of %s",
    (_name, way) => {
      const wrong = changed(way, (holder, key) => {
        holder[key] = 7;
      });
      expect(validateFayManifest(wrong).map(({ code }) => code)).toEqual(["wrong_type"]);
    },
  );

  it("knows three control modes", () => {
    for (const controlMode of ["command", "ego", "autonomous"])
      expect(validateFayManifest({ ...whole, controlMode })).toEqual([]);
    expect(validateFayManifest({ ...whole, controlMode: "manual" })).toMatchObject([{ code: "value_out_of_range" }]);
  });
});
