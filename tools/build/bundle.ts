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

// Puts the command line into the few files of dist/bin, and what an application on Node imports into those of dist/lib:
// most of a start goes into opening hundreds of modules otherwise. Only compiled modules of this package go in, as they
// are; packages stay outside and are found as ever.

const root = fileURLToPath(new URL("../..", import.meta.url));
const COMMAND_FOLDER = "dist/bin";
const LIBRARY_FOLDER = "dist/lib";

/** What the package exports, and the files of threads, which are looked for beside what starts them. */
const LIBRARY_ENTRIES = {
  index: "dist/reference/index.js",
  node: "dist/reference/node.js",
  web: "dist/reference/web.js",
  noble: "dist/reference/security/backends/noble/index.js",
  "node-thread": "dist/reference/runtime/host-engine/node/node-thread.js",
  "web-thread": "dist/reference/runtime/host-engine/web/web-thread.js",
};

/** A module of the command line that looks for files beside itself goes on finding them beside the compiled module. */
const OWN_ADDRESS: Plugin = {
  name: "own-address",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]dist[\\/].+[.]js$/ }, ({ path }) => {
      const code = readFileSync(path, "utf8");
      const address = relative(join(root, COMMAND_FOLDER), path).replaceAll("\\", "/");
      const found = `new URL(${JSON.stringify(address)}, import.meta.url).href`;
      return { contents: code.replaceAll("import.meta.url", () => found), loader: "js" };
    });
  },
};

/** Make dist/bin anew out of what is compiled. */
export async function bundleCommandLine(): Promise<void> {
  await bundle(COMMAND_FOLDER, { fayger: "dist/tools/cli/main.js" }, [OWN_ADDRESS]);
  // Newer than what it was made of, also where nothing changed.
  const now = new Date();
  utimesSync(join(root, COMMAND_FOLDER, "fayger.js"), now, now);
}

/**
 * Make dist/lib anew out of what is compiled. Addresses of threads stand there as they are written: the bundler of an
 * application has to see them.
 */
export async function bundleLibrary(): Promise<void> {
  await bundle(LIBRARY_FOLDER, LIBRARY_ENTRIES, []);
}

/** A file that stays as it is is not written: somebody may be starting it. */
async function bundle(into: string, entryPoints: Record<string, string>, plugins: Plugin[]): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: into,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // What the package says of side effects is meant for those who import parts of it.
    ignoreAnnotations: true,
    plugins,
    write: false,
    logLevel: "warning",
  });
  const folder = join(root, into);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents, { mode: 0o755 });
    renameSync(unfinished, path);
  }
  const names = outputFiles.map(({ path }) => relative(folder, path));
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name));
}
