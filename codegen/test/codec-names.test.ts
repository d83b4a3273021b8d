import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createSourceFile } from "../src/diagnostics/source.js";
import { emitCodecs } from "../src/emit/codec.js";
import { printModules } from "../src/emit/project.js";
import { buildCodecModel } from "../src/model/cddl-build.js";
import { parseCddl } from "../src/parse/parse.js";

/** What the compiler says of names that are declared twice, or imported and declared: messages by file. */
function clashes(schema: string): string[] {
  const { tree } = parseCddl(createSourceFile("spec/cddl/test.cddl", `; @domain cbor\n\n${schema}\n`));
  const [model] = buildCodecModel([tree]);
  const files = new Map(printModules(emitCodecs(model)).map(({ path, text }) => [`/${path}`, text]));
  expect(files.size).toBe(tree.rules.length);
  const options: ts.CompilerOptions = {
    noLib: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const program = ts.createProgram({
    rootNames: [...files.keys()],
    options,
    host: {
      ...ts.createCompilerHost(options),
      fileExists: (path) => files.has(path),
      directoryExists: () => true,
      getSourceFile: (path, target) => {
        const text = files.get(path);
        return text === undefined ? undefined : ts.createSourceFile(path, text, target, true);
      },
    },
  });
  // Conflicting import, duplicate function, redeclared variable, duplicate identifier.
  const codes = [2440, 2393, 2451, 2300];
  return [...files.keys()].flatMap((path) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .filter(({ code }) => codes.includes(code))
      .map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
  );
}

const other = "other = { a: uint }";

describe("names in generated codecs", () => {
  it.each([
    ["a member like its own rule", "box = { box: [* uint] }"],
    ["a member like the rule of its elements", `box = { other: [* other] }\n${other}`],
    ["a table like a rule", `box = { ? other: { * tstr => other } }\n${other}`],
    ["a member of a row like a rule", `box = [ box: [* tstr], other: [* other], value: tstr ]\n${other}`],
    ["a member like the object it stands in", "box = { a: uint, ? value: tstr }"],
    ["the same in a map that grows", "; @grows v\nbox = { v: w, value: tstr }\nw = [ x: 0..9, y: 0..9 ]"],
  ])("do not clash: %s", (_, schema) => {
    expect(clashes(schema)).toEqual([]);
  });
});
