import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { type Clang, compileC } from "../../tools/build/clang.js";
import type { GeneratedFile } from "../src/emit/generated-file.js";

/** Compile a guest in C against headers as the generator gives them. */
export function compileGuestInC(clang: Clang, source: string, files: readonly GeneratedFile[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "fayger-guest-"));
  try {
    for (const { path, text } of files) {
      if (!path.startsWith("guest/c/")) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const program = join(folder, "guest/c/program.c");
    writeFileSync(program, source);
    const problem = compileC(clang, [program], join(folder, "program.wasm"), ["-I", dirname(program)]);
    if (problem !== undefined) throw new Error(problem);
    return new Uint8Array(readFileSync(join(folder, "program.wasm")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compile a guest in AssemblyScript, which imports the bindings from `./guest/assemblyscript/fayger`. */
export async function compileGuestInAssemblyScript(
  source: string,
  files: readonly GeneratedFile[],
): Promise<Uint8Array> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  texts.set("program.ts", source);
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["program.ts", "--outFile", "program.wasm", "--runtime", "stub", "--use", "abort=guest/assemblyscript/abort/abort"],
    {
      readFile: (name: string) => texts.get(name) ?? null,
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${stderr.toString()} ${String(error)}`);
  return binary;
}
