import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ComponentRegistry, validateComponentRegistry } from "../../generated/json/component-registry.js";
import { compileAssemblyScript } from "./assemblyscript.js";

// Makes the stock registry: compiles each file that reference/components/registry.json names, out of the source with its
// path below reference/components/guest, and lays both below dist/components. What is newer than its sources stays.

const root = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = "reference/components/guest";
const OUTPUTS = "dist/components";
const DOCUMENT = "reference/components/registry.json";

/** Make what is not current. Says what it did, and sets the exit code where something is wrong. */
export async function buildComponents(): Promise<void> {
  const registry = JSON.parse(readFileSync(join(root, DOCUMENT), "utf8")) as ComponentRegistry;
  const problems = validateComponentRegistry(registry).map(({ field, message }) => `${DOCUMENT}: ${field}: ${message}`);
  if (problems.length > 0) return fail(problems);
  const shared = Math.max(newest(join(root, SOURCES, "library")), newest(join(root, "generated/guest/assemblyscript")));
  const files = [registry.main, ...registry.implementations.map(({ file }) => file)].filter(
    (file) => file !== undefined,
  );
  let compiled = 0;
  for (const file of new Set(files)) {
    const source = join(SOURCES, file.replace(/[.]wasm$/, ".ts"));
    const output = join(OUTPUTS, file);
    if (isNewer(output, Math.max(shared, statSync(join(root, source)).mtimeMs))) continue;
    mkdirSync(dirname(join(root, output)), { recursive: true });
    const problem = await compileAssemblyScript(root, source, output, "incremental");
    if (problem !== undefined) fail([source, problem]);
    compiled += 1;
  }
  mkdirSync(join(root, OUTPUTS), { recursive: true });
  copyFileSync(join(root, DOCUMENT), join(root, OUTPUTS, "registry.json"));
  if (compiled > 0) process.stdout.write(`compiled ${compiled} component${compiled === 1 ? "" : "s"}\n`);
}

function isNewer(output: string, change: number): boolean {
  return existsSync(join(root, output)) && statSync(join(root, output)).mtimeMs > change;
}

function fail(lines: readonly string[]): void {
  process.exitCode = 1;
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** Newest change below a folder, as milliseconds. */
function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}
