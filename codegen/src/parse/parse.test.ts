import { describe, expect, it } from "vitest";
import { parseClean, parseOneRule } from "../../test/shape.js";
import { printCddl, printRule } from "./print.js";
import type { Rule } from "./syntax.js";

/** The only alternative of a rule's type. */
function typeOf(text: string) {
  const { body } = parseOneRule(text);
  if (body.kind !== "type" || body.alternatives.length !== 1) throw new Error(`not one alternative: ${text}`);
  return body.alternatives[0];
}

/** The entries of each choice of the array or map that a rule is. */
function choicesOf(text: string) {
  const type = typeOf(text);
  if (type?.kind !== "array" && type?.kind !== "map") throw new Error(`no array and no map: ${text}`);
  return type.group.choices.map((choice) => choice.entries);
}

function entryOf(text: string) {
  const [entry, another] = choicesOf(text)[0] ?? [];
  if (entry === undefined || another !== undefined) throw new Error(`not one entry: ${text}`);
  return entry;
}

describe("files", () => {
  it.each(["", "\n\n", "; only a comment", "; a comment\r\n\r\n"])("%j is a schema without rules", (text) => {
    expect(parseClean(text).rules).toEqual([]);
  });

  it("may have CR LF line ends without a trace in the tree", () => {
    const text = "a = { x: int, ; first\n  y: tstr }\nb = 'two\nlines'\n";
    expect(printCddl(parseClean(text.replaceAll("\n", "\r\n")))).toBe(printCddl(parseClean(text)));
  });

  it("give every node the range of its text", () => {
    const text = "pair<T> = [ first: T, 2*3 T ] ; end\n";
    const rule = parseOneRule(text);
    expect(text.slice(rule.start, rule.end)).toBe("pair<T> = [ first: T, 2*3 T ]");
    expect(text.slice(rule.name.start, rule.name.end)).toBe("pair");
    const [first, second] = choicesOf(text)[0] ?? [];
    expect(text.slice(first?.start, first?.end)).toBe("first: T");
    expect(text.slice(second?.start, second?.end)).toBe("2*3 T");
    expect(text.slice(second?.occurrence?.start, second?.occurrence?.end)).toBe("2*3");
  });
});

describe("rules", () => {
  const kinds = (text: string): Rule["body"]["kind"] => parseOneRule(text).body.kind;

  it("are types where the text can be a type, entries otherwise", () => {
    expect(kinds("a = b")).toBe("type");
    expect(kinds("a = (b)")).toBe("type");
    expect(kinds("a = ((b / c))")).toBe("type");
    expect(kinds("a = (b) .and c")).toBe("type");
    expect(kinds("a = (b, c)")).toBe("inline-group");
    expect(kinds("a = (b,)")).toBe("inline-group");
    expect(kinds("a = (b // c)")).toBe("inline-group");
    expect(kinds("a = ()")).toBe("inline-group");
    expect(kinds("a = b: c")).toBe("member");
    expect(kinds("a = ? b")).toBe("reference-entry");
    expect(kinds("a = 1* (b)")).toBe("inline-group");
    expect(kinds("a //= b")).toBe("reference-entry");
    expect(kinds("$a /= b / c")).toBe("type");
  });

  it("follow each other without separators", () => {
    const rules = parseClean("a = 1 b = 2\nc /= a d<x, y> = [ x, y ] e //= (f: a)").rules;
    expect(rules.map(printRule)).toEqual(["a = 1", "b = 2", "c /= a", "d<x, y> = [ x, y ]", "e //= (f: a)"]);
  });

  it("may be named with dots, hyphens, dollars and at signs", () => {
    const names = ["$type", "$$group", "@at", "_a", "a-b.c", "a--b", "a..b", "A1"];
    for (const name of names) expect(parseOneRule(`${name} = int`).name.name).toBe(name);
  });
});

describe("types", () => {
  it("choices of literals", () => {
    const { body } = parseOneRule(`a = 1 / -0x1F / 0b101 / 1.5e3 / 0x1.8p1 / "x" / 'y' / h'0A ff' / b64'_-8'`);
    if (body.kind !== "type") throw new Error("not a type");
    expect(body.alternatives.map((literal) => ("value" in literal ? literal.value : undefined))).toEqual([
      1n,
      -31n,
      5n,
      1500,
      3,
      "x",
      Uint8Array.of(0x79),
      Uint8Array.of(0x0a, 0xff),
      Uint8Array.of(0xff, 0xef),
    ]);
  });

  it("ranges", () => {
    expect(typeOf("a = 0..255")).toMatchObject({
      kind: "range",
      inclusive: true,
      low: { value: 0n },
      high: { value: 255n },
    });
    expect(typeOf("a = -1.5...low")).toMatchObject({ kind: "range", inclusive: false, low: { value: -1.5 } });
    expect(typeOf("a = low .. 5")).toMatchObject({ kind: "range", low: { name: { name: "low" } } });
    expect(typeOf("a = (1)..(2)")).toMatchObject({ kind: "range", low: { kind: "parenthesized" } });
  });

  it("controls of any name", () => {
    expect(typeOf("a = bstr .size (1..4)")).toMatchObject({
      kind: "control",
      target: { kind: "reference" },
      operator: { name: "size" },
      argument: { kind: "parenthesized" },
    });
    expect(typeOf('a = tstr .my-own.op "x"')).toMatchObject({ operator: { name: "my-own.op" } });
    expect(typeOf("a = 1 .plus 2")).toMatchObject({ operator: { name: "plus" } });
  });

  it("references with generic arguments, nested too", () => {
    expect(typeOf("a = pair<int, list<1..2>>")).toMatchObject({
      kind: "reference",
      name: { name: "pair" },
      genericArguments: [{ kind: "reference" }, { kind: "reference", genericArguments: [{ kind: "range" }] }],
    });
  });

  it("unwrapping and enumerations", () => {
    expect(typeOf("a = ~b<int>")).toMatchObject({ kind: "unwrap", reference: { name: { name: "b" } } });
    expect(typeOf("a = &b")).toMatchObject({ kind: "enumeration", group: { kind: "reference" } });
    expect(typeOf("a = & ( on: 1, off: 0 )")).toMatchObject({ kind: "enumeration", group: { kind: "group" } });
  });

  it("tags", () => {
    expect(typeOf("a = #6.0x20(tstr)")).toMatchObject({ kind: "tag", number: { kind: "integer", value: 32n } });
    expect(typeOf("a = #6.18446744073709551615(any)")).toMatchObject({ number: { value: 18446744073709551615n } });
    expect(typeOf("a = #6.<uint .gt 9>(int / tstr)")).toMatchObject({
      number: { kind: "type" },
      type: { alternatives: [{ name: { name: "int" } }, { name: { name: "tstr" } }] },
    });
    expect(typeOf("a = #6([ * int ])")).toMatchObject({ kind: "tag", number: undefined });
  });

  it("major types", () => {
    expect(typeOf("a = #")).toMatchObject({ kind: "any" });
    expect(typeOf("a = #3")).toMatchObject({ kind: "major", major: 3, argument: undefined });
    expect(typeOf("a = #7.25")).toMatchObject({ kind: "major", major: 7, argument: { value: 25n } });
    expect(typeOf("a = #7.<0..19>")).toMatchObject({ kind: "major", argument: { kind: "type" } });
    expect(typeOf("a = #6.24")).toMatchObject({ kind: "major", major: 6, argument: { value: 24n } });
  });
});

describe("groups", () => {
  it("bind sequences tighter than choices", () => {
    const shape = choicesOf("a = { x: int, y: int // z: tstr // }").map((entries) => entries.length);
    expect(shape).toEqual([2, 1, 0]);
  });

  it("separate entries with commas or nothing", () => {
    expect(choicesOf("a = [ int tstr, (b: 1) 2 * 3 ]")[0]).toMatchObject([
      { kind: "reference-entry" },
      { kind: "reference-entry" },
      { kind: "inline-group" },
      { kind: "member", occurrence: undefined },
      { kind: "member", occurrence: { minimum: 0n, maximum: undefined } },
    ]);
  });

  it("keys: names, values and types, with and without cut", () => {
    const entries = choicesOf(
      `a = { x: 1, "y" : 2, -3: 3, h'00': 4, int => 5, (int / tstr) ^ => 6, 7 => 8, ~t => 9 }`,
    )[0];
    const keys = entries?.map((entry) => (entry.kind === "member" && entry.key ? [entry.key.kind, entry.key.cut] : []));
    expect(keys).toEqual([
      ["bareword-key", true],
      ["value-key", true],
      ["value-key", true],
      ["value-key", true],
      ["type-key", false],
      ["type-key", true],
      ["type-key", false],
      ["type-key", false],
    ]);
  });

  it.each([
    ["?", 0n, 1n],
    ["*", 0n, undefined],
    ["+", 1n, undefined],
    ["2*", 2n, undefined],
    ["*3", 0n, 3n],
    ["2*3", 2n, 3n],
    ["0x10*0b11", 16n, 3n],
    ["5*2", 5n, 2n],
  ])("occurrence %s", (text, minimum, maximum) => {
    for (const content of [" int", " x: int", " ( int, tstr )", " 7 => int"]) {
      expect(entryOf(`a = [ ${text}${content} ]`).occurrence).toMatchObject({ minimum, maximum });
    }
  });

  it("read a number behind a star as key when only a key fits", () => {
    expect(entryOf("a = { *2 => int }")).toMatchObject({
      occurrence: { minimum: 0n, maximum: undefined },
      key: { kind: "type-key", type: { value: 2n } },
    });
  });

  it("tell parenthesised types from groups", () => {
    expect(entryOf("a = [ + (int / tstr) ]")).toMatchObject({ kind: "member", occurrence: { minimum: 1n } });
    expect(entryOf("a = [ (int) .lt 5 ]")).toMatchObject({
      kind: "member",
      type: { alternatives: [{ kind: "control" }] },
    });
    expect(entryOf("a = [ (1) / 2 ]")).toMatchObject({ kind: "member", type: { alternatives: [{}, {}] } });
    expect(entryOf("a = { ((int)) => tstr }")).toMatchObject({ kind: "member", key: { kind: "type-key" } });
    expect(entryOf("a = [ (b) ]")).toMatchObject({ kind: "inline-group" });
    expect(entryOf("a = [ ((b)) ]")).toMatchObject({ kind: "inline-group" });
    expect(entryOf("a = [ (int, tstr) ]")).toMatchObject({ kind: "inline-group" });
    expect(entryOf("a = [ (x: int) ]")).toMatchObject({ kind: "inline-group" });
    expect(entryOf("a = [ (5 => int // 6 => tstr) ]")).toMatchObject({ kind: "inline-group" });
  });

  it("may be empty", () => {
    expect(choicesOf("a = {}")).toEqual([[]]);
    expect(choicesOf("a = [ // ]")).toEqual([[], []]);
  });
});
