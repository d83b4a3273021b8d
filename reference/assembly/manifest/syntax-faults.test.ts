import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { applyEdits, type PlacedFinding } from "./finding.js";
import { readFayManifest } from "./read.js";

/** What is said of a text: place, message, and the text with the fix made. */
function toldOf(text: string, options?: { comments: boolean }): string[] {
  return readFayManifest(text, options).errors.map(({ line, column, message, fix }) => {
    const mended = fix === undefined ? "" : ` => ${applyEdits(text, [fix])}`;
    return `${line}:${column} ${message}${mended}`;
  });
}

describe("a text that is no JSON", () => {
  // @spec faymanifest.validation.text, faymanifest.validation.place
  it.each<readonly [string, ...string[]]>([
    ["", "1:1 expected a value: the file is empty"],
    [" \n ", "2:2 expected a value: the file is empty"],
    ['{"a":1 "b":2}', '1:7 expected `,` before `"b"` => {"a":1, "b":2}'],
    [
      '{"a":1\n"b":2\n"c":3}',
      '1:7 expected `,` before `"b"` => {"a":1,\n"b":2\n"c":3}',
      '2:6 expected `,` before `"c"` => {"a":1\n"b":2,\n"c":3}',
    ],
    ["[1 2]", "1:3 expected `,` before `2` => [1, 2]"],
    ["[{}{}]", "1:4 expected `,` before `{` => [{},{}]"],
    ["[1,]", "1:3 expected no `,` before `]` => [1]"],
    ['{"a":1,}', '1:7 expected no `,` before `}` => {"a":1}'],
    ["[1,,2]", "1:4 expected a value before `,`"],
    ["[1,,]", "1:4 expected a value before `,`", "1:4 expected no `,` before `]`"],
    ['{,"a":1}', "1:2 expected a name in double quotes, found `,`"],
    ['{"a" 1}', '1:5 expected `:` before `1` => {"a": 1}'],
    ['{"a" = 1}', '1:6 expected `:` behind the name => {"a" : 1}'],
    ['{"a" => 1}', '1:6 expected `:` behind the name => {"a" : 1}'],
    ['{"a"}', "1:5 expected `:` and a value behind the name"],
    ['{"a":}', "1:6 expected a value before `}`"],
    ["{a:1}", '1:2 expected `"`: names stand in double quotes => {"a":1}'],
    ["{'a':1}", '1:2 expected `"`: texts stand in double quotes => {"a":1}'],
    ["{\u201ca\u201d:1}", '1:2 expected `"`: texts stand in double quotes => {"a":1}'],
    ["['it is \"so\"']", '1:2 expected `"`: texts stand in double quotes'],
    ["['a]", '1:2 expected `"`: texts stand in double quotes'],
    [
      "[True, None, yes]",
      "1:2 expected `true`, found `True` => [true, None, yes]",
      "1:8 expected `null`, found `None` => [True, null, yes]",
      "1:14 expected `true`, found `yes`",
    ],
    [
      "[NaN, undefined]",
      "1:2 expected a value, found `NaN`, which JSON does not have",
      "1:7 expected a value, found `undefined`, which JSON does not have",
    ],
    ["[ego]", "1:2 expected a value, found `ego`: texts stand in double quotes"],
    [
      "[+1, .5, 1., -.5]",
      "1:2 expected a number as JSON writes them, found `+1` => [1, .5, 1., -.5]",
      "1:6 expected a number as JSON writes them, found `.5` => [+1, 0.5, 1., -.5]",
      "1:10 expected a number as JSON writes them, found `1.` => [+1, .5, 1, -.5]",
      "1:14 expected a number as JSON writes them, found `-.5` => [+1, .5, 1., -0.5]",
    ],
    [
      "[01, 0x1F, -, 1_000]",
      "1:2 expected a number as JSON writes them, found `01`",
      "1:6 expected a number as JSON writes them, found `0x1F`",
      "1:12 expected a number as JSON writes them, found `-`",
      "1:15 expected a number as JSON writes them, found `1_000`",
    ],
    ['["a\tb"]', '1:4 expected `\\t`: a tab must be escaped in a text => ["a\\tb"]'],
    ['["a\nb"]', '1:2 expected `"`: this text is not closed on its line'],
    [
      '["C:\\dir", "it\\\'s"]',
      '1:5 expected one of `"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u` behind a backslash',
      '1:15 expected one of `"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u` behind a backslash => ["C:\\dir", "it\'s"]',
    ],
    ['["\\u12"]', "1:3 expected four hexadecimal digits behind `\\u`"],
    ['["say "hi" now"]', "1:8 expected `,` or `]`, found `hi`"],
    ['{"a":[1,2}', "1:10 expected `,` or `]`, found `}`"],
    ['{\n"a":[1,2', "2:9 expected `,` or `]`, found the end of the file: the list that begins in line 2 is not closed"],
    [
      '{\n"a":1\n',
      "3:1 expected `,` or `}`, found the end of the file: the object that begins in line 1 is not closed",
    ],
    ["{} {}", "1:4 expected the end of the file, found `{`"],
    ["[1;2]", "1:3 expected `,`, found `;` => [1,2]"],
    ["[1 /* a */]", "1:4 comments are not allowed here"],
    ["[1\u00a0]", "1:3 expected `,` or `]`, found the character U+00A0"],
    ["\ufeff[]", "1:1 expected no byte order mark at the begin of the file => []"],
    // A column is counted in code points: what is one character to an author is one.
    ['["\u{1f681}" "b"]', '1:5 expected `,` before `"b"` => ["\u{1f681}", "b"]'],
    ['["a",\r\n\r"b" "c"]', '3:4 expected `,` before `"c"` => ["a",\r\n\r"b", "c"]'],
  ])("is told: %j", (text, ...told) => {
    expect(toldOf(text)).toEqual(told);
  });

  // @spec faymanifest.comments
  it("is told about its comments", () => {
    expect(toldOf("[1] /* a", { comments: true })).toEqual(["1:5 expected `*/`: this comment has no end"]);
    expect(toldOf("[1 # a\n]", { comments: true })).toEqual(["1:4 no comment begins with `#` => [1 // a\n]"]);
    expect(toldOf("[1 # a\n]")).toEqual(["1:4 no comment begins with `#`"]);
  });

  // @spec faymanifest.validation.text
  it("is judged no further", () => {
    const { manifest, errors, warnings } = readFayManifest('{"a":1,"a":2 "controlMode":"x"}');
    expect(manifest).toBeUndefined();
    expect(errors.map(({ code, field, pointer }) => [code, field, pointer])).toEqual([["json_syntax", "$", ""]]);
    expect(warnings).toEqual([]);
  });

  // @spec faymanifest.validation.bound
  it("is told of no more than a thousand of its faults", () => {
    for (const text of [
      "[" + ",".repeat(5000),
      `["${"\t".repeat(5000)}"]`,
      `[${"'a' ".repeat(5000)}`,
      `[1${"#\n".repeat(5000)}`,
    ]) {
      const { errors } = readFayManifest(text);
      expect(errors).toHaveLength(1000);
      expect(errors.at(-1)?.message).toBe("so much is wrong that nothing behind this is read");
    }
  });

  const broken = fc
    .array(
      fc.constantFrom(
        ...[
          "{",
          "}",
          "[",
          "]",
          ",",
          ",",
          ":",
          '"a"',
          '"b" ',
          "'c'",
          "d",
          "1",
          "+1",
          ".5",
          "True",
          "null",
          " ",
          "\n",
          "=",
          ";",
        ],
        ...['"\t"', '"\\\'"', "// e\n", "#f\n", "\u201cg\u201d"],
      ),
      { maxLength: 30 },
    )
    .map((tokens) => tokens.join(""));

  // @spec faymanifest.validation.place
  test.prop([broken, fc.boolean()], { numRuns: 1000 })(
    "is mended by each fix, which takes its fault away and brings none",
    (text, comments) => {
      const before = readFayManifest(text, { comments }).errors.filter((error) => error.code === "json_syntax");
      for (const error of before) {
        if (error.fix === undefined) continue;
        const after = readFayManifest(applyEdits(text, [error.fix]), { comments });
        const { offset, length, text: inserted } = error.fix;
        const others = before.filter((other) => other !== error).map(wordsOf);
        expect(after.errors.filter(isSyntax).map(wordsOf)).toEqual(others);
        expect(offset >= error.offset && offset + length <= error.offset + error.length).toBe(true);
        expect(inserted.length + length).toBeGreaterThan(0);
      }
      const fixes = before.flatMap((error) => error.fix ?? []);
      const rest = readFayManifest(applyEdits(text, fixes), { comments }).errors.filter(isSyntax);
      expect(rest).toHaveLength(before.length - fixes.length);
    },
  );

  /** A message without the parts of the text that it shows: a fix changes them. */
  function wordsOf({ message }: PlacedFinding): string {
    return message.replace(/(found|before) .*$/, "$1");
  }

  function isSyntax(finding: PlacedFinding): boolean {
    return finding.code === "json_syntax";
  }
});
