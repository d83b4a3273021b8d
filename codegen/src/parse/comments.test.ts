import { describe, expect, it } from "vitest";
import { parseClean } from "../../test/shape.js";
import { lineAt } from "../diagnostics/source.js";
import { docComment } from "./comments.js";
import type { Commented, SyntaxNode } from "./syntax.js";
import { walk } from "./walk.js";

const text = `\
; licence text, far above

; A point in the plane.
;  Units are metres.
point = { ; opens
  ; Distance to the right.
  x: int, ; positive is east
  y: int ; positive is north

  ; no longer about anything

  ? ( z: int // ; height
      depth: int ) ; below ground
} ; end of point
kind = "a" / ; the first
       "b"   ; the second
;;; three signs
last = [ a: int, b: int ; about b
  , c: int ; about c
] ; end of last
`;

function docs() {
  const tree = parseClean(text);
  const found = new Map<string, { above: readonly string[]; beside: string | undefined }>();
  walk(tree, (node) => {
    if (!("leading" in node)) return;
    const commented: SyntaxNode & Commented = node;
    const name = `${node.kind} ${text
      .slice(node.start, node.end)
      .split(/[\n:=]/)[0]
      ?.trim()}`;
    found.set(name, docComment(commented, lineAt(tree.source, node.start)));
  });
  return { tree, found };
}

describe("documentation comments", () => {
  const { tree, found } = docs();

  it("above a rule end at the first blank line", () => {
    expect(found.get("rule point")).toEqual({
      above: ["A point in the plane.", " Units are metres."],
      beside: "end of point",
    });
    expect(found.get("rule last")).toEqual({ above: ["three signs"], beside: "end of last" });
  });

  it("above and beside members belong to them", () => {
    expect(found.get("member x")).toEqual({ above: ["Distance to the right."], beside: "positive is east" });
    expect(found.get("member y")).toEqual({ above: [], beside: "positive is north" });
    expect(found.get("member z")).toEqual({ above: [], beside: "height" });
    expect(found.get("member depth")?.beside).toBeUndefined();
    expect(found.get("inline-group ? ( z")).toEqual({ above: [], beside: "below ground" });
  });

  it("behind a separator belong to what stands before it", () => {
    expect(found.get('text "a"')?.beside).toBe("the first");
    expect(found.get('text "b"')?.beside).toBe("the second");
    expect(found.get("member a")?.beside).toBeUndefined();
    expect(found.get("member b")?.beside).toBe("about b");
    expect(found.get("member c")).toEqual({ above: [], beside: "about c" });
  });

  it("none is lost", () => {
    expect(tree.comments.map((comment) => text.slice(comment.start, comment.end))).toEqual(text.match(/;.*$/gm));
    expect(tree.comments.every((comment) => lineAt(tree.source, comment.start) === comment.line)).toBe(true);
  });
});
