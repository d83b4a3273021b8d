import { describe, expect, it } from "vitest";
import { createSourceFile } from "../../codegen/src/diagnostics/source.js";
import { checkFiles } from "./documentation.js";

const check = (text: string): string[] =>
  checkFiles([createSourceFile("reference/x.ts", text)]).diagnostics.map(
    ({ span, message }) => `${span.line}:${span.column} ${message}`,
  );

describe("npm run spec -- docs", () => {
  it.each(["function f(): void {}", "const a = 1;", "class C {}", "interface I {}", "type T = 1;"])(
    "asks for a docstring of: export %s",
    (statement) => {
      expect(check(`export ${statement}`)).toHaveLength(1);
      expect(check(`/** What it is. */\nexport ${statement}`)).toEqual([]);
    },
  );

  it("says where and what", () => {
    expect(check("/** Fine. */\nexport const a = 1;\nexport const b = 2;")).toEqual([
      "3:14 exported `b` has no docstring",
    ]);
  });

  it("asks nothing of what stays inside", () => {
    expect(check("const a = 1;\nfunction f() {}\nexport { a };")).toEqual([]);
  });

  it("lets a type share the docstring of its constant, and overloads that of the first", () => {
    expect(check("/** Kinds. */\nexport const Kind = {} as const;\nexport type Kind = 1;")).toEqual([]);
    expect(
      check(
        "/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: 1 | 2) { return a; }",
      ),
    ).toEqual([]);
  });
});
