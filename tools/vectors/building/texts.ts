/** Texts that a pattern takes and refuses, by the name of its rule in the CDDL. */
export interface PatternTexts {
  /** The pattern as a person would say it. */
  readonly meaning: string;
  readonly good: readonly string[];
  /** A name for ids, and the text. */
  readonly bad: readonly (readonly [name: string, text: string])[];
  /** A good text of so many bytes, where there is one. */
  readonly ofLength: (length: number) => string | undefined;
}

const path: PatternTexts = {
  meaning: "segments of lower-case letters and digits",
  good: ["0", "a.b_c-d/e", "a/b/c/d/e/f", "a1-b2", "1.0"],
  bad: [
    ["upper-case", "Example/main"],
    ["empty-segment", "a//b"],
    ["line-feed-behind", "main\n"],
    ["slash-first", "/main"],
    ["slash-last", "main/"],
    ["two-dots", "a..b"],
    ["dot-segment", "a/../b"],
    ["dash-first", "-a"],
    ["dash-last", "a-"],
    ["underscore-beside-slash", "a_/b"],
    ["space", "a b"],
    ["backslash", "a\\b"],
    ["not-ascii", "é"],
    ["fullwidth-digit", "a１"],
    ["nul", "a\u0000"],
    ["byte-order-mark", "\ufeffa"],
  ],
  ofLength: (length) => (length === 0 ? undefined : "a".repeat(length)),
};

const capability: PatternTexts = {
  meaning: "lower-case words joined by dots",
  good: ["a", "a_", "fs.r_2.x", "vendor__x.y9"],
  bad: [
    ["upper-case", "Fs.read"],
    ["two-dots", "fs..read"],
    ["line-feed-behind", "fs.read\n"],
    ["dot-first", ".fs"],
    ["dot-last", "fs."],
    ["digit-first", "1fs"],
    ["digit-first-behind-dot", "fs.1x"],
    ["underscore-first", "_fs"],
    ["dash", "fs-read"],
    ["slash", "fs/read"],
  ],
  ofLength: (length) => (length === 0 ? undefined : "a".repeat(length)),
};

const semantic: PatternTexts = {
  meaning: "a version of SemVer 2.0.0",
  good: [
    "0.0.0",
    "1.0.0-0",
    "1.0.0-alpha.1+001",
    "1.0.0--",
    "1.0.0-0a.-.z",
    "1.0.0+00.a-b",
    "99999999999999999999.0.0",
  ],
  bad: [
    ["one-number", "1"],
    ["four-numbers", "1.0.0.0"],
    ["line-feed-behind", "1.0.0\n"],
    ["two-numbers", "1.0"],
    ["leading-zero", "01.0.0"],
    ["leading-zero-in-prerelease", "1.0.0-01"],
    ["empty-prerelease", "1.0.0-"],
    ["empty-build", "1.0.0+"],
    ["empty-identifier", "1.0.0-a..b"],
    ["letter-before", "v1.0.0"],
    ["space-behind", "1.0.0 "],
    ["underscore", "1.0.0+a_b"],
    ["two-builds", "1.0.0+a+b"],
    ["negative", "-1.0.0"],
    ["not-ascii", "1.0.0-é"],
  ],
  ofLength: (length) => (length < 7 ? undefined : `1.0.0-${"a".repeat(length - 6)}`),
};

const range: PatternTexts = {
  meaning: "comparators on full versions, joined by single spaces",
  good: [
    "=1.0.0",
    ">0.9.0",
    ">=1.0.0",
    "<2.0.0",
    "<=2.0.0-rc.1",
    "~1.2.3",
    ">=1.0.0 <2.0.0 ^1.5.0",
    "^0.0.1+build",
    "<=1.0.0-1a.2-b",
    ">=1.0.0-10 <1.0.0-11.a+1",
    "=1.0.0-0",
    "=1.0.0-0.0a <1.0.0-00-a+0",
  ],
  bad: [
    ["bare-version", "1.0.0"],
    ["two-spaces", "^1.0.0  <2.0.0"],
    ["line-feed-behind", "^1.0.0\n"],
    ["empty", ""],
    ["space-before", " ^1.0.0"],
    ["space-behind", "^1.0.0 "],
    ["space-inside", ">= 1.0.0"],
    ["two-numbers", "^1.0"],
    ["two-equals", "==1.0.0"],
    ["turned-comparator", "=>1.0.0"],
    ["wildcard-number", "^1.x.0"],
    ["alternative", "^1.0.0 || ^2.0.0"],
    ["wildcard", "*"],
    ["comma", "^1.0.0,<2.0.0"],
    ["tab", "^1.0.0\t<2.0.0"],
    ["hyphen-range", "1.0.0 - 2.0.0"],
  ],
  ofLength: (length) =>
    length < 7 ? undefined : `^1.0.0${"0".repeat(length - 6)}`.replace(/^(\^1\.0\.)0(0*)$/, "$11$2"),
};

const PATTERNS: Readonly<Record<string, PatternTexts>> = {
  "path-name": path,
  "capability-name": capability,
  "semantic-version": semantic,
  "version-range": range,
};

/** Texts for the pattern of a rule. Throws where the schema has a pattern nobody wrote texts for. */
export function textsOf(rule: string): PatternTexts {
  const texts = PATTERNS[rule];
  if (texts === undefined) throw new RangeError(`no texts for the pattern of ${rule}: add them to building/texts.ts`);
  return texts;
}
