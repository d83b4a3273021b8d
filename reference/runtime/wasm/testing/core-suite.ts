// Reads the WebAssembly core test suite, release 2.0 without SIMD, converted to JSON scripts and modules. It is not part
// of the repository; the numbers tell a whole run from one on something else.
import { decodeUtf8 } from "../utf8.js";

/** How much of everything the suite has. */
export const CORE_SUITE_COUNTS = {
  scripts: 90,
  commands: 27_923,
  module: 1_125,
  register: 18,
  action: 155,
  assert_return: 21_361,
  assert_trap: 2_354,
  assert_exhaustion: 15,
  assert_uninstantiable: 34,
  assert_unlinkable: 83,
  assert_invalid: 1_475,
  assert_malformed: 736,
  textModules: 567,
};

/** A value as scripts write it. */
export interface ScriptValue {
  readonly type: string;
  /** Bits as a decimal number, `null`, `nan:canonical` or `nan:arithmetic`; absent where any value will do. */
  readonly value?: string;
}

/** What a script does with an instance. */
export interface ScriptAction {
  readonly type: "invoke" | "get";
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly ScriptValue[];
}

/** One line of a script. */
export interface ScriptCommand {
  readonly type: string;
  readonly line: number;
  readonly name?: string;
  readonly as?: string;
  readonly filename?: string;
  readonly module_type?: string;
  readonly text?: string;
  readonly action?: ScriptAction;
  readonly expected?: readonly ScriptValue[];
}

/** A script. */
export interface Script {
  readonly path: string;
  readonly commands: readonly ScriptCommand[];
  /** The module a command names. */
  module(filename: string): Uint8Array;
}

/** The regular files of a tar archive. */
function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const text = (start: number, length: number): string => {
    const end = bytes.indexOf(0, start);
    return String.fromCharCode(...bytes.subarray(start, Math.min(start + length, end)));
  };
  const files = new Map<string, Uint8Array>();
  for (let header = 0; header + 512 <= bytes.length && bytes[header] !== 0; ) {
    const size = Number.parseInt(text(header + 124, 12), 8);
    const prefix = text(header + 345, 155);
    const name = text(header, 100);
    const body = header + 512;
    files.set(prefix === "" ? name : `${prefix}/${name}`, bytes.subarray(body, body + size));
    header = body + Math.ceil(size / 512) * 512;
  }
  return files;
}

/**
 * All scripts of the suite, in the order of the archive.
 *
 * @param archive the unpacked archive: a tar file
 */
export function readCoreSuite(archive: Uint8Array): readonly Script[] {
  const files = readTar(archive);
  return [...files].flatMap(([path, bytes]) => {
    if (!path.endsWith(".json")) return [];
    const text = decodeUtf8(bytes, 0, bytes.length);
    if (typeof text === "number") throw new Error(`${path} is not UTF-8 at byte ${text}`);
    const { commands } = JSON.parse(text) as { readonly commands: readonly ScriptCommand[] };
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const module = (filename: string): Uint8Array => {
      const found = files.get(folder + filename);
      if (found === undefined) throw new Error(`${path} names a file that is not there: ${filename}`);
      return found;
    };
    return [{ path, commands, module }];
  });
}

/** How much of everything some scripts have, by the names of {@link CORE_SUITE_COUNTS}. */
export function countCommands(scripts: readonly Script[]): Record<string, number> {
  const counts: Record<string, number> = { scripts: scripts.length };
  const count = (key: string): void => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const { commands } of scripts) {
    for (const command of commands) {
      count("commands");
      count(command.module_type === "text" ? "textModules" : command.type);
    }
  }
  return counts;
}
