import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const rangeAnchor = "manifest.version-range";
const prereleaseAnchor = "manifest.version-range.prerelease";
const versionAnchor = "manifest.version";

const effects = {
  wrong: "A dependency counts as satisfied by a version that breaks the program, or as missing where it is there.",
  loose: "A range means one thing to the author's tool and another to the loader.",
} as const;

/** A range, the versions in it, and those outside. */
interface Row {
  readonly group: string;
  readonly range: string;
  readonly inside: readonly string[];
  readonly outside: readonly string[];
  readonly clauses?: readonly string[];
  readonly why: string;
}

const rows: readonly Row[] = [
  {
    group: "equal",
    range: "=1.2.3",
    inside: ["1.2.3", "1.2.3+build"],
    outside: ["1.2.4", "1.2.2", "1.3.3", "2.2.3", "1.2.3-a"],
    why: "`=` holds for the version itself, its build metadata ignored",
  },
  {
    group: "above",
    range: ">1.2.3",
    inside: ["1.2.4", "1.3.0", "2.0.0", "1.10.0"],
    outside: ["1.2.3", "1.2.2", "1.2.3+build", "0.9.9"],
    why: "`>` holds above the version",
  },
  {
    group: "at-least",
    range: ">=1.2.3",
    inside: ["1.2.3", "1.2.3+build", "1.2.4", "2.0.0"],
    outside: ["1.2.2", "1.1.9", "0.9.9"],
    why: "`>=` holds at the version and above it",
  },
  {
    group: "below",
    range: "<1.2.3",
    inside: ["1.2.2", "1.1.9", "0.0.0"],
    outside: ["1.2.3", "1.2.3+build", "1.2.4", "1.10.0"],
    why: "`<` holds below the version",
  },
  {
    group: "at-most",
    range: "<=1.2.3",
    inside: ["1.2.3", "1.2.3+build", "1.2.2", "0.0.0"],
    outside: ["1.2.4", "1.10.0", "2.0.0"],
    why: "`<=` holds at the version and below it",
  },
  {
    group: "caret",
    range: "^1.2.3",
    inside: ["1.2.3", "1.2.4", "1.3.0", "1.99.99", "1.3.0+build"],
    outside: ["1.2.2", "2.0.0", "0.2.3", "1.0.0"],
    why: "`^` with a major above 0 holds from the version to the end of the major",
  },
  {
    group: "caret-zero-minor",
    range: "^0.2.3",
    inside: ["0.2.3", "0.2.4", "0.2.99"],
    outside: ["0.2.2", "0.3.0", "1.2.3", "0.1.9"],
    why: "`^` with major 0 holds from the version to the end of the minor",
  },
  {
    group: "caret-zero-patch",
    range: "^0.0.3",
    inside: ["0.0.3", "0.0.3+build"],
    outside: ["0.0.4", "0.0.2", "0.1.3", "1.0.3"],
    why: "`^` with major and minor 0 holds for that patch alone",
  },
  {
    group: "caret-zero",
    range: "^0.0.0",
    inside: ["0.0.0"],
    outside: ["0.0.1", "0.1.0", "1.0.0"],
    why: "`^0.0.0` holds for 0.0.0 alone",
  },
  {
    group: "caret-one",
    range: "^1.0.0",
    inside: ["1.0.0", "1.0.1", "1.9.9"],
    outside: ["0.9.9", "2.0.0"],
    why: "`^1.0.0` holds for everything of major 1",
  },
  {
    group: "tilde",
    range: "~1.2.3",
    inside: ["1.2.3", "1.2.4", "1.2.99"],
    outside: ["1.2.2", "1.3.0", "1.1.9", "2.2.3"],
    why: "`~` holds from the version to the end of the minor",
  },
  {
    group: "tilde-zero",
    range: "~0.0.3",
    inside: ["0.0.3", "0.0.4"],
    outside: ["0.0.2", "0.1.0"],
    why: "`~` of major and minor 0 holds to the end of that minor, unlike `^`",
  },
  {
    group: "several",
    range: ">=1.2.0 <2.0.0",
    inside: ["1.2.0", "1.99.0"],
    outside: ["1.1.9", "2.0.0", "0.9.0", "2.1.0"],
    why: "a range holds where every comparator does",
  },
  {
    group: "several-narrow",
    range: ">=1.2.0 <=1.4.0 ~1.3.0",
    inside: ["1.3.0", "1.3.5"],
    outside: ["1.2.9", "1.4.0", "1.2.0"],
    why: "each of three comparators has to hold",
  },
  {
    group: "impossible",
    range: ">2.0.0 <1.0.0",
    inside: [],
    outside: ["0.5.0", "1.5.0", "2.5.0"],
    why: "comparators that exclude each other hold for nothing",
  },
  {
    group: "repeated",
    range: "=1.0.0 =1.0.0",
    inside: ["1.0.0"],
    outside: ["1.0.1"],
    why: "a comparator that is there twice says nothing new",
  },
  {
    group: "numbers",
    range: ">=1.9.0",
    inside: ["1.10.0", "1.9.10", "10.0.0"],
    outside: ["1.8.99", "1.8.10"],
    why: "numbers compare as numbers and not as texts",
  },
  {
    group: "long-numbers",
    range: ">=1.0.9007199254740993",
    inside: [
      "1.0.9007199254740993",
      "1.0.9007199254740994",
      "1.0.18446744073709551616",
      "1.0.99999999999999999999999999999",
    ],
    outside: ["1.0.9007199254740992", "1.0.9007199254740991"],
    why: "numbers of any length compare exactly",
  },
  {
    group: "caret-long-major",
    range: "^9007199254740993.0.0",
    inside: ["9007199254740993.4.0"],
    outside: ["9007199254740992.4.0", "9007199254740994.0.0"],
    why: "a major of any length compares exactly",
  },
  {
    group: "build-of-the-range",
    range: "=1.2.3+one",
    inside: ["1.2.3", "1.2.3+two"],
    outside: ["1.2.4"],
    why: "build metadata in a comparator is ignored too",
  },
  {
    group: "prerelease-equal",
    range: "=1.0.0-beta.2",
    inside: ["1.0.0-beta.2", "1.0.0-beta.2+build"],
    outside: ["1.0.0-beta.3", "1.0.0", "1.0.0-beta", "1.0.0-beta.02a"],
    clauses: [prereleaseAnchor],
    why: "a prerelease equals itself",
  },
  {
    group: "prerelease-precedence",
    range: ">1.0.0-alpha.1",
    inside: [
      "1.0.0-alpha.2",
      "1.0.0-alpha.10",
      "1.0.0-alpha.beta",
      "1.0.0-alpha.1.0",
      "1.0.0-beta",
      "1.0.0-a1pha.1".replace("a1pha", "b"),
      "1.0.0",
      "1.0.1",
      "2.0.0",
    ],
    outside: ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.0", "1.0.0-0", "1.0.0-ALPHA.2", "0.9.9"],
    clauses: [prereleaseAnchor],
    why: "prereleases have the precedence of SemVer: numbers below words, by number and by bytes, the longer above what it continues",
  },
  {
    group: "prerelease-numbers",
    range: ">=1.0.0-9007199254740993",
    inside: ["1.0.0-9007199254740993", "1.0.0-9007199254740994", "1.0.0-10000000000000000000000", "1.0.0-a"],
    outside: ["1.0.0-9007199254740992", "1.0.0-9", "1.0.0-0"],
    clauses: [prereleaseAnchor],
    why: "numbers in a prerelease compare exactly, at any length",
  },
  {
    group: "prerelease-hyphen",
    range: ">1.0.0-a",
    inside: ["1.0.0-a-b", "1.0.0-b", "1.0.0-a.-", "1.0.0-a0"],
    outside: ["1.0.0--", "1.0.0-9", "1.0.0-A"],
    clauses: [prereleaseAnchor],
    why: "words compare by their bytes, the hyphen among them",
  },
  {
    group: "prerelease-not-named",
    range: ">=1.0.0",
    inside: ["1.0.0", "1.1.0"],
    outside: ["1.1.0-beta", "2.0.0-rc.1", "1.0.0-rc.1", "1.0.1-0"],
    clauses: [prereleaseAnchor],
    why: "a prerelease is in a range only where a comparator names its major, minor and patch",
  },
  {
    group: "prerelease-named",
    range: ">=1.1.0-alpha",
    inside: ["1.1.0-alpha", "1.1.0-beta", "1.1.0", "1.2.0"],
    outside: ["1.2.0-beta", "1.1.1-beta", "1.1.0-0", "1.0.9"],
    clauses: [prereleaseAnchor],
    why: "a comparator with a prerelease lets in prereleases of its own version and of no other",
  },
  {
    group: "prerelease-named-by-release",
    range: "<1.1.0",
    inside: ["1.1.0-beta", "1.0.9"],
    outside: ["1.1.0", "1.0.9-beta", "1.1.1-beta"],
    clauses: [prereleaseAnchor],
    why: "a comparator without a prerelease part names its version as well, so prereleases below it are in",
  },
  {
    group: "prerelease-named-by-another",
    range: ">=1.0.0 <2.0.0-rc.1",
    inside: ["1.5.0", "2.0.0-beta", "2.0.0-rc.0"],
    outside: ["2.0.0-rc.1", "2.0.0", "1.5.0-beta"],
    clauses: [prereleaseAnchor],
    why: "any comparator of the range can name the version, also one that bounds it from above",
  },
  {
    group: "prerelease-caret",
    range: "^1.2.3-beta.2",
    inside: ["1.2.3-beta.2", "1.2.3-beta.3", "1.2.3", "1.9.0"],
    outside: ["1.2.3-beta.1", "1.2.4-beta.2", "2.0.0-0", "2.0.0"],
    clauses: [prereleaseAnchor],
    why: "a prerelease in `^` lowers the bound and nothing else",
  },
  {
    group: "prerelease-caret-zero",
    range: "^0.0.3-beta",
    inside: ["0.0.3-beta", "0.0.3"],
    outside: ["0.0.3-alpha", "0.0.4", "0.0.4-beta"],
    clauses: [prereleaseAnchor],
    why: "a prerelease in `^0.0.c` keeps the patch",
  },
  {
    group: "prerelease-tilde",
    range: "~1.2.3-beta",
    inside: ["1.2.3-beta", "1.2.3-rc", "1.2.9"],
    outside: ["1.2.3-alpha", "1.2.4-beta", "1.3.0"],
    clauses: [prereleaseAnchor],
    why: "a prerelease in `~` lowers the bound and nothing else",
  },
];

function matching(): readonly Draft[] {
  return rows.flatMap(({ group, range, inside, outside, clauses = [], why }) => [
    ...inside.map((version) => match(group, range, version, true, clauses, why)),
    ...outside.map((version) => match(group, range, version, false, clauses, why)),
  ]);
}

function match(
  group: string,
  range: string,
  version: string,
  matches: boolean,
  clauses: readonly string[],
  why: string,
): Draft {
  const name = version.toLowerCase() === version ? version : `${version.toLowerCase()}-in-capitals`;
  return accepted({
    id: `version-range/${group}/${matches ? "in" : "out"}/${readable(name)}`,
    operation: "match_version",
    clauses: [rangeAnchor, ...clauses],
    inputs: { range, version },
    result: { matches },
    why: `${version} is ${matches ? "in" : "not in"} ${range}: ${why}.`,
    effect: effects.wrong,
  });
}

/** A version in the alphabet of ids. */
function readable(version: string): string {
  return version.replace("+", "_").replaceAll("--", "-hyphen").replaceAll(".-", ".hyphen").replace(/-$/, "-hyphen");
}

const badRanges: readonly (readonly [string, string, string])[] = [
  ["empty", "", "A range has at least one comparator."],
  ["no-comparator", "1.2.3", "A version alone is no comparator."],
  ["star", "*", "A star is no version."],
  ["two-numbers", "^1.2", "A comparator is followed by a full version."],
  ["one-number", ">=1", "A comparator is followed by a full version."],
  ["four-numbers", ">=1.2.3.4", "A version has three numbers."],
  ["x", "=1.x.0", "A number is missing."],
  ["two-spaces", ">=1.0.0  <2.0.0", "Comparators are joined by single spaces."],
  ["space-before", " >=1.0.0", "A space stands before the first comparator."],
  ["space-behind", ">=1.0.0 ", "A space stands behind the last comparator."],
  ["space-inside", ">= 1.0.0", "A space stands between comparator and version."],
  ["tab", ">=1.0.0\t<2.0.0", "Comparators are joined by spaces and not by tabs."],
  ["line-behind", ">=1.0.0\n", "A line feed stands behind the range."],
  ["comma", ">=1.0.0,<2.0.0", "Comparators are joined by spaces and not by commas."],
  ["or", ">=1.0.0 || <0.5.0", "There is no choice between ranges."],
  ["hyphen", "1.0.0 - 2.0.0", "There is no range with a hyphen."],
  ["double-equal", "==1.0.0", "`==` is no comparator."],
  ["not-equal", "!=1.0.0", "`!=` is no comparator."],
  ["tilde-above", "~>1.0.0", "`~>` is no comparator."],
  ["turned", "=>1.0.0", "`=>` is no comparator."],
  ["letter", "=v1.0.0", "A version does not begin with a letter."],
  ["leading-zero", "=01.0.0", "A number has no zero in front."],
  ["leading-zero-prerelease", "=1.0.0-01", "A number of a prerelease has no zero in front."],
  ["empty-prerelease", "=1.0.0-", "A prerelease part is not empty."],
  ["empty-identifier", "=1.0.0-a..b", "An identifier is not empty."],
  ["empty-build", "=1.0.0+", "Build metadata is not empty."],
  ["two-builds", "=1.0.0+a+b", "Build metadata is there once."],
  ["negative", "=-1.0.0", "A number has no sign."],
  ["other-digits", "=١.0.0", "Digits are those of ASCII."],
  ["caret-only", "^", "A comparator is followed by a full version."],
];

const badVersions: readonly (readonly [string, string, string, string?])[] = [
  ["empty", "", "A version has at least five characters.", "length_out_of_range"],
  ["two-numbers", "1.2", "A version has three numbers."],
  ["four-numbers", "1.2.3.4", "A version has three numbers."],
  ["letter", "v1.2.3", "A version does not begin with a letter."],
  ["leading-zero", "1.02.3", "A number has no zero in front."],
  ["leading-zero-prerelease", "1.2.3-a.01", "A number of a prerelease has no zero in front."],
  ["empty-prerelease", "1.2.3-", "A prerelease part is not empty."],
  ["empty-build", "1.2.3+", "Build metadata is not empty."],
  ["underscore", "1.2.3-a_b", "An identifier has letters, digits and hyphens."],
  ["space-behind", "1.2.3 ", "A space stands behind the version."],
  ["line-behind", "1.2.3\n", "A line feed stands behind the version."],
  ["comparator", "=1.2.3", "A version is no comparator."],
  ["hexadecimal", "1.2.0x3", "Numbers are decimal."],
  ["65-bytes", `1.2.3-${"a".repeat(59)}`, "A version has at most 64 bytes.", "length_out_of_range"],
];

function malformed(): readonly Draft[] {
  const parent = accepted({
    id: "version-range/form/usual",
    operation: "match_version",
    clauses: [rangeAnchor, versionAnchor],
    inputs: { range: ">=1.0.0", version: "1.2.3" },
    result: { matches: true },
    why: "A comparator with a full version is a range.",
  });
  const refuse = (
    id: string,
    anchor: string,
    inputs: { range?: string; version?: string },
    reason: string,
    why: string,
  ): Draft =>
    mutated(parent, {
      id: `version-range/form/${id}`,
      clauses: [anchor],
      recipe: { mutator: "replace", arguments: inputs, repair: "raw" },
      inputs,
      refusal: { code: "CODEC", reason },
      why,
      effect: effects.loose,
    });
  return [
    parent,
    accepted({
      id: "version-range/form/64-bytes",
      operation: "match_version",
      clauses: [versionAnchor],
      inputs: { range: "<=1.2.3", version: `1.2.3-${"a".repeat(58)}` },
      result: { matches: true },
      why: "A version has at most 64 bytes, and 64 are not too many.",
      effect: effects.loose,
    }),
    accepted({
      id: "version-range/form/long-range",
      operation: "match_version",
      clauses: [rangeAnchor, "manifest.bound"],
      inputs: { range: Array.from({ length: 40 }, () => ">=1.0.0").join(" "), version: "1.2.3" },
      result: { matches: true },
      why: "A range has no length of its own.",
      effect: effects.loose,
    }),
    ...badRanges.map(([name, range, why]) => refuse(`range-${name}`, rangeAnchor, { range }, "pattern_mismatch", why)),
    ...badVersions.map(([name, version, why, reason = "pattern_mismatch"]) =>
      refuse(`version-${name}`, versionAnchor, { version }, reason, why),
    ),
  ];
}

/** Ranges and precedence of versions. */
export const versionRange: Family = {
  name: "version-range",
  drafts: () => [...matching(), ...malformed()],
};
