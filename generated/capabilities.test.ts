import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  CAPABILITY_BITS,
  CAPABILITY_NAMES,
  capabilityNames,
  capabilitySet,
  difference,
  EMPTY_CAPABILITIES,
  hasAll,
  intersection,
  isCapabilityName,
} from "./capabilities.js";

const name = fc.constantFrom(...CAPABILITY_NAMES);
const names = fc.uniqueArray(name);

const ascending = (set: Iterable<string>) => [...set].sort();

describe("capability sets", () => {
  test.prop([names])("keep their names, ascending, without regard to order and repetition", (list) => {
    expect(capabilityNames(capabilitySet(list))).toEqual(ascending(list));
    expect(capabilitySet([...list, ...list].reverse())).toBe(capabilitySet(list));
  });

  test.prop([names, names])("are an algebra of sets", (a, b) => {
    const [left, right] = [capabilitySet(a), capabilitySet(b)];
    expect(capabilityNames(intersection(left, right))).toEqual(ascending(a.filter((item) => b.includes(item))));
    expect(capabilityNames(difference(left, right))).toEqual(ascending(a.filter((item) => !b.includes(item))));
  });

  test.prop([names, names])("have all exactly where the difference is empty", (granted, required) => {
    const [have, need] = [capabilitySet(granted), capabilitySet(required)];
    expect(hasAll(have, need)).toBe(required.every((item) => granted.includes(item)));
    expect(hasAll(have, need)).toBe(difference(need, have) === EMPTY_CAPABILITIES);
  });

  test.prop([fc.integer(), fc.integer()])("obey the laws for any 32 bits", (a, b) => {
    expect(difference(a, b) | intersection(a, b)).toBe(a | 0);
    expect(hasAll(a | b, a)).toBe(true);
    expect(hasAll(intersection(a, b), a)).toBe(hasAll(b, a));
    expect(intersection(difference(a, b), b)).toBe(0);
  });

  test.prop([fc.string()])("leave unknown names out", (text) => {
    fc.pre(!isCapabilityName(text));
    expect(capabilitySet([text])).toBe(EMPTY_CAPABILITIES);
  });

  it("do not take members of every object for names", () => {
    for (const text of ["constructor", "toString", "__proto__"]) expect(isCapabilityName(text)).toBe(false);
  });

  it("never contain bit 31 once granted, so that an unknown capability is always missing", () => {
    const everything = capabilitySet(CAPABILITY_NAMES);
    expect(hasAll(everything, 1 << 31)).toBe(false);
    expect(difference(1 << 31, everything)).toBe(1 << 31);
  });

  // @spec capabilities.table
  // @covers spec/tables/capabilities.yaml
  it("give every name a bit of its own", () => {
    expect(new Set(Object.values(CAPABILITY_BITS)).size).toBe(CAPABILITY_NAMES.length);
    expect(CAPABILITY_NAMES.map((item) => CAPABILITY_BITS[item])).toEqual(
      CAPABILITY_NAMES.map((item) => CAPABILITY_BITS[item]).sort((a, b) => a - b),
    );
  });
});
