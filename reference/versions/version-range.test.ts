import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions, parseVersion, type SemanticVersion } from "./semantic-version.js";
import { satisfies } from "./version-range.js";

const number = fc.oneof(fc.nat(3).map(String), fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 2n }).map(String));
const prerelease = fc.constantFrom("", "-0", "-1", "-alpha", "-alpha.1", "-alpha.beta", "-rc.2", "-rc.11", "-1.0");
const versionText = fc.tuple(number, number, number, prerelease).map(([a, b, c, d]) => `${a}.${b}.${c}${d}`);

function parsed(text: string): SemanticVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`no version: ${text}`);
  return version;
}

describe("parseVersion", () => {
  // @spec manifest.version
  test.each([
    ...["", "1.2", "1.2.3.4", "v1.2.3", " 1.2.3", "1.2.3 ", "1.2.3\n", "01.2.3", "1.02.3", "1.2.03", "1.2.-3"],
    ...["1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-a_b", "1.2.3-00"],
    ...["1.2.3+", "1.2.3+a..b", "1.2.3+.a", "1.2.3+a.", "1.2.3+a+b", "1.2.3-+a"],
  ])("takes %j for no version", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  // @spec manifest.version
  test.each([
    ["0.0.0", []],
    ["1.2.3-0", ["0"]],
    ["1.2.3-0a.01b.-.--1", ["0a", "01b", "-", "--1"]],
    ["1.2.3+001.0", []],
    ["1.2.3-x-1+0-0", ["x-1"]],
  ])("reads %s", (text, prerelease) => {
    expect(parseVersion(text)?.prerelease).toEqual(prerelease);
  });
});

describe("compareVersions", () => {
  // @spec manifest.version
  test("orders versions as SemVer 2.0 lists them", () => {
    const ascending = [
      "0.0.0-0",
      "0.0.0",
      "0.0.1",
      "0.9.0",
      "0.10.0",
      "1.0.0-1",
      "1.0.0-2",
      "1.0.0-11",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "2.0.0",
      "99999999999999999998.0.0",
      "99999999999999999999.0.0",
      "100000000000000000000.0.0",
    ];
    ascending.forEach((a, i) => {
      ascending.forEach((b, j) => {
        expect(`${a} ${b} ${Math.sign(compareVersions(parsed(a), parsed(b)))}`).toBe(`${a} ${b} ${Math.sign(i - j)}`);
      });
    });
  });

  test("is a total order in which build metadata takes no part", () => {
    fc.assert(
      fc.property(versionText, versionText, versionText, (a, b, c) => {
        const [x, y, z] = [parsed(a), parsed(b), parsed(c)];
        expect(Math.sign(compareVersions(x, y))).toBe(-Math.sign(compareVersions(y, x)) + 0);
        if (compareVersions(x, y) <= 0 && compareVersions(y, z) <= 0)
          expect(compareVersions(x, z)).toBeLessThanOrEqual(0);
        expect(compareVersions(x, parsed(`${a}+build.7`))).toBe(0);
      }),
    );
  });
});

// @spec manifest.version-range, manifest.version-range.prerelease
describe("satisfies", () => {
  test.each([
    ["1.2.3", "=1.2.3", true],
    ["1.2.3+a", "=1.2.3+b", true],
    ["1.2.4", "=1.2.3", false],
    ["1.2.4", ">1.2.3", true],
    ["1.2.3", ">1.2.3", false],
    ["1.2.3", ">=1.2.3 <2.0.0", true],
    ["2.0.0", ">=1.2.3 <2.0.0", false],
    ["1.9.9", "^1.2.3", true],
    ["1.2.2", "^1.2.3", false],
    ["2.0.0", "^1.2.3", false],
    ["0.2.9", "^0.2.3", true],
    ["0.3.0", "^0.2.3", false],
    ["0.0.3", "^0.0.3", true],
    ["0.0.4", "^0.0.3", false],
    ["0.0.0", "^0.0.0", true],
    ["0.0.1", "^0.0.0", false],
    ["1.2.9", "~1.2.3", true],
    ["1.3.0", "~1.2.3", false],
    ["1.2.2", "~1.2.3", false],
    // A prerelease is in a range only where a comparator names its numbers.
    ["1.3.0-rc.1", ">=1.2.0", false],
    ["1.3.0-rc.1", ">=1.3.0-alpha", true],
    ["1.3.0-rc.1", "<1.3.0", true],
    ["1.3.0-rc.1", "<=1.3.0 >=1.2.0", true],
    ["2.0.0-rc.1", "^1.2.3", false],
    ["2.0.0-rc.1", "^1.2.3 <2.0.0", false],
    ["1.2.3-rc.1", "^1.2.3-alpha", true],
    ["1.2.3-alpha", "^1.2.3-rc.1", false],
    ["1.2.4-rc.1", "^1.2.3-alpha", false],
    ["1.2.3", "", false],
    ["1.2.3", "1.2.3", false],
    ["no version", ">=0.0.0", false],
    // More digits would make it the greater number.
    ["01.2.3", ">=2.0.0", false],
    ["3.0.0", ">=02.0.0", false],
    ["1.2.3", ">=1.2.3  <2.0.0", false],
  ])("%s in %s: %s", (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });

  test("every comparator must hold: a range of two is the intersection, for releases", () => {
    const release = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((parts) => parts.join("."));
    const comparator = fc
      .tuple(fc.constantFrom("=", ">", ">=", "<", "<=", "^", "~"), release)
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(release, comparator, comparator, (version, a, b) => {
        expect(satisfies(version, `${a} ${b}`)).toBe(satisfies(version, a) && satisfies(version, b));
      }),
    );
  });
});
