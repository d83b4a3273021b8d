import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CAPABILITY_NAMES, type CapabilitySet, capabilityNames } from "../../generated/capabilities.js";
import { grantedSet, missingCapabilities, negotiate } from "./capability-negotiator.js";

/** Known names, and names that may be added in a later version. */
const names = fc.uniqueArray(
  fc.oneof(fc.constantFrom<string>(...CAPABILITY_NAMES), fc.stringMatching(/^[a-z]{1,6}\.new$/)),
  {
    maxLength: 12,
  },
);
const sets = fc.record({ requested: names, available: names, policy: names, restricted: names });

describe("negotiation", () => {
  // @spec capabilities.negotiation, capabilities.unknown
  test.prop([sets])("grants exactly what all three sets hold", (request) => {
    const { granted } = negotiate(request);
    for (const name of [...request.requested, ...request.available, ...request.policy]) {
      const inAll = [request.requested, request.available, request.policy].every((set) => set.includes(name));
      expect(granted.includes(name)).toBe(inAll && (CAPABILITY_NAMES as readonly string[]).includes(name));
    }
    expect(new Set(granted).size).toBe(granted.length);
  });

  test.prop([sets])("denies exactly the rest of the request", (request) => {
    const { granted, denied } = negotiate(request);
    expect([...granted, ...denied].sort()).toEqual([...request.requested].sort());
  });

  test.prop([sets, names])("never takes away when a set grows", (request, more) => {
    const { granted } = negotiate(request);
    for (const key of ["requested", "available", "policy"] as const) {
      const wider = negotiate({ ...request, [key]: [...request[key], ...more] });
      expect(wider.granted).toEqual(expect.arrayContaining([...granted]));
    }
  });

  test.prop([sets])("asked for what it granted, grants the same again", (request) => {
    const { granted, warnings } = negotiate(request);
    expect(negotiate({ ...request, requested: granted })).toEqual({ granted, denied: [], warnings });
  });

  // @spec capabilities.negotiation.warnings
  test.prop([sets])("warns of what is granted and restricted, and of nothing else", (request) => {
    const { granted, warnings } = negotiate(request);
    expect(warnings).toEqual(granted.filter((name) => request.restricted.includes(name)));
  });

  test.prop([sets, fc.func(fc.integer())])("does not depend on the order of any set", (request, rank) => {
    const shuffled = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => rank(a) - rank(b));
    expect(
      negotiate({
        requested: shuffled(request.requested),
        available: shuffled(request.available),
        policy: shuffled(request.policy),
        restricted: shuffled(request.restricted),
      }),
    ).toEqual(negotiate(request));
  });

  test.prop([names, names, names])("makes a mask that agrees with the names", (requested, available, policy) => {
    const mask = grantedSet(requested, available, policy);
    expect(capabilityNames(mask)).toEqual(negotiate({ requested, available, policy }).granted);
  });

  it("lists names by their UTF-8 bytes, each once", () => {
    const requested = ["zz.new", "\u{1f600}", "\uffee", "fs.read", "fs.read"];
    expect(negotiate({ requested, available: [], policy: [] }).denied).toEqual([
      "fs.read",
      "zz.new",
      "\uffee",
      "\u{1f600}",
    ]);
  });
});

describe("what an instruction misses", () => {
  test.prop([fc.integer(), fc.integer()])(
    "is named bit by bit, without loss",
    (required: CapabilitySet, granted: CapabilitySet) => {
      const missing = missingCapabilities(required, granted);
      let bits = 0;
      for (let bit = 0; bit < 32; bit += 1) if (((required & ~granted) >>> bit) & 1) bits += 1;
      expect(missing).toHaveLength(bits);
      expect(new Set(missing).size).toBe(bits);
    },
  );
});
