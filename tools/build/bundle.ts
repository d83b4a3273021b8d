import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

// Puts the command line into the few files of dist/bin: most of its start goes into opening hundreds of modules otherwise.
// Only compiled modules of this package go in, as they are; packages stay outside and are found as ever.

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = "dist/tools/cli/main.js";
const FOLDER = "dist/bin";

/** A module that looks for files beside itself goes on finding them beside the compiled module. */
const OWN_ADDRESS: Plugin = {
  name: "own-address",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]dist[\\/].+[.]js$/ }, ({ path }) => {
      const code = readFileSync(path, "utf8");
      const address = relative(join(root, FOLDER), path).replaceAll("\\", "/");
      const found = `new URL(${JSON.stringify(address)}, import.meta.url).href`;
      return { contents: code.replaceAll("import.meta.url", () => found), loader: "js" };
    });
  },
};

/** Make dist/bin anew out of what is compiled. A file that stays as it is is not written: somebody may be starting it. */
export async function bundleCommandLine(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { fayger: ENTRY },
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // What the package says of side effects is meant for those who import parts of it.
    ignoreAnnotations: true,
    plugins: [OWN_ADDRESS],
    write: false,
    logLevel: "warning",
  });
  const folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents, { mode: 0o755 });
    renameSync(unfinished, path);
  }
  const names = outputFiles.map(({ path }) => relative(folder, path));
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name));
  // Newer than what it was made of, also where nothing changed.
  const now = new Date();
  utimesSync(join(folder, "fayger.js"), now, now);
}
