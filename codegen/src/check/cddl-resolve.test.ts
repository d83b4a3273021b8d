import { describe, expect, it } from "vitest";
import { createSourceFile } from "../diagnostics/source.js";
import { parseCddl } from "../parse/parse.js";
import { preludeFile } from "../parse/prelude.js";
import type { CddlFile } from "../parse/syntax.js";
import { resolveCddl } from "./cddl-resolve.js";

let fileNumber = 0;

function file(text: string): CddlFile {
  const { tree, diagnostics } = parseCddl(createSourceFile(`f${fileNumber++}.cddl`, text));
  expect(diagnostics).toEqual([]);
  return tree;
}

/** The findings about one file as `line:column code`. */
function findings(text: string): string[] {
  return resolveCddl([file(text)]).diagnostics.map(({ span, code }) => `${span.line}:${span.column} ${code}`);
}

describe("the prelude", () => {
  it("defines the names of RFC 8610 and resolves by itself", () => {
    const prelude = preludeFile();
    expect(prelude.rules).toHaveLength(40);
    expect(resolveCddl([prelude]).diagnostics).toEqual([]);
  });

  it("is there without being mentioned, behind the rules of the schema", () => {
    const { rules } = resolveCddl([file("a = int")]);
    expect([...rules.keys()].slice(0, 2)).toEqual(["a", "any"]);
    expect(rules.get("a")).toMatchObject({ kind: "type", origin: "schema" });
    expect(rules.get("tstr")).toMatchObject({ kind: "type", origin: "prelude" });
  });

  it("may be repeated but not changed silently", () => {
    expect(findings("bool = false / true")).toEqual([]);
    expect(findings("bool = true / false")).toEqual(["1:1 cddl/prelude-redefined"]);
    expect(findings('bool /= "maybe"')).toEqual(["1:1 cddl/prelude-redefined"]);
    const { rules } = resolveCddl([file('bool /= "maybe"')]);
    expect(rules.get("bool")?.definitions).toHaveLength(2);
  });
});

describe("schemas that are fine", () => {
  it.each([
    ["unused and recursive rules", "tree = [ value: int, * tree ] list = { ? next: list } unused = tstr"],
    ["recursion through a group", "g = ( int, ? g ) a = [ g ]"],
    ["empty sockets", "a = { * $$more, x: $kind }"],
    ["filled sockets", "a = { * $$more, x: $kind } $$more //= ( y: int ) $$more //= z: tstr $kind /= int $kind /= 5"],
    ["choices that grow", "a = int a /= tstr g = ( x: int ) g //= ( y: int ) m = { g }"],
    ["rules that only grow", 'kind /= "a" kind /= "b" g //= ( x: int ) m = { g, k: kind }'],
    ["names of groups", "g = ( x: int ) h = g i = (h) m = { i, ? ( h // g ) } n = [ * i ] e = &h"],
    ["generics", "pair<A, B> = [ A, B ] box<T> = { v: T, * tstr => T } a = pair<int, box<tstr>>"],
    ["groups as generic arguments", "wrap<G> = { G, z: int } g = ( x: int ) a = wrap<g>"],
    ["parameters that hide rules", "t = ( x: int ) a<t> = [ v: t ] b = a<int>"],
    ["unwrapping", "m = { x: int } n = { ~m, y: int } l = [ int ] k = [ ~l ] t = ~uri / ~time o = ~alias alias = m"],
    ["unwrapping a socket or a choice", "a = [ ~$x ] m = { u: int } c = m / [ int ] b = ~c"],
    [
      "known operators on types that fit",
      'a = uint .size 4 / bstr .size (1..4) / tstr .regexp "x" / uint .bits &( f: 0 )',
    ],
    [
      "embedded data",
      "a = bstr .cbor b / bstr .cborseq [ * b ] b = int .default 5 c = float .default 0 / integer .gt 5",
    ],
    [
      "intersections that can match",
      "a = { + any => any } b<M> = (M) .and a c = b<{ x: int }> d = (int / tstr) .within any",
    ],
    [
      "newer operators",
      'a = text .abnf ("x" .det y) y = \'x = "1"\' b = bytes .sdnv 5 c = text .hex bytes d = text .json any',
    ],
    ["ranges between names", "low = 1 high = (9) a = low .. high b = 0.5 .. 1.5 c = 0 .. $limit d = 0 .. (1 .plus 2)"],
    ["types and groups in one group", "p = ( int, tstr ) a = [ p, bool, ? p ]"],
    ["forward references", "a = [ b, c ] c = ( x: b ) b = int"],
  ])("%s", (_, text) => {
    expect(findings(text)).toEqual([]);
  });
});

describe("schemas that are not", () => {
  it.each<[string, string[]]>([
    ["a = { x: b, c }", ["1:10 cddl/undefined-rule", "1:13 cddl/undefined-rule"]],
    ["a = box<int> box = [ int ]", ["1:5 cddl/generic-arity"]],
    ["a<T> = T<int>", ["1:8 cddl/generic-arity"]],
    [
      "g = ( x: int ) a = g / int b = [ v: g ] c = { g => int } d = g .size 4",
      ["1:20", "1:37", "1:47", "1:62"].map((at) => `${at} cddl/group-used-as-type`),
    ],
    [
      "g = ( x: int ) a = 0 .. g b = #6.1(g) c = [ * ( v: g ) ]",
      ["1:25", "1:36", "1:52"].map((at) => `${at} cddl/group-used-as-type`),
    ],
    ["a = $$x / int", ["1:5 cddl/group-used-as-type"]],
    ["a = &$x b = &int", ["1:6 cddl/type-used-as-group", "1:14 cddl/type-used-as-group"]],
    ["g = ( x: int ) a = [ ~g ]", ["1:23 cddl/unwrap-not-applicable"]],
    ["a = { ( int, x: tstr ) }", ["1:9 cddl/member-without-key"]],
    ["a = { ~m, 5 } m = { x: int }", ["1:11 cddl/member-without-key"]],
    ["a = b b = c c = (a)", ["1:1 cddl/circular-definition"]],
    ["a = b .size 4 b = int / a", ["1:1 cddl/circular-definition"]],
    ["$x /= $x", ["1:1 cddl/circular-definition"]],
    ["a = low .. high low = 9 high = 1", ["1:5 cddl/empty-range"]],
    ["a = 5 ... 5 b = 5 .. 5", ["1:5 cddl/empty-range"]],
    ["a = tstr .cbor int", ["1:5 cddl/control-target"]],
    ["a = b .bits 1 b = c / tstr c = bool", ["1:5 cddl/control-target"]],
    ["a = uint .size -1", ["1:16 cddl/control-argument"]],
    ["a = int .and tstr", ["1:14 cddl/control-argument"]],
    ["a = bstr .cborseq int", ["1:19 cddl/control-argument"]],
    ["a = int .cddl tstr", ["1:9 cddl/unknown-control"]],
    ["$x = ( a: int, b: int )", ["1:1 cddl/mixed-definition"]],
    ["a = g g = ( x: int ) a /= int", ["1:22 cddl/mixed-definition"]],
  ])("%s", (text, expected) => {
    expect(findings(text).sort()).toEqual([...expected].sort());
  });
});

describe("several files", () => {
  const codes = (schema: ReturnType<typeof resolveCddl>) => schema.diagnostics.map(({ code }) => code);

  it("make up one schema", () => {
    const first = file("a = { x: b, $$more }");
    const second = file("b = int $$more //= ( y: tstr )");
    expect(codes(resolveCddl([first, second]))).toEqual([]);
    expect(resolveCddl([first, second]).rules.get("b")?.definitions[0].file).toBe(second);
    expect(codes(resolveCddl([first, second, file("b = tstr")]))).toEqual(["cddl/duplicate-rule"]);
    expect(codes(resolveCddl([first, second, file("b = int")]))).toEqual(["cddl/repeated-rule"]);
  });

  it("lend missing names: imports before others, and never against the file itself", () => {
    const user = file("a = [ label ]");
    const right = file("label = int");
    const wrong = file("label = ( x: int )");
    expect(resolveCddl([user], { imports: [right], others: [wrong] }).rules.get("label")?.kind).toBe("type");
    expect(codes(resolveCddl([user], { others: [right, wrong] }))).toEqual(["cddl/ambiguous-rule"]);
    expect(codes(resolveCddl([user], { others: [right, file("label  =  int")] }))).toEqual([]);
    expect(codes(resolveCddl([right], { others: [wrong] }))).toEqual([]);
  });

  it("report nothing about files that only lend", () => {
    expect(codes(resolveCddl([file("a = b")], { others: [file("b = nowhere c = 5..1")] }))).toEqual([]);
  });
});

describe("large schemas", () => {
  const chain = (link: (index: number) => string) =>
    Array.from({ length: 20_000 }, (_, index) => `a${index} = ${link(index + 1)}\n`).join("");

  it("with long chains of names are resolved without recursion", () => {
    expect(findings(`${chain((next) => `a${next}`)}a20000 = int\nb = a0 .size 4`)).toEqual([]);
    expect(findings(`${chain((next) => `a${next} / a${next}`)}a20000 = int\nb = 0 .. a0`)).toEqual([
      "20002:10 cddl/range-bound",
    ]);
    expect(findings(`${chain((next) => `a${next}`)}a20000 = a0\n`)).toEqual(["1:1 cddl/circular-definition"]);
  });
});
