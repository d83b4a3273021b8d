import { describe, expect, it } from "vitest";
import { isFayManifest, validateFayManifest } from "./fay-manifest.js";
import { faygerErrorToJson } from "./fayger-error.js";
import { faygerEventToJson } from "./fayger-event.js";
import { validateHostPolicy } from "./host-policy.js";
import { isLoadProfile, validateLoadProfile } from "./load-profile.js";
import { validateVector } from "./vector.js";

const profile = { terminal: "server", capabilities: ["fs.read"], features: [], memory_bytes: 1024 };

describe("a LoadProfile", () => {
  it("is accepted with and without what is optional", () => {
    expect(validateLoadProfile(profile)).toEqual([]);
    expect(isLoadProfile({ terminal: "server", capabilities: [], features: [] })).toBe(true);
  });

  it.each([
    ["not an object", [], "$", "wrong_type"],
    ["null", null, "$", "wrong_type"],
    ["an empty terminal", { ...profile, terminal: "" }, "$.terminal", "length_out_of_range"],
    ["a terminal of 65 bytes in 33 characters", { ...profile, terminal: "\u00e4".repeat(32) + "x" }, "$.terminal", "length_out_of_range"],
    ["a terminal that is a number", { ...profile, terminal: 1 }, "$.terminal", "wrong_type"],
    ["a wrong item", { ...profile, capabilities: ["fs.read", 7] }, "$.capabilities[1]", "wrong_type"],
    ["a list that is none", { ...profile, features: "x" }, "$.features", "wrong_type"],
    ["negative memory", { ...profile, memory_bytes: -1 }, "$.memory_bytes", "value_out_of_range"],
    ["memory beyond 2^53-1", { ...profile, memory_bytes: 2 ** 53 }, "$.memory_bytes", "value_out_of_range"],
    ["half a byte", { ...profile, memory_bytes: 0.5 }, "$.memory_bytes", "wrong_type"],
    ["memory that is null", { ...profile, memory_bytes: null }, "$.memory_bytes", "wrong_type"],
    ["an unknown member", { ...profile, "odd one": 1 }, "$['odd one']", "unknown_field"],
    ["a member of every object", JSON.parse('{"terminal":"x","capabilities":[],"features":[],"__proto__":1}'), "$.__proto__", "unknown_field"],
  ])("with %s is refused where the fault is", (_what, value, field, code) => {
    expect(validateLoadProfile(value)).toMatchObject([{ field, code, message: expect.any(String) }]);
    expect(isLoadProfile(value)).toBe(false);
  });

  it("without its members is refused once for each, in order", () => {
    expect(validateLoadProfile({}).map(({ field, code }) => [field, code])).toEqual([
      ["$.terminal", "missing_field"],
      ["$.capabilities", "missing_field"],
      ["$.features", "missing_field"],
    ]);
  });

  it("does not inherit members", () => {
    expect(validateLoadProfile(Object.create(profile))).toHaveLength(3);
  });
});

// @spec capabilities.host-policy
describe("a HostPolicy", () => {
  const policy = {
    capabilities: ["fs.read"],
    file_roots: [{ guest_path: "/data", host_path: "/srv/data", writable: false }],
    quotas: { fuel: 10 },
    offers: [{ name: "storage/s3", version: "1.2.3-rc.1+build" }],
  };

  it("is accepted", () => {
    expect(validateHostPolicy(policy)).toEqual([]);
  });

  it.each([
    ["a relative guest path", { ...policy, file_roots: [{ ...policy.file_roots[0], guest_path: "data" }] }, "$.file_roots[0].guest_path", "pattern_mismatch"],
    ["a capability in capitals", { ...policy, capabilities: ["FS.READ"] }, "$.capabilities[0]", "pattern_mismatch"],
    ["a version that is none", { ...policy, offers: [{ name: "a", version: "1.02.3" }] }, "$.offers[0].version", "pattern_mismatch"],
    ["a quota nobody knows", { ...policy, quotas: { fule: 1 } }, "$.quotas.fule", "unknown_field"],
  ])("with %s is refused", (_what, value, field, code) => {
    expect(validateHostPolicy(value)).toMatchObject([{ field, code, message: expect.any(String) }]);
  });
});

describe("a FayManifest", () => {
  const manifest = {
    name: "companion",
    version: "1.0.0",
    description: "",
    vendor: "Somebody",
    modules: [{ id: "voice", config: { volume: 3, nested: [null, { any: true }] } }],
    protocols: [],
    controlMode: "ego",
    ego: { modelSource: "local", constraints: { habits: null, skillBoundaries: { allowed: ["speak"] } } },
  };

  it("is accepted, whatever stands where any value may", () => {
    expect(validateFayManifest(manifest)).toEqual([]);
    expect(isFayManifest(manifest)).toBe(true);
  });

  it("is refused for all its faults at once", () => {
    const faults = validateFayManifest({ ...manifest, controlMode: "remote", modules: [{ id: "" }, { version: "1" }], ego: {} });
    expect(faults.map(({ field, code }) => [field, code])).toEqual([
      ["$.modules[0].id", "length_out_of_range"],
      ["$.modules[1].id", "missing_field"],
      ["$.modules[1].version", "pattern_mismatch"],
      ["$.controlMode", "value_out_of_range"],
      ["$.ego.modelSource", "missing_field"],
    ]);
  });
});

describe("a vector", () => {
  it("is refused where its closed lists do not have the word", () => {
    const vector = {
      id: "codec-manifest/duplicate-key/name",
      since: "1.0",
      status: "active",
      operation: "decode",
      clauses: ["encoding.deterministic"],
      level: "must",
      features: [],
      inputs: { bytes: "00" },
      expect: { verdict: "reject", code: "CODEC", reason: "duplicate_key", locus: { at: 3 } },
      why: "A key stands twice.",
    };
    expect(validateVector(vector)).toEqual([]);
    expect(validateVector({ ...vector, status: "lost", clauses: [] }).map(({ field, code }) => [field, code])).toEqual([
      ["$.status", "value_out_of_range"],
      ["$.clauses", "length_out_of_range"],
    ]);
  });
});

describe("the JSON form", () => {
  it("of an error writes bytes as hexadecimal, u32 as numbers and safe_uint as texts, through its causes", () => {
    const cause = {
      code: "LDR_CRC_MISMATCH",
      sourceLayer: "loader",
      message: "wrong checksum",
      context: { phase: "verify_structure", offset: 7, expected: 0xffff_ffff, found: 1 },
    } as const;
    const error = {
      code: "LDR_BAD_MAGIC",
      sourceLayer: "loader",
      message: "no artifact",
      context: { phase: "read_head", offset: 0, expected: Uint8Array.of(0x42, 0x55), found: new Uint8Array(0) },
      cause,
    } as const;
    expect(faygerErrorToJson(error)).toEqual({
      code: "LDR_BAD_MAGIC",
      source_layer: "loader",
      message: "no artifact",
      context: { phase: "read_head", offset: "0", expected: "4255", found: "" },
      cause: {
        code: "LDR_CRC_MISMATCH",
        source_layer: "loader",
        message: "wrong checksum",
        context: { phase: "verify_structure", offset: "7", expected: 0xffff_ffff, found: 1 },
      },
    });
  });

  it("of an event writes its clocks as texts and leaves out what is absent", () => {
    const event = {
      category: "load",
      name: "source_opened",
      level: "info",
      sequence: 3,
      timeUnixNs: 1_700_000_000_000_000_000n,
      monotonicNs: 5n,
      trace: { traceId: new Uint8Array(16).fill(0xab), spanId: new Uint8Array(8), flags: 1 },
      fields: { size: 92, more: undefined },
    } as const;
    expect(faygerEventToJson(event)).toEqual({
      category: "load",
      name: "source_opened",
      level: "info",
      sequence: "3",
      time_unix_ns: "1700000000000000000",
      monotonic_ns: "5",
      trace: { trace_id: "ab".repeat(16), span_id: "00".repeat(8), flags: 1 },
      fields: { size: "92" },
    });
  });

  it("of context that no row types writes integers as texts, nests, and cannot reach a prototype", () => {
    const context = { list: [1, 2n, Uint8Array.of(255)], map: new Map([["__proto__", "own"]]), flag: true };
    const json = faygerErrorToJson({ code: "X_NEW", sourceLayer: "host", message: "", context });
    expect(JSON.parse(JSON.stringify(json.context))).toEqual(JSON.parse('{"list":["1","2","ff"],"map":{"__proto__":"own"},"flag":true}'));
  });
});
