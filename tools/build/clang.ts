import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The C compiler and the linker that make guests. */
export interface Clang {
  /** Path of `clang` or `clang-NN`. */
  readonly compiler: string;
  /** Path of `wasm-ld` or `wasm-ld-NN`. */
  readonly linker: string;
}

/** What a test or a build that needs them says where they are not. */
export const NO_CLANG =
  "no clang with wasm-ld on PATH, so guests in C are not compiled (on Debian: apt-get install clang lld)";

/** Folder of the C headers. */
export const C_HEADERS = fileURLToPath(new URL("../../generated/guest/c", import.meta.url));

/** Smallest version whose output and options are known to be right. */
const OLDEST = 14;

/**
 * How guests are compiled: freestanding, small, and with no more of WebAssembly than `wasm-core-2` allows. The stack
 * stands below everything else, so that its overflow traps instead of overwriting data.
 *
 * @spec guest-abi.code.module
 */
export const C_OPTIONS: readonly string[] = [
  ...["--target=wasm32", "-std=c11", "-ffreestanding", "-nostdlib", "-O2", "-Wall", "-Wextra", "-Werror"],
  ...["-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint"],
  ...["-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536", "-Wl,--stack-first"],
];

/** The newest clang on PATH with the linker of the same number, where there is one. */
export function findClang(path = process.env["PATH"] ?? ""): Clang | undefined {
  const compilers = programs("clang", path);
  const linkers = programs("wasm-ld", path);
  for (const [suffix, compiler] of compilers) {
    const linker = linkers.get(suffix) ?? linkers.values().next().value;
    if (linker !== undefined && versionOf(compiler) >= OLDEST) return { compiler, linker };
  }
  return undefined;
}

/**
 * Compile C to a guest.
 *
 * @param sources paths of the C files
 * @param output path of the module
 * @param options further options, after those of every guest
 * @returns what the compiler said, or nothing where it was content
 */
export function compileC(
  { compiler, linker }: Clang,
  sources: readonly string[],
  output: string,
  options: readonly string[] = [],
): string | undefined {
  const includes = ["-I", C_HEADERS, "-I", dirname(sources[0] ?? ".")];
  const all = [`-fuse-ld=${linker}`, ...C_OPTIONS, ...options, ...includes, "-o", output, ...sources];
  // clang calls whatever `wasm-opt` it finds on PATH, and npm puts that of other packages there: what comes out must not
  // depend on who calls.
  const environment = { ...process.env, PATH: dirname(compiler) };
  const { status, stderr, error } = spawnSync(compiler, all, { encoding: "utf8", env: environment });
  return status === 0 ? undefined : `${error?.message ?? ""}${stderr}`;
}

/** Programs of a name with their suffix: without one first, then the highest number first. */
function programs(name: string, path: string): ReadonlyMap<string, string> {
  const found: [suffix: string, path: string][] = [];
  for (const folder of path.split(delimiter)) {
    for (const file of names(folder)) {
      const suffix = new RegExp(`^${name}(-\\d+)?$`).exec(file);
      if (suffix !== null && isExecutable(join(folder, file))) found.push([suffix[1] ?? "", join(folder, file)]);
    }
  }
  const number = (suffix: string): number => (suffix === "" ? Number.POSITIVE_INFINITY : Number(suffix.slice(1)));
  // Of programs with one name the first on PATH counts, as for a shell.
  return new Map(found.reverse().sort(([a], [b]) => number(b) - number(a) || 0));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(compiler: string): number {
  const { stdout } = spawnSync(compiler, ["--version"], { encoding: "utf8" });
  // What Apple calls clang cannot make WebAssembly and counts its versions otherwise.
  if (/Apple/.test(stdout ?? "")) return 0;
  return Number(/clang version (\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}
