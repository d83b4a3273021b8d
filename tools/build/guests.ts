import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAssemblyScript } from "./assemblyscript.js";
import { bundleCommandLine, bundleLibrary } from "./bundle.js";
import { compileC, findClang, NO_CLANG } from "./clang.js";
import { buildComponents } from "./components.js";

// Compiles the guests of the examples. reference/examples/NAME/guest/main.ts and main.c become dist/guests/NAME.wasm;
// where neither is there, each guest/FILE.c is a program of its own and becomes dist/guests/NAME/FILE.wasm. C is compiled
// where there is a clang, with the further options that a line `// Options: ...` names, and said to be left out where there
// is none. Then what else is built of what is compiled: the stock components, and the command line in few files.

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = join(root, "reference/examples");
const clang = findClang();

/** Newest change below a folder, as milliseconds. */
function newestChange(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/** One guest: path of its source and of the module, from the root. */
interface Guest {
  readonly source: string;
  readonly output: string;
}

/** The guests of one example. */
function guestsOf(name: string): Guest[] {
  const folder = `reference/examples/${name}/guest`;
  if (!existsSync(join(root, folder))) return [];
  const files = readdirSync(join(root, folder));
  const main = files.find((file) => file === "main.ts" || file === "main.c");
  if (main !== undefined) return [{ source: `${folder}/${main}`, output: `dist/guests/${name}.wasm` }];
  return files
    .filter((file) => file.endsWith(".c"))
    .map((file) => ({ source: `${folder}/${file}`, output: `dist/guests/${name}/${basename(file, ".c")}.wasm` }));
}

function isCurrent({ source, output }: Guest): boolean {
  if (!existsSync(join(root, output))) return false;
  const newest = Math.max(newestChange(dirname(join(root, source))), newestChange(join(root, "generated/guest")));
  return statSync(join(root, output)).mtimeMs > newest;
}

/** Compile one; what the compiler said, or nothing where it was content. */
async function compile({ source, output }: Guest): Promise<string | undefined> {
  mkdirSync(join(root, dirname(output)), { recursive: true });
  if (source.endsWith(".c")) {
    if (clang === undefined) return undefined;
    const options = /^\/\/ Options: (.+)$/m.exec(readFileSync(join(root, source), "utf8"))?.[1]?.split(" ") ?? [];
    return compileC(clang, [join(root, source)], join(root, output), options);
  }
  return compileAssemblyScript(root, source, output, "stub");
}

const leftOut: string[] = [];
for (const example of readdirSync(examples, { withFileTypes: true })) {
  if (!example.isDirectory()) continue;
  const due = guestsOf(example.name).filter((guest) => !isCurrent(guest));
  const compiled = due.filter(({ source }) => clang !== undefined || !source.endsWith(".c"));
  if (compiled.length < due.length) leftOut.push(example.name);
  for (const guest of compiled) {
    const problem = await compile(guest);
    if (problem === undefined) continue;
    process.exitCode = 1;
    process.stderr.write(`${guest.source}\n${problem}\n`);
  }
  if (compiled.length > 0)
    process.stdout.write(`compiled the guest${compiled.length === 1 ? "" : "s"} of ${example.name}\n`);
}
if (leftOut.length > 0) process.stdout.write(`${NO_CLANG}: ${leftOut.join(", ")}\n`);
await buildComponents();
await bundleCommandLine();
await bundleLibrary();
