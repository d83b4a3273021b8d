import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";

// Compiles against the built types as whoever installed the package does, and looks into them too: `skipLibCheck` is for
// programs whose packages do not compile.

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the package, so that `fayger/node` resolves the way it does for whoever installed it.
const folder = join(root, "dist/.types");

/** As strict as a program can ask for. */
const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
};

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong in a program of one file and all that it leads to, and those files of the package that it leads to. */
function compile(name: string, text: string, options: ts.CompilerOptions): { problems: string[]; files: string[] } {
  const path = join(folder, name);
  writeFileSync(path, text);
  const program = ts.createProgram([path], { ...STRICT, ...options });
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const where = file === undefined ? "" : `${relative(root, file.fileName)}: `;
    return `${where}${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  const files = program.getSourceFiles().map(({ fileName }) => relative(root, fileName).replaceAll("\\", "/"));
  return { problems, files: files.filter((file) => file.startsWith("dist/reference/")) };
}

/**
 * Declarations that TypeScript before 5.7 does not know: there typed arrays take no type arguments. The compiler writes
 * them where it had to find out the type of a member itself.
 */
function tooNew(files: readonly string[]): string[] {
  expect(files.length).toBeGreaterThan(100);
  return files.filter((file) =>
    /\b(?:\w+\dArray|\w+ClampedArray|DataView)</.test(readFileSync(join(root, file), "utf8")),
  );
}

test("the program of the README compiles on a host without a document", { timeout: 60_000 }, () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const example = /```ts\n(import [\s\S]*?)```/.exec(readme)?.[1] as string;
  const { problems, files } = compile("readme.ts", example, {
    module: ts.ModuleKind.Node16,
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
  });
  expect(problems).toEqual([]);
  expect(tooNew(files)).toEqual([]);
});

test("`fayger` compiles on a host that has nothing at all", { timeout: 60_000 }, () => {
  const program = 'import { isFaygerError } from "fayger";\nexport const found: boolean = isFaygerError(undefined);\n';
  const options = { module: ts.ModuleKind.NodeNext, lib: ["lib.es2022.d.ts"], types: [] };
  expect(compile("any.ts", program, options).problems).toEqual([]);
});

test("`fayger/web` and `fayger/noble` compile for a page, through a bundler", { timeout: 60_000 }, () => {
  const program = `import { createNobleSignatureBackend } from "fayger/noble";
import { createHttpSource, createWebFayger, type WebFaygerOptions } from "fayger/web";
const options: WebFaygerOptions = { signatures: createNobleSignatureBackend(), engines: ["interpreter"] };
const fayger = await createWebFayger(options);
export const { state } = await fayger.run(await fayger.load(createHttpSource("https://example.org/tool.buf")));
`;
  const { problems, files } = compile("page.ts", program, {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
  });
  expect(problems).toEqual([]);
  expect(tooNew(files)).toEqual([]);
});
