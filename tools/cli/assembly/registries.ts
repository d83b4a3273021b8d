import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ImplementationRegistry, readComponentRegistry } from "../../../reference/assembly/index.js";
import { UsageError } from "../command.js";
import { readInput } from "../files.js";
import { readJson } from "../setup.js";

/** The document of a registry, in its folder. */
const DOCUMENT = "registry.json";

/** The registry that comes with fayger, beside what is built; seen from the sources it lies in `dist`. */
const STOCK = ["../../../components", "../../../dist/components"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** Where implementations come from. */
export interface Registries {
  readonly registry: ImplementationRegistry;
  /** The entry code of every assembled artifact. */
  readonly main: Uint8Array;
}

/**
 * The registry that comes with fayger, and those that the user names, read into one.
 *
 * @param folders folders, or documents, of further registries
 * @throws UsageError with the first problem and how many more there are
 * @throws FaygerError `HOST_ERROR`
 * @spec assembly.registry, tools.assemble.registry
 */
export async function readRegistries(folders: readonly string[]): Promise<Registries> {
  const registry = new ImplementationRegistry();
  let main: Uint8Array | undefined;
  // Whoever names a registry of their own may bring their own entry code; the last one counts.
  for (const folder of [...(STOCK === undefined ? [] : [STOCK]), ...folders])
    main = (await readInto(registry, folder)) ?? main;
  if (main === undefined) throw new UsageError("no registry brings the entry code `main`");
  return { registry, main };
}

async function readInto(registry: ImplementationRegistry, path: string): Promise<Uint8Array | undefined> {
  const isDocument = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const folder = isDocument ? join(path, "..") : path;
  const document = isDocument ? path : join(path, DOCUMENT);
  const read = await readComponentRegistry(
    readJson(document, "a registry"),
    (name) => readInput(resolve(folder, name)),
    registry,
  );
  const [first] = read.problems;
  if (first !== undefined) {
    const more = read.problems.length > 1 ? ` (and ${read.problems.length - 1} more)` : "";
    throw new UsageError(`--registry: ${document}: ${first.field}: ${first.message}${more}`);
  }
  return read.main;
}
