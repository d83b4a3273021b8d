import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A folder in which somebody has installed the package, and nothing else. */
export interface OwnFolder {
  readonly path: string;
  /** For commands there: nothing of this user's configuration is read or written. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

/** Make one, with what `npm install` makes: the packages, and their commands. */
export function ownFolder(): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), "fayger-own-"));
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "own", type: "module" }));
  const packages = join(path, "node_modules");
  mkdirSync(join(packages, ".bin"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((each) => !each.startsWith(".")))
    symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  symlinkSync(ROOT, join(packages, "fayger"));
  for (const name of ["asc", "esbuild", "tsx"])
    symlinkSync(join(ROOT, "node_modules/.bin", name), join(packages, ".bin", name));
  writeFileSync(join(packages, ".bin/fayger"), `#!/bin/sh\nexec node ${ROOT}/dist/bin/fayger.js "$@"\n`, {
    mode: 0o755,
  });
  const environment = { PATH: process.env["PATH"] ?? "", FAYGER_TRUST_STORE: join(path, "trust.cbor") };
  return { path, environment, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The commands of a README behind the line that begins so, without those that install packages. */
export function commandsOf(readme: string, begin: string): string {
  const text = readFileSync(readme, "utf8");
  const at = text.indexOf(`\n${begin}`);
  const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(at === -1 ? "" : text.slice(at)) ?? [];
  return block
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("npm "))
    .join("\n");
}
