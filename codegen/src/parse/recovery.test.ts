import { describe, expect, it } from "vitest";
import { createSourceFile } from "../diagnostics/source.js";
import { nestingLimit } from "./cursor.js";
import { parseCddl } from "./parse.js";
import { printRule } from "./print.js";

function parse(text: string) {
  const { tree, diagnostics } = parseCddl(createSourceFile("test.cddl", text));
  const places = diagnostics.map(({ code, span }) => `${span.line}:${span.column} ${code}`);
  return { rules: tree.rules.map(printRule), places };
}

describe("recovery", () => {
  it("reports independent mistakes of a file, each once, and keeps the sound rules", () => {
    const { rules, places } = parse(
      [
        "a = {",
        "  x: int,",
        "  y: ,",
        "  z = tstr,",
        "",
        "b = [ int",
        "c = int tstr",
        "d = 007",
        "e = { k: uint }",
      ].join("\n"),
    );
    expect(places).toEqual([
      "8:5 cddl/leading-zero",
      "3:6 cddl/expected-type",
      "4:3 cddl/assignment-in-group",
      "6:1 cddl/unclosed-bracket",
      "7:1 cddl/unclosed-bracket",
      "7:9 cddl/expected-assignment",
    ]);
    expect(rules).toEqual(["a = { x: int, y: , z: tstr }", "b = [ int ]", "c = int", "d = 007", "e = { k: uint }"]);
  });

  it("does not take a forgotten bracket for the end of the schema", () => {
    expect(parse("a = { b: [ c: { d: int }\n\ne = f\nf = int\n")).toEqual({
      rules: ["a = { b: [ c: { d: int } ] }", "e = f", "f = int"],
      places: ["3:1 cddl/unclosed-bracket"],
    });
  });

  it("goes on behind a closing bracket that fits nothing", () => {
    expect(parse("a = [ int ) , tstr ]\nb = int }\nc = tstr").rules).toEqual([
      "a = [ int, tstr ]",
      "b = int",
      "c = tstr",
    ]);
    expect(parse("a = [ int )\nb = tstr")).toEqual({
      rules: ["a = [ int ]", "b = tstr"],
      places: ["1:11 cddl/mismatched-bracket"],
    });
  });

  it("finds the next rule behind a missing body", () => {
    expect(parse("a =\nb = int /\nc /= ~\nd = &\ne = { f: }\n").rules).toHaveLength(5);
  });

  it("keeps the first operation of a chain", () => {
    expect(parse("a = 0..10 .default 5 .size 1\nb = 1")).toEqual({
      rules: ["a = 0 .. 10", "b = 1"],
      places: ["1:11 cddl/operator-chain", "1:22 cddl/operator-chain"],
    });
  });
});

describe("hostile input", () => {
  const deep = 100_000;
  it.each([
    ["open brackets", `a = ${"[".repeat(deep)}`],
    ["mixed brackets", `a = ${"[(".repeat(deep / 2)}${"])".repeat(deep / 2)}`],
    ["balanced maps", `a = ${"{x:".repeat(deep)}int${"}".repeat(deep)}`],
    ["closing brackets", ")".repeat(deep)],
    ["generic arguments", `a = ${"b<".repeat(deep)}`],
    ["tags", `a = ${"#6.1(".repeat(deep)}`],
    ["tag number types", `a = ${"#6.<".repeat(deep)}`],
    ["unwraps", `a = ${"~".repeat(deep)}b`],
    ["operators", `a = 1${" .size 1".repeat(deep)}`],
    ["choices", `a = 1${" / 1".repeat(deep)}`],
    ["occurrences", `a = [${"1*".repeat(deep)}]`],
    ["question marks", `a = { x: ${"?".repeat(deep)} }`],
    ["commas", `a = [${",".repeat(deep)}]`],
    ["assignments", `a ${"= ".repeat(deep)}`],
    ["unfinished generic rules", "a<b> = ".repeat(deep)],
    ["backslashes", `a = "${"\\".repeat(deep)}`],
    ["quotation marks", "'".repeat(deep + 1)],
    ["hyphens", `a${"-".repeat(deep)}`],
    ["dots", `a = ${".".repeat(deep)}`],
    ["digits", `a = ${"9".repeat(deep)}`],
    ["control characters", "\u0001 ".repeat(deep)],
    ["unpaired surrogates", "\ud800".repeat(deep)],
  ])("100,000 %s are parsed to the end", (_, text) => {
    const { tree } = parseCddl(createSourceFile("test.cddl", text));
    expect(tree.end).toBe(text.length);
  });

  it("reports nesting once per file and reads what stands behind it", () => {
    const nested = `${"[".repeat(nestingLimit + 1)}int${"]".repeat(nestingLimit + 1)}`;
    const { rules, places } = parse(`a = ${nested}\nb = ${nested}\nc = int\n`);
    expect(places).toEqual([`1:${5 + nestingLimit} cddl/nesting-too-deep`]);
    expect(rules.at(-1)).toBe("c = int");
    expect(parse(`a = ${"[".repeat(nestingLimit)}int${"]".repeat(nestingLimit)}`).places).toEqual([]);
  });
});
