import { describe, expect, it } from "vitest";
import { createSourceFile } from "../diagnostics/source.js";
import { buildCodecModel } from "../model/cddl-build.js";
import { parseCddl } from "../parse/parse.js";
import { checkSchemas } from "./schema-rules.js";

/** Messages about a schema of domain `cbor`, warnings left out. */
function problems(text: string): string[] {
  const file = parseCddl(createSourceFile("spec/cddl/test.cddl", `; @domain cbor\n\n${text}\n`)).tree;
  const [model, found] = buildCodecModel([file]);
  return [...found, ...checkSchemas([file], model)]
    .filter((diagnostic) => diagnostic.severity === "error")
    .map((diagnostic) => `${diagnostic.span.line} ${diagnostic.message}`);
}

describe("the subset of CDDL", () => {
  it.each([
    ["a = { b: uint, c: [* tstr], d: { * tstr => bool }, ? e: bstr .size 4 }"],
    ["a = [ b: 0..9, c: tstr ]"],
    ["a = [+ b]\nb = { c: bool }"],
    ["a = int / tstr / [* a] / { * tstr => a }"],
    ['a = { b: c }\nc = "x" / "y"'],
    ["a = { b: c }\nc = &( d: 0, e: 1 )"],
    ['a = { b: (tstr .size (1..9)) .regexp "[a-z]+" }\n'],
  ])("implements %s", (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ["a = { 1: tstr }", "an entry that is not `name: type`"],
    ["a = { b: 1 }", "a literal as a type"],
    ["a = { * b: tstr }", "an occurrence of a named member other than `?`"],
    ["a = { b: tstr // c: tstr }", "a choice between groups"],
    ["a = { b: tstr / uint }", "a choice inside another type"],
    ["a = { b: [2*3 tstr] }", "an array that is neither `[* type]` nor `[+ type]`"],
    ["a = { b: { c: tstr } }", "a map with named members inside another type"],
    ["a = { b: { * uint => tstr } }", "a map that is neither `{ * tstr => type }` nor `{ + tstr => type }`"],
    ["a = { b: float }", "the standard type `float`"],
    ["a = { b: any }", "the standard type `any`"],
    ["a = { b: tstr .size uint }", "a `.size` that is neither a number nor a range of numbers"],
    ["a = { b: uint .size 4 }", "the control operator `.size` here"],
    ['a = { b: tstr .default "x" }', "the control operator `.default` here"],
    ["a = { b: 0...9 }", "a range that is not between two integers with `..`"],
    ["a = { b: 0..18446744073709551615 }", "a range with a bound beyond 2^53-1"],
    ["a = { b: #6.1(uint) }", "a tag"],
    ["a = { b: ~c }\nc = { d: tstr }", "unwrapping with `~`"],
    ["a = [ b: tstr, ? c: tstr ]", "an optional member of an array"],
    ["a = ( b: tstr )", "a group rule"],
    ["a = { constructor: tstr }", "a member named `constructor`, which generated code uses itself"],
    ["a = { ? unknown_fields: tstr }", "a member named `unknown_fields`, which generated code uses itself"],
    ["a<t> = { b: t }", "a generic rule"],
    ["$a /= uint", "a socket"],
    ["a = uint\na /= tstr", "a rule extended with `/=`"],
    ["a = uint / int", "a choice between types that the first byte does not tell apart"],
    ["a = { * tstr => tstr }", "a rule that is a map without named members"],
    ['a = { b: c .regexp "x+" }\nc = tstr .regexp "[a-z]+"', "a second `.regexp` on one text"],
    ["a = { b: bstr .size (0..9007199254740992) }", "a `.size` beyond 2^53-1"],
    ["a = { b: c .size (5..9) }\nc = tstr .size (1..4)", "a `.size` that leaves no length its target allows"],
  ])("refuses %s", (text, what) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(`the generator does not implement ${what}`));
  });

  it.each([
    ["c .size (1..128)", "tstr .size (4..64)", 4, 64],
    ["c .size (8..16)", "bstr .size (4..64)", 8, 16],
    ["(c .size (1..8)) .size (4..64)", "tstr", 4, 8],
  ])("keeps both bounds of %s where c is %s", (narrowed, type, minimum, maximum) => {
    const file = parseCddl(
      createSourceFile("spec/cddl/test.cddl", `; @domain cbor\n\na = { b: ${narrowed} }\nc = ${type}\n`),
    );
    const [{ byName }] = buildCodecModel([file.tree]);
    const body = byName.get("a")?.body;
    const shape = body?.kind === "map" ? body.members[0]?.shape : undefined;
    expect(shape).toMatchObject({ minimum, maximum });
    expect(shape).not.toHaveProperty("named");
  });

  it.each([
    ["; @ascendin\na = [* tstr]", "`@ascendin` is not a directive"],
    ["; @grows\na = { b: tstr }", "directive `@grows`: it takes 1 arguments"],
    ["; @ascending\na = { b: tstr }", "directive `@ascending`: it means nothing at a map rule"],
    ["; @since 1.1\na = { b: tstr }", "directive `@since`: it means nothing at a map rule"],
    ["; @ascending\n\na = [* tstr]", "directive `@ascending`: it stands directly above no rule and no member"],
    ["; @ascending\n; @ascending\na = [* tstr]", "directive `@ascending`: it stands here twice"],
    ["; @ascending\n; @ascending-by c\na = [* b]\nb = { c: tstr }", "`@ascending` stands here too"],
    ["; @ascending\na = [* uint]", "the elements are neither text nor byte strings"],
    ["; @ascending-by d\na = [* b]\nb = { c: tstr }", "`d` is no required text or byte string of the elements"],
    ["; @ascending-by c\na = [* b]\nb = { ? c: tstr }", "`c` is no required text or byte string of the elements"],
    ["; @prefix-free\na = [* tstr]", "it needs `@ascending` or `@ascending-by`"],
    ["a = {\n  ; @disjoint-from c\n  b: [* tstr]\n}", "`c` is no array of text of this map"],
    ["a = {\n  ; @disjoint-from cc\n  b: [* tstr]\n  cc: [* tstr]\n}", "write it at `cc`, whose key is encoded later"],
    ["a = {\n  ; @ascending\n  b: tstr\n}", "an order of something that is no array"],
    ["; @grows v\na = { b: tstr }", "no map declares its version in a member `v`"],
    ["; @grows v\na = { v: tstr }", "`v` is no required pair of unsigned integers"],
    ["; @frozen b\na = { b: tstr }", "the map declares no schema version"],
    ["; @grows v\n; @frozen c\na = { v: w }\nw = [ x: 0..9, y: 0..9 ]", "`c` is no member of the map"],
    ["; @grows v\na = {\n  v: w\n  ; @since 2.0\n  ? c: tstr\n}\nw = [ x: 0..9, y: 0..9 ]", "it takes a version `1.N`"],
    ["a = { b_c: tstr, bC: tstr }", "both become `bC` in TypeScript"],
    ['a = (tstr .regexp "a.b")\n', "regular expression: `.` is not implemented; escape it to mean itself"],
  ])("refuses %j", (text, message) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(message));
  });
});
