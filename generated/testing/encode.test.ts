import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { CodecError } from "../../reference/codec/codegen-v1.js";
import { encodeFaygerError } from "../codecs/fayger-error.js";
import { encodeFaygerEvent } from "../codecs/fayger-event.js";
import { encodeManifest, type Manifest } from "../codecs/manifest.js";
import type { SectionEntry } from "../codecs/section-entry.js";
import { encodeSectionIndex } from "../codecs/section-index.js";
import { CODEC_RULES } from "./codec-rules.js";

const digest = new Uint8Array(32);
const manifest: Manifest = {
  schemaVersion: [1, 0],
  runtimeInterfaceMin: [1, 0, 0],
  name: "demo/app",
  version: "1.0.0",
  entry: { section: "code/main", symbol: "main" },
  runtime: { codeFormat: "wasm-core-2" },
  optionalCapabilities: ["io.stdio"],
  requiredCapabilities: ["fs.read"],
  sectionIndexDigest: digest,
};

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("accepted");
}

/** A value that TypeScript would not let through, as it comes from callers without types. */
const untyped = (changes: object) => ({ ...manifest, ...changes }) as Manifest;

describe("an encoder refuses what a decoder refuses", () => {
  test.each([
    [{ name: "A" }, "pattern_mismatch", "$.name"],
    [{ name: "" }, "length_out_of_range", "$.name"],
    [{ name: "a".repeat(129) }, "length_out_of_range", "$.name"],
    [{ name: 5 }, "wrong_type", "$.name"],
    [{ name: undefined }, "missing_field", "$.name"],
    [{ name: "\uD800" }, "invalid_utf8", "$.name"],
    [{ version: "1.0" }, "pattern_mismatch", "$.version"],
    [{ entry: undefined }, "missing_field", "$.entry"],
    [{ entry: { section: "a", symbol: "" } }, "length_out_of_range", "$.entry.symbol"],
    [{ schemaVersion: undefined }, "missing_field", "$.schema_version"],
    [{ schemaVersion: [1] }, "length_out_of_range", "$.schema_version"],
    [{ schemaVersion: [1, -1] }, "value_out_of_range", "$.schema_version[1]"],
    [{ schemaVersion: [1, 0.5] }, "wrong_type", "$.schema_version[1]"],
    [{ schemaVersion: [1, 1n] }, "wrong_type", "$.schema_version[1]"],
    [{ schemaVersion: [1n, 0] }, "wrong_type", "$.schema_version[0]"],
    [{ schemaVersion: [2, 0] }, "value_out_of_range", "$.schema_version[0]"],
    [{ requiredCapabilities: ["b", "a"] }, "item_order", "$.required_capabilities[1]"],
    [{ requiredCapabilities: ["a", "a"] }, "item_order", "$.required_capabilities[1]"],
    [{ requiredCapabilities: ["fs.read", "io.stdio"] }, "item_conflict", "$.required_capabilities[1]"],
    [{ optionalCapabilities: [] }, "length_out_of_range", "$.optional_capabilities"],
    [{ sectionIndexDigest: new Uint8Array(31) }, "length_out_of_range", "$.section_index_digest"],
    [{ sectionIndexDigest: "00" }, "wrong_type", "$.section_index_digest"],
    [{ annotations: {} }, "length_out_of_range", "$.annotations"],
    [{ annotations: { "a b": 1 } }, "wrong_type", "$.annotations['a b']"],
    [{ annotations: ["a"] }, "wrong_type", "$.annotations"],
    [{ quotas: { fuel: 2 ** 53 } }, "value_out_of_range", "$.quotas.fuel"],
    [{ quotas: { fuel: 1n } }, "wrong_type", "$.quotas.fuel"],
    [{ dependencies: [{ name: "a", versionRange: "1" }] }, "pattern_mismatch", "$.dependencies[0].version_range"],
    [{ unknownFields: [{ key: "~", value: Uint8Array.of(0) }] }, "unknown_field", "$"],
  ])("%o is %s at %s", (changes, reason, path) => {
    expect(refusal(() => encodeManifest(untyped(changes)))).toMatchObject({ reason, path });
  });

  test("sections in order, none below another", () => {
    const row = (sectionId: string): SectionEntry => {
      return { sectionId, kind: 1, offset: 0, length: 0, digest, visibility: 0, profileConstraints: {} };
    };
    expect(refusal(() => encodeSectionIndex([row("b"), row("a")]))).toMatchObject({ reason: "item_order", path: "$[1][0]" });
    expect(refusal(() => encodeSectionIndex([row("a"), row("a.b"), row("a/b")]))).toMatchObject({ reason: "item_conflict", path: "$[2][0]" });
    expect(refusal(() => encodeSectionIndex([{ ...row("a"), visibility: 2 as 1 }]))).toMatchObject({ reason: "value_out_of_range", path: "$[0][5]" });
  });

  test("no cause is nested too deep, no level is unknown", () => {
    let error = { code: "A", sourceLayer: "host", message: "", context: {} } as Parameters<typeof encodeFaygerError>[0];
    for (let depth = 1; depth < 16; depth++) error = { ...error, cause: error };
    expect(refusal(() => encodeFaygerError({ ...error, cause: error }))).toMatchObject({ reason: "depth" });
    const event = { category: "load", name: "x", level: "fatal" as "info", sequence: 0, timeUnixNs: 0n, monotonicNs: 0n, fields: {} };
    expect(refusal(() => encodeFaygerEvent(event))).toMatchObject({ reason: "value_out_of_range", path: "$.level" });
  });
});

describe.each(CODEC_RULES)("$name", (rule) => {
  test.prop([rule.arbitrary(), fc.nat(), fc.constantFrom(undefined, null, 1.5, Number.NaN, -1, 2n ** 70n, "\uD800", [undefined], { a: null })])(
    "anything in the place of a member is refused with a path, or encoded to what decodes again",
    (value, pick, replacement) => {
      const damaged = replaceMember(value, pick, replacement);
      const growth = { growth: "open" } as const;
      let bytes: Uint8Array;
      try {
        bytes = rule.encode(damaged, growth);
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError);
        expect((error as CodecError).path).toMatch(/^\$/);
        return;
      }
      expect(Buffer.compare(rule.encode(rule.decode(bytes, growth), growth), bytes)).toBe(0);
    },
  );
});

/** A copy with another value in the place of one member or element, somewhere below a value that is an object. */
function replaceMember(value: unknown, pick: number, replacement: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [value];
  const names = Object.keys(value);
  const name = names[pick % Math.max(names.length, 1)];
  // What an encoder takes as its version must be there for it to begin at all.
  if (name === undefined || name === "unknownFields") return value;
  const inner = pick % 3 === 0 ? replaceMember(Reflect.get(value, name), pick >> 3, replacement) : replacement;
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === name ? inner : item))
    : { ...value, [name]: inner };
}
