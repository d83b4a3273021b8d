import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

// Compiles the guest of each example, reference/examples/NAME/guest/main.ts, to dist/guests/NAME.wasm.

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = join(root, "reference/examples");
const bindings = join(root, "generated/guest/assemblyscript");

/** Newest change below a folder, as milliseconds. */
function newestChange(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

let failed = false;
for (const example of readdirSync(examples, { withFileTypes: true })) {
  const source = `reference/examples/${example.name}/guest/main.ts`;
  if (!example.isDirectory() || !existsSync(join(root, source))) continue;
  const output = `dist/guests/${example.name}.wasm`;
  const newestSource = Math.max(newestChange(dirname(join(root, source))), newestChange(bindings));
  if (existsSync(join(root, output)) && statSync(join(root, output)).mtimeMs > newestSource) continue;
  mkdirSync(join(root, dirname(output)), { recursive: true });
  const { error, stderr } = await asc.main([
    source,
    ...["--baseDir", root, "--outFile", output, "--textFile", output.replace(/wasm$/, "wat")],
    // A guest of ABI 1 has no other imports than `fayger_1`: the language's own abort goes through the bindings, and
    // the minimal runtime needs nothing of its host.
    ...["--runtime", "stub", "--use", "abort=generated/guest/assemblyscript/abort/abort"],
    ...["-O3", "--noAssert"],
  ]);
  if (error !== null) {
    failed = true;
    process.stderr.write(`${source}\n${stderr.toString()}\n`);
  } else {
    process.stdout.write(`compiled ${source} to ${output}\n`);
  }
}
process.exitCode = failed ? 1 : 0;
